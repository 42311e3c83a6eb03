"""What stands in the way of a run is said; where nothing does, it begins, or goes on."""

from __future__ import annotations

import errno
import fcntl
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.host import last_answers, requests, runs
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers_file import Given, dump, parse
from tui_installer.model.ending import Ending
from tui_installer.model.facts import (
    Disk,
    Kubernetes,
    Managed,
    NetworkManager,
    Past,
    Space,
    System,
    Unread,
)
from tui_installer.model.join import JoinCommand
from tui_installer.model.request import Request
from tui_installer.model.secret import Secret
from tui_installer.model.text import T
from tui_installer.preflight import inspection
from tui_installer.preflight.inspection import Asked, Preflight
from tui_installer.runs import follow, launch
from tui_installer.runs.launch import Obstacle

JOIN = JoinCommand("10.77.0.31:6443", Secret("69eg2e.ocvsmlyx9u31mvue"), (f"sha256:{'8' * 64}",))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(follow, "TICK", 0.001)
    monkeypatch.setattr(follow, "GRACE", 0.003)
    return fake(tmp_path, monkeypatch)


def asked(rest: str = "", role: str = "first-control-plane", **more: object) -> Asked:
    given = parse(f'[node]\nrole = "{role}"\n{rest}'.encode())
    return replace(Asked(given), **more)  # type: ignore[arg-type]


def kinds(found: Preflight) -> list[Obstacle]:
    return [refusal.kind for refusal in launch.refusals(found)]


def test_nothing_stands_in_the_way(machine: Fake) -> None:
    assert kinds(inspection.look(asked())) == []
    assert kinds(inspection.look(asked(role="worker", join=JOIN))) == []


def test_a_check_that_fails_unless_it_is_accepted(machine: Fake) -> None:
    machine.set(System(memory=1 << 30))
    (refusal,) = launch.refusals(inspection.look(asked()))
    assert refusal.kind is Obstacle.CHECKS
    assert "memory" in str(refusal.text)
    assert kinds(inspection.look(asked(accept=("memory",)))) == []


def test_a_worker_without_its_command(machine: Fake) -> None:
    (refusal,) = launch.refusals(inspection.look(asked(role="worker")))
    assert refusal.kind is Obstacle.JOIN
    assert "kubeadm token create --print-join-command" in str(refusal.text)


def test_all_that_stands_in_the_way_is_said(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    at(places.ANSWERS).write_text(dump(inspection.look(asked()).answers))
    machine.set(Kubernetes(kubelet_conf=True), System(memory=1 << 30))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))
    found = inspection.look(asked("hostname = 'cp-1'\n"))
    assert kinds(found) == [Obstacle.FIXED, Obstacle.CHECKS]
    assert "node.hostname" in str(launch.refusals(found)[0].text)


def test_a_line_that_the_run_cuts(machine: Fake) -> None:
    found = inspection.look(asked("address = '192.168.40.99/24'\n"))
    text = launch.moved_line(found, "192.168.40.1 51512 192.168.40.180 22")
    assert "connect again to 192.168.40.99" in str(text)
    assert launch.moved_line(found, "192.168.40.1 51512 10.9.9.9 22") is None
    assert launch.moved_line(found, "") is None


def test_a_line_over_a_card_of_which_nothing_is_known_is_at_risk(machine: Fake) -> None:
    machine.topics[NetworkManager] = Unread(T("{name}", name="nmcli"), "10 s", silent=True)
    found = inspection.look(asked("address = '192.168.40.99/24'\n"))
    assert not found.plan.changes_of("address")
    risk = launch.line_at_risk(found, "192.168.40.1 51512 192.168.40.180 22")
    assert risk is not None
    assert "what becomes of it is not known" in str(risk.changed[0])
    assert "nmcli did not answer" in str(risk.changed[1])
    assert "connect again to 192.168.40.99" in str(risk.back[0])
    other = "10.9.9.1 51512 10.9.9.9 22"
    risk = launch.line_at_risk(found, other)
    assert risk is not None, "an unmanaged card gets its address by a restart of all cards"
    assert "may restart network.service" in str(risk.changed[0])
    assert "nmcli did not answer" in str(risk.changed[1])
    assert "goes on without the line" in str(risk.back[0])
    assert launch.line_at_risk(found, "") is None
    there = inspection.look(asked("address = '192.168.40.180/24'\n"))
    assert [p.step.id for p in there.plan.unknown] == ["address"]
    assert launch.line_at_risk(there, other) is None
    as_it_is = inspection.look(asked())
    assert launch.line_at_risk(as_it_is, "192.168.40.1 51512 192.168.40.180 22") is None


def test_a_restart_of_the_network_puts_the_line_of_every_card_at_risk(machine: Fake) -> None:
    line = "10.9.9.1 51512 10.9.9.9 22"
    second = "interface = 'ens34'\naddress = '10.9.9.5/24'\ngateway = '10.9.9.1'\n"
    risk = launch.line_at_risk(inspection.look(asked(second)), "192.168.40.1 1 192.168.40.180 22")
    assert risk is not None
    assert "By which card" in str(risk.changed[-1])
    first = asked("address = '192.168.40.99/24'\n")
    risk = launch.line_at_risk(inspection.look(first), line)
    assert risk is not None
    assert "restarts network.service" in str(risk.changed[0])
    assert launch.line_at_risk(inspection.look(first), "") is None
    machine.set(NetworkManager({"ens33": Managed("connected", "a", "192.168.40.2")}))
    assert launch.line_at_risk(inspection.look(first), line) is None


