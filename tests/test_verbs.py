"""What each verb prints and with which code it ends, on a machine of the test's own."""

from __future__ import annotations

import fcntl
import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.machine import MODULES, Fake, fake
from tui_installer import verbs
from tui_installer.exits import Exit, ExitCode
from tui_installer.given import read_answers
from tui_installer.host import requests, runs
from tui_installer.model import places
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Kernel, Kubernetes, Past, System
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.request import Request
from tui_installer.preflight import inspection
from tui_installer.runs import follow
from tui_installer.text.language import Language
from tui_installer.verbs import Order

EN = Language("en")
TOKEN = "69eg2e.ocvsmlyx9u31mvue"
JOIN = (
    f"kubeadm join 10.77.0.31:6443 --token {TOKEN} --discovery-token-ca-cert-hash sha256:{'8' * 64}"
)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(follow, "TICK", 0.001)
    monkeypatch.setattr(follow, "GRACE", 0.003)
    return fake(tmp_path, monkeypatch)


def answers(machine: Fake, rest: str = "", role: str = "first-control-plane") -> Path:
    path = machine.folder / "node.toml"
    path.write_text(f'[node]\nrole = "{role}"\n{rest}')
    return path


def order(path: Path, **rest: Any) -> Order:
    whole = {"join": None, "accept": (), "yes": True, "detach": False, "as_json": False}
    return Order(path, **{**whole, **rest})


def ends(call: Callable[[], int]) -> tuple[int, str]:
    """The exit code, and the sentence that goes with it."""
    try:
        return call(), ""
    except Exit as end:
        return end.code, str(end.text or "")


