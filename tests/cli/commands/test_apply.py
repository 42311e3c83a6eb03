"""`apply`: what it refuses, what it starts, and with which code it ends."""

from __future__ import annotations

import io
import json
import sys
import time

import pytest

from tests.support.calls import EN, JOIN, TOKEN, answers, ends, order, start
from tests.support.machine import MODULES, Fake
from tui_installer.cli.arguments import read_answers
from tui_installer.cli.commands import apply, check, plan
from tui_installer.exits import ExitCode
from tui_installer.host import requests, runs
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Kernel, Kubernetes, Past, System
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.request import Request
from tui_installer.preflight import inspection


def test_a_machine_that_can_be_no_node(machine: Fake) -> None:
    machine.set(System(root=False))
    for call in (
        lambda: check.run(EN, answers(machine), False),
        lambda: plan.run(EN, answers(machine), diff=False, shell=False, as_json=False),
        lambda: apply.run(EN, order(answers(machine))),
    ):
        code, told = ends(call)
        assert code == ExitCode.REFUSED
        assert "sudo tui-installer" in told
    assert runs.asked() is None


def test_a_question_needs_somebody(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert ends(lambda: apply.run(EN, order(answers(machine), yes=False)))[0] == ExitCode.USAGE
    assert runs.asked() is None


def test_an_unknown_check_is_usage(machine: Fake) -> None:
    code, told = ends(lambda: apply.run(EN, order(answers(machine), accept=("nosuch",))))
    assert code == ExitCode.USAGE
    assert "nosuch" in told
    assert "memory" in told


def test_a_fail_is_refused_and_yes_accepts_none(machine: Fake) -> None:
    machine.set(System(memory=1 << 30))
    code, told = ends(lambda: apply.run(EN, order(answers(machine))))
    assert code == ExitCode.REFUSED
    assert "memory" in told
    assert runs.asked() is None


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("done", ExitCode.DONE), ("failed", ExitCode.FAILED), ("stopped", ExitCode.INTERRUPTED)],
)
def test_apply_ends_as_the_run_ends(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, outcome: str, code: int
) -> None:
    seen = start(machine, monkeypatch, {"kind": "run-ended", "outcome": outcome})
    assert apply.run(EN, order(answers(machine))) == code
    assert seen[0].answers.node.hostname == "master01"
    assert seen[0].by == "root"


def test_apply_as_json_prints_the_events_and_nothing_else(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    start(
        machine,
        monkeypatch,
        {"kind": "later-invention", "x": 1},
        {"kind": "run-ended", "outcome": "done"},
    )
    assert apply.run(EN, order(answers(machine), as_json=True)) == ExitCode.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["run-started", "later-invention", "run-ended"]
    assert all(row["version"] == 1 for row in rows)


def test_detached_it_ends_as_soon_as_the_run_has_begun(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(machine, monkeypatch)
    assert apply.run(EN, order(answers(machine), detach=True)) == ExitCode.DONE
    assert runs.asked() is not None


def test_an_engine_that_vanishes(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    start(machine, monkeypatch)
    code, told = ends(lambda: apply.run(EN, order(answers(machine))))
    assert code == ExitCode.INTERRUPTED
    assert "journalctl" in told


def test_an_engine_that_cannot_be_started(machine: Fake) -> None:
    machine.engine = "Unit tui-installer.service not found."
    code, told = ends(lambda: apply.run(EN, order(answers(machine))))
    assert code == ExitCode.REFUSED
    assert machine.engine in told
    assert runs.asked() is None, "the request, which may hold a token, is taken back"


def test_a_key_pressed_in_the_middle_leaves_the_run_alone(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(machine, monkeypatch)

    def key(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", key)
    code, told = ends(lambda: apply.run(EN, order(answers(machine))))
    assert code == ExitCode.INTERRUPTED
    assert "attach" in told
    assert runs.asked() is not None
    assert not at(places.STOP).exists()


def test_a_worker_needs_its_command(machine: Fake) -> None:
    code, told = ends(lambda: apply.run(EN, order(answers(machine, role="worker"))))
    assert code == ExitCode.USAGE
    assert "kubeadm token create --print-join-command" in told


@pytest.mark.parametrize("source", ["file", "-"])
def test_the_command_of_a_worker(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], source: str
) -> None:
    path = machine.folder / "join.txt"
    path.write_text(JOIN)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(JOIN.encode())))
    seen = start(machine, monkeypatch, {"kind": "run-ended", "outcome": "done"})
    join = str(path) if source == "file" else "-"
    assert apply.run(EN, order(answers(machine, role="worker"), join=join)) == ExitCode.DONE
    assert seen[0].join is not None
    assert seen[0].join.token.reveal() == TOKEN
    printed = capsys.readouterr()
    assert TOKEN[7:] not in printed.out + printed.err


@pytest.mark.parametrize("text", ["", "kubeadm join 10.0.0.5:6443 --token abc"])
def test_a_wrong_command_is_usage(machine: Fake, text: str) -> None:
    path = machine.folder / "join.txt"
    path.write_text(text)
    done = ends(lambda: apply.run(EN, order(answers(machine, role="worker"), join=str(path))))
    assert done[0] == ExitCode.USAGE
    missing = order(answers(machine, role="worker"), join="/nosuch")
    assert ends(lambda: apply.run(EN, missing))[0] == ExitCode.USAGE


def test_other_answers_while_a_run_goes_on(machine: Fake) -> None:
    requests.submit(
        Request(inspection.look(inspection.Asked(read_answers(EN, answers(machine)))).answers)
    )
    other = answers(machine, "[cluster]\npod_subnet = '172.16.0.0/16'\n")
    code, told = ends(lambda: apply.run(EN, order(other)))
    assert code == ExitCode.BUSY
    assert "cluster.pod_subnet" in told


def test_the_same_answers_while_a_run_goes_on_follow_it(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    requests.submit(Request(found.answers))
    start(machine, monkeypatch, {"kind": "run-ended", "outcome": "done"})
    assert apply.run(EN, order(answers(machine))) == ExitCode.DONE


def test_a_converged_node_has_nothing_to_do(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.set(Kernel(MODULES, MODULES, {"net.ipv4.ip_forward": "1"}))
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    at(places.ANSWERS).write_text(dump(found.answers))
    nothing = [PlannedStep(planned.step, ()) for planned in found.plan.steps]
    monkeypatch.setattr(inspection, "make_plan", lambda *_: Plan(tuple(nothing)))
    machine.asked.clear()
    assert apply.run(EN, order(answers(machine), as_json=True)) == ExitCode.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["outcome"] for row in rows} == {"nothing to do", "done"}
    assert rows[-1]["kind"] == "run-ended"
    assert machine.asked == [], "a converged node asks no mirror"
    assert runs.asked() is None


def test_what_kubeadm_fixed_is_refused(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    at(places.ANSWERS).write_text(dump(found.answers))
    machine.set(Kubernetes(kubelet_conf=True))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))
    other = answers(machine, "hostname = 'cp-1'\n")
    code, told = ends(lambda: apply.run(EN, order(other)))
    assert code == ExitCode.REFUSED
    assert "node.hostname" in told