def test_the_request_holds_what_was_found_and_accepted(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.set(System(memory=1 << 30), Disk((Space("/var/lib/containerd", 1 << 30, 60 << 30),)))
    monkeypatch.setenv("SUDO_USER", "ada")
    order = asked(join=JOIN, accept=("memory", "disk", "swap"))
    found = inspection.look(order)
    since = launch.launch(found, order)
    assert since == follow.Place(None, 0)
    request = runs.asked()
    assert request is not None
    assert (request.answers, request.people, request.join) == (found.answers, order.people, JOIN)
    assert (request.accepted, request.by) == (("Mem",), "ada")
    assert set(request.checks) == {"memory", "disk"}, "what did not fail was not accepted"
    assert at(places.REQUEST).stat().st_mode & 0o777 == 0o600


def test_who_started_it_can_be_said(machine: Fake) -> None:
    launch.launch(inspection.look(asked()), asked(), by="ada")
    request = runs.asked()
    assert request is not None
    assert request.by == "ada"


def test_its_place_is_behind_what_is_there(machine: Fake) -> None:
    run = at(places.RUNS) / "1"
    run.mkdir()
    (run / "journal.jsonl").write_text(
        '{"kind": "run-started"}\n{"kind": "run-ended", "outcome": "failed"}\n'
    )
    since = launch.launch(inspection.look(asked()), asked())
    assert since == follow.Place(run, 2)
    with (run / "journal.jsonl").open("a") as journal:
        journal.write('{"kind": "run-started"}\n')
    assert follow.wait_for_run(since) == (run, 2)


def test_another_run_was_first(machine: Fake) -> None:
    found = inspection.look(asked())
    requests.submit(Request(found.answers, by="somebody"))
    with pytest.raises(launch.Busy):
        launch.launch(found, asked())
    request = runs.asked()
    assert request is not None
    assert request.by == "somebody"


def test_an_engine_that_cannot_be_started(machine: Fake) -> None:
    machine.engine = "Unit tui-installer.service not found."
    with pytest.raises(launch.NotStarted) as error:
        launch.launch(inspection.look(asked()), asked())
    assert machine.engine in str(error.value.text)
    assert runs.asked() is None, "the request, which may hold a token, is taken back"


def test_a_request_that_cannot_be_written(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    found = inspection.look(asked())

    def full(_request: Request) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(requests, "submit", full)
    with pytest.raises(launch.NotStarted) as error:
        launch.launch(found, asked())
    assert "No space left" in str(error.value.text)


def test_an_engine_is_woken_unless_one_is_at_work(machine: Fake) -> None:
    launch.wake()
    machine.engine = "it is masked"
    with pytest.raises(launch.NotStarted) as error:
        launch.wake()
    assert "it is masked" in str(error.value.text)
    with at(places.LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        launch.wake()


def stopped(machine: Fake, order: Asked, outcome: str = Ending.FAILED) -> Request:
    """A run of these answers that has ended, as the engine leaves it."""
    launch.launch(inspection.look(order), order)
    request = runs.asked()
    assert request is not None
    requests.withdraw()
    run = at(places.RUNS) / "20261123T101212Z"
    run.mkdir()
    (run / "request.json").write_text(json.dumps(request.public()))
    (run / "journal.jsonl").write_text(json.dumps({"kind": "run-ended", "outcome": outcome}))
    at(places.ANSWERS).write_text(dump(request.answers))
    return request


def test_a_run_that_did_not_end_well_is_taken_up_again(machine: Fake) -> None:
    machine.set(System(memory=1 << 30))
    first = stopped(machine, asked("hostname = 'cp-1'\n", accept=("memory",)))
    again = launch.resume()
    assert again.accept == ("memory",)
    assert again.people == first.people
    assert again.join is None
    found = inspection.look(again)
    assert found.answers == first.answers
    assert kinds(found) == []


def test_a_worker_that_is_taken_up_again_may_need_its_command_anew(machine: Fake) -> None:
    stopped(machine, asked(role="worker", join=JOIN))
    assert kinds(inspection.look(launch.resume())) == [Obstacle.JOIN]
    assert kinds(inspection.look(launch.resume(JOIN))) == []


def test_a_mirror_that_fails_now_is_replaced_but_not_one_that_was_typed(machine: Fake) -> None:
    typed = "https://mirrors.example.org/docker-ce"
    stopped(machine, asked(f"[mirrors]\ndocker_ce = '{typed}'\n"))
    machine.silent = {("centos", "aliyun"), ("docker_ce", typed)}
    found = inspection.look(launch.resume())
    assert found.answers.mirrors.centos == "tuna"
    assert found.answers.mirrors.docker_ce == typed
    assert kinds(found) == [Obstacle.CHECKS]


def test_what_cannot_be_taken_up_again(machine: Fake) -> None:
    with pytest.raises(launch.NothingToResume):
        launch.resume()
    stopped(machine, asked(), Ending.DONE)
    with pytest.raises(launch.NothingToResume):
        launch.resume()
    run = runs.latest()
    assert run is not None
    (run / "journal.jsonl").write_text("")
    assert isinstance(launch.resume().given, Given)
    (run / "request.json").write_text("{")
    with pytest.raises(launch.NothingToResume):
        launch.resume()


def test_an_accepted_check_that_is_gone_is_forgotten(machine: Fake) -> None:
    request = stopped(machine, asked())
    run = runs.latest()
    assert run is not None
    kept = replace(request, checks=("memory", "a_check_of_an_older_program"))
    (run / "request.json").write_text(json.dumps(kept.public()))
    assert launch.resume().accept == ("memory",)
    old = {key: value for key, value in request.public().items() if key != "checks"}
    (run / "request.json").write_text(json.dumps(old))
    assert launch.resume().accept == ()
    assert last_answers.last().answers is not None
