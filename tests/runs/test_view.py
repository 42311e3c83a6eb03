"""A run is seen as it stands: its stage, its engine, its end, however it came about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake, fake
from tests.support.screens.watching import engine, lay
from tests.support.timeline import WORKER
from tui_installer.host import requests, runs
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.facts import Managed, NetworkManager
from tui_installer.runs.view import LineAtRisk, NotResumed, Stage, Viewing, resume


@pytest.fixture(autouse=True)
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def viewing() -> Viewing:
    found = Viewing()
    found.poll()
    return found


def test_a_machine_without_a_run() -> None:
    assert viewing().stage == Stage.FRESH


@pytest.mark.parametrize(
    ("tape", "stage"),
    [
        (Tape.done(), Stage.DONE),
        (Tape.failed(), Stage.UNFINISHED),
        (Tape.stopped(), Stage.UNFINISHED),
        (Tape.join_lost(), Stage.UNFINISHED),
        (Tape.running(10), Stage.UNFINISHED),
    ],
)
def test_a_run_that_nobody_works_on(tape: Tape, stage: Stage) -> None:
    lay(tape)
    assert viewing().stage == stage


def test_a_run_that_is_worked_on() -> None:
    lay(Tape.running(10))
    with engine():
        found = viewing()
        assert (found.stage, found.at_work, found.alone) == (Stage.RUNNING, True, 0.0)


def test_a_run_that_the_unit_will_take_up() -> None:
    at(places.UNFINISHED).write_text(lay(Tape.running(10)).name)
    assert viewing().stage == Stage.RUNNING


def test_a_request_that_waits() -> None:
    at(places.REQUEST).write_text("{}")
    found = viewing()
    assert (found.stage, found.beginning) == (Stage.RUNNING, True)


def test_a_new_request_after_a_run_that_has_ended() -> None:
    lay(Tape.stopped(), going=True)
    found = viewing()
    assert (found.stage, found.beginning) == (Stage.RUNNING, True)
    lay(Tape.resumed(), going=True)
    found.poll()
    assert (found.beginning, found.standing.resumed) == (False, True)


def test_another_run_takes_the_place_of_one_that_has_ended() -> None:
    lay(Tape.done())
    found = viewing()
    assert found.stage == Stage.DONE
    later = Tape(WORKER)
    later.begun = later.begun.replace(year=2027)
    later.run = "20271123T101200Z"
    lay(later.begin(), going=True)
    found.poll()
    assert found.run == at(places.RUNS) / "20271123T101200Z"
    assert found.standing.run == "20271123T101200Z"
    assert found.node == WORKER
    assert len(found.told) == 1


def test_a_folder_that_belongs_to_root(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_path: Path) -> bool:
        raise PermissionError

    monkeypatch.setattr(Path, "exists", refuse)
    monkeypatch.setattr(runs, "latest", lambda: None)
    monkeypatch.setattr(runs, "engine_at_work", lambda: True)
    assert viewing().stage == Stage.FRESH


def test_every_poll_takes_what_is_new() -> None:
    lay(Tape.running(3), going=True)
    found = viewing()
    version, told = found.version, len(found.told)
    found.poll()
    assert found.version == version
    lay(Tape.running(30), going=True)
    found.poll()
    assert found.version == version + 1
    assert len(found.told) > told
    assert tuple(found.told[-40:]) == found.standing.recent


def test_the_percent_never_goes_back_within_a_pass() -> None:
    tape = Tape.running(60)
    lay(tape, going=True)
    found = viewing()
    found.now = lambda: tape.now
    first = found.foresee().percent
    found.now = lambda: Tape.running(10).now
    assert found.foresee().percent >= first


def test_an_engine_that_is_gone() -> None:
    lay(Tape.running(10), going=True)
    time = [1000.0]
    found = Viewing(clock=lambda: time[0])
    found.poll()
    time[0] += 10
    found.poll()
    assert (found.alone, found.gone) == (10.0, False)
    time[0] += 15
    found.poll()
    assert found.gone
    found.expect_engine()
    found.poll()
    assert not found.gone


def test_what_the_run_was_asked_for() -> None:
    run = lay(Tape.done(WORKER))
    found = viewing()
    assert found.node == WORKER
    assert found.request is not None
    assert found.request.answers.node.hostname == "centos-node1"
    (run / "request.json").unlink()
    assert viewing().node == WORKER


def test_the_output_of_a_step() -> None:
    assert viewing().output("packages") is None
    run = lay(Tape.done())
    assert viewing().output("packages") == run / "output" / "packages.log"


def test_resume_without_a_run() -> None:
    with pytest.raises(NotResumed, match="no run is left"):
        resume()


def test_resume_of_a_worker_without_its_join_command() -> None:
    lay(Tape.join_lost())
    with pytest.raises(NotResumed, match="needs its join command"):
        resume()


def test_resume_hands_the_request_over() -> None:
    lay(Tape.stopped())
    resume()
    asked = runs.asked()
    assert asked is not None
    assert asked.answers.node.hostname == "centos-master"


def test_resume_asks_before_it_changes_the_card_of_the_ssh_line(machine: Fake) -> None:
    machine.set(NetworkManager({"ens33": Managed("connected", "a", "192.168.40.2")}))
    run = lay(Tape.stopped())
    path = run / "request.json"
    text = path.read_text()
    assert '"node.address": ""' in text
    text = text.replace('"node.address": ""', '"node.address": "192.168.40.99/24"')
    path.write_text(text.replace('"node.gateway": ""', '"node.gateway": "192.168.40.2"'))
    with pytest.raises(LineAtRisk, match="goes over ens33"):
        resume(line="192.168.40.1 51512 192.168.40.180 22")
    assert not at(places.REQUEST).exists()
    resume(line="10.9.9.1 51512 10.9.9.9 22")
    assert at(places.REQUEST).exists()


def test_resume_of_answers_that_this_machine_cannot_have() -> None:
    run = lay(Tape.stopped())
    path = run / "request.json"
    path.write_text(path.read_text().replace('"ens33"', '"eth7"'))
    with pytest.raises(NotResumed, match="eth7"):
        resume()
    assert not at(places.REQUEST).exists()


def test_resume_while_another_run_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_request: object) -> None:
        raise requests.Taken

    lay(Tape.stopped())
    monkeypatch.setattr(requests, "submit", taken)
    resume()