def test_check_as_json(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.check(EN, answers(machine), True) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 1
    assert {"id", "outcome", "detail", "cure"} <= set(told["checks"][0])
    assert {row["outcome"] for row in told["checks"]} <= {
        "ok",
        "warn",
        "FAIL",
        "planned",
        "unknown",
    }


def test_check_without_answers(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.check(EN, None, False) == ExitCode.DONE
    assert "master01" in capsys.readouterr().out


def test_a_fail_gives_one(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    machine.set(System(memory=1 << 30))
    assert verbs.check(EN, answers(machine), False) == ExitCode.FAILED
    out = capsys.readouterr().out
    assert out.startswith("FAIL ")
    assert "[memory]" in out


def test_a_machine_that_can_be_no_node(machine: Fake) -> None:
    machine.set(System(root=False))
    for call in (
        lambda: verbs.check(EN, answers(machine), False),
        lambda: verbs.plan(EN, answers(machine), ""),
        lambda: verbs.apply(EN, order(answers(machine))),
    ):
        code, told = ends(call)
        assert code == ExitCode.REFUSED
        assert "sudo tui-installer" in told
    assert runs.asked() is None


def test_plan_as_json(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.plan(EN, answers(machine), "json") == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    steps = {row["id"]: row["changes"] for row in told["steps"]}
    assert steps["swap"] == []
    for change in (change for rows in steps.values() for change in rows):
        assert change["kind"] in ("write-file", "run-command")
        assert isinstance(change["summary"], str)
        assert "undo" in change
        assert ("path" in change) != ("argv" in change)


def test_plan_with_the_lines_of_files(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.plan(EN, answers(machine), "diff") == ExitCode.DONE
    out = capsys.readouterr().out
    assert "+192.168.40.180 master01" in out
    assert "$ kubeadm init --config" in out
    verbs.plan(EN, answers(machine), "")
    assert "+192.168.40.180 master01" not in capsys.readouterr().out


def test_plan_as_a_script(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert verbs.plan(EN, answers(machine), "shell") == ExitCode.DONE
    script = capsys.readouterr().out
    assert script.startswith("#!/bin/bash\n")
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert "SystemdCgroup = true" in script


def test_the_files_of_a_script_are_those_of_the_plan(
    machine: Fake, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The part of the script that writes files, run in a folder."""
    verbs.plan(EN, answers(machine), "shell")
    script = capsys.readouterr().out
    root = tmp_path / "root"
    parts = re.findall(
        r"^mkdir -p \S+\ncat >\S+ <<'(?s:(\w+)'\n.*?\n\1)\nchmod \d+ \S+$", script, re.M
    )
    assert len(parts) > 5
    blocks = re.findall(r"(?ms)^(mkdir -p /.*?^chmod \d{4} \S+)$", script)
    here = re.sub(r"(?m)^(mkdir -p |cat >|chmod \d{4} )/", rf"\1{root}/", "\n".join(blocks))
    subprocess.run(["bash", "-e"], input=here, text=True, check=True)
    wanted = inspection.look(inspection.Asked(read_answers(EN, answers(machine)))).plan.files
    for file in wanted:
        assert isinstance(file.content, str)
        assert Path(f"{root}{file.path}").read_text() == file.content


def test_a_plan_of_a_worker_shows_no_token(
    machine: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("", "diff", "shell", "json"):
        assert verbs.plan(EN, answers(machine, role="worker"), form) == ExitCode.DONE
    assert "/run/tui-installer/temporary/kubeadm-join.yaml" in capsys.readouterr().out


def test_a_question_needs_somebody(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert ends(lambda: verbs.apply(EN, order(answers(machine), yes=False)))[0] == ExitCode.USAGE
    assert runs.asked() is None


def test_an_unknown_check_is_usage(machine: Fake) -> None:
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine), accept=("nosuch",))))
    assert code == ExitCode.USAGE
    assert "nosuch" in told
    assert "memory" in told


def test_a_fail_is_refused_and_yes_accepts_none(machine: Fake) -> None:
    machine.set(System(memory=1 << 30))
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine))))
    assert code == ExitCode.REFUSED
    assert "memory" in told
    assert runs.asked() is None


def start(machine: Fake, monkeypatch: pytest.MonkeyPatch, *events: dict[str, Any]) -> list[Request]:
    """An engine that writes these events as soon as it is started."""
    seen: list[Request] = []

    def engine() -> str:
        asked = runs.asked()
        assert asked is not None
        seen.append(asked)
        run = places.RUNS / "20261123T101212Z"
        run.mkdir(exist_ok=True)
        rows = [{"kind": "run-started", "run": run.name, "steps": []}, *events]
        with (run / "journal.jsonl").open("a") as file:
            file.writelines(
                json.dumps({"version": 1, "t": "2026-11-23T10:12:12.000Z", **row}) + "\n"
                for row in rows
            )
        if events:
            places.REQUEST.unlink()
        return ""

    monkeypatch.setattr(requests, "start_engine", engine)
    return seen


@pytest.mark.parametrize(
    ("outcome", "code"),
    [("done", ExitCode.DONE), ("failed", ExitCode.FAILED), ("stopped", ExitCode.INTERRUPTED)],
)
def test_apply_ends_as_the_run_ends(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, outcome: str, code: int
) -> None:
    seen = start(machine, monkeypatch, {"kind": "run-ended", "outcome": outcome})
    assert verbs.apply(EN, order(answers(machine))) == code
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
    assert verbs.apply(EN, order(answers(machine), as_json=True)) == ExitCode.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["kind"] for row in rows] == ["run-started", "later-invention", "run-ended"]
    assert all(row["version"] == 1 for row in rows)


def test_detached_it_ends_as_soon_as_the_run_has_begun(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(machine, monkeypatch)
    assert verbs.apply(EN, order(answers(machine), detach=True)) == ExitCode.DONE
    assert runs.asked() is not None


def test_an_engine_that_vanishes(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    start(machine, monkeypatch)
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine))))
    assert code == ExitCode.INTERRUPTED
    assert "journalctl" in told


def test_an_engine_that_cannot_be_started(machine: Fake) -> None:
    machine.engine = "Unit tui-installer.service not found."
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine))))
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
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine))))
    assert code == ExitCode.INTERRUPTED
    assert "attach" in told
    assert runs.asked() is not None
    assert not places.STOP.exists()


def test_a_worker_needs_its_command(machine: Fake) -> None:
    code, told = ends(lambda: verbs.apply(EN, order(answers(machine, role="worker"))))
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
    assert verbs.apply(EN, order(answers(machine, role="worker"), join=join)) == ExitCode.DONE
    assert seen[0].join is not None
    assert seen[0].join.token.reveal() == TOKEN
    printed = capsys.readouterr()
    assert TOKEN[7:] not in printed.out + printed.err


@pytest.mark.parametrize("text", ["", "kubeadm join 10.0.0.5:6443 --token abc"])
def test_a_wrong_command_is_usage(machine: Fake, text: str) -> None:
    path = machine.folder / "join.txt"
    path.write_text(text)
    done = ends(lambda: verbs.apply(EN, order(answers(machine, role="worker"), join=str(path))))
    assert done[0] == ExitCode.USAGE
    missing = order(answers(machine, role="worker"), join="/nosuch")
    assert ends(lambda: verbs.apply(EN, missing))[0] == ExitCode.USAGE


def test_other_answers_while_a_run_goes_on(machine: Fake) -> None:
    requests.submit(
        Request(inspection.look(inspection.Asked(read_answers(EN, answers(machine)))).answers)
    )
    other = answers(machine, "[cluster]\npod_subnet = '172.16.0.0/16'\n")
    code, told = ends(lambda: verbs.apply(EN, order(other)))
    assert code == ExitCode.BUSY
    assert "cluster.pod_subnet" in told


def test_the_same_answers_while_a_run_goes_on_follow_it(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    requests.submit(Request(found.answers))
    start(machine, monkeypatch, {"kind": "run-ended", "outcome": "done"})
    assert verbs.apply(EN, order(answers(machine))) == ExitCode.DONE


def test_a_converged_node_has_nothing_to_do(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine.set(Kernel(MODULES, MODULES, {"net.ipv4.ip_forward": "1"}))
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    places.ANSWERS.write_text(dump(found.answers))
    nothing = [PlannedStep(planned.step, ()) for planned in found.plan.steps]
    monkeypatch.setattr(inspection, "make_plan", lambda *_: Plan(tuple(nothing)))
    machine.asked.clear()
    assert verbs.apply(EN, order(answers(machine), as_json=True)) == ExitCode.DONE
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["outcome"] for row in rows} == {"nothing to do", "done"}
    assert rows[-1]["kind"] == "run-ended"
    assert machine.asked == [], "a converged node asks no mirror"
    assert runs.asked() is None


def test_what_kubeadm_fixed_is_refused(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    found = inspection.look(inspection.Asked(read_answers(EN, answers(machine))))
    places.ANSWERS.write_text(dump(found.answers))
    machine.set(Kubernetes(kubelet_conf=True))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))
    other = answers(machine, "hostname = 'cp-1'\n")
    code, told = ends(lambda: verbs.apply(EN, order(other)))
    assert code == ExitCode.REFUSED
    assert "node.hostname" in told


def test_attach_to_nothing(machine: Fake) -> None:
    code, told = ends(lambda: verbs.attach(EN, False))
    assert code == ExitCode.DONE
    assert told


def test_attach_prints_the_last_pass_of_the_last_run(
    machine: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    run = places.RUNS / "1"
    run.mkdir()
    rows = [
        {"kind": "run-started", "run": "1", "steps": []},
        {"kind": "run-ended", "outcome": "stopped"},
        {"kind": "run-started", "run": "1", "steps": [], "resumed": True},
        {"kind": "run-ended", "outcome": "failed"},
    ]
    (run / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert verbs.attach(EN, True) == ExitCode.FAILED
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row.get("outcome") for row in printed] == [None, "failed"]


def test_stop(machine: Fake) -> None:
    assert ends(lambda: verbs.stop(EN))[0] == ExitCode.DONE
    assert not places.STOP.exists()
    with places.LOCK.open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert verbs.stop(EN) == ExitCode.DONE
    assert places.STOP.exists()
