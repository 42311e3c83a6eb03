"""The engine asks again for what is not known, says so, and gives up by name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.conftest import Machine, Marks
from tui_installer.engine import asking
from tui_installer.engine import run as run_module
from tui_installer.model.facts import Facts, Past, Unread
from tui_installer.model.text import T

SILENT = Unread(T("the API server"), "no answer in 15 s", silent=True)
REFUSING = Unread(T("the API server"), "connection refused")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FIRST_PAUSE", "LAST_PAUSE", "TICK"):
        monkeypatch.setattr(asking, name, 0.01)


def answering(machine: Machine, unread: Unread, after: int) -> Callable[[], int]:
    """Marks can be read only after so many questions; how many there were."""
    count = [0]

    def seen_now() -> Facts:
        count[0] += 1
        if count[0] <= after:
            return Facts({Marks: unread}).having(Past())
        return Facts().having(Marks(machine.marks), Past())

    machine.sees = seen_now
    return lambda: count[0]


@pytest.mark.parametrize("unread", [SILENT, REFUSING])
def test_it_asks_until_there_is_an_answer(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, unread: Unread
) -> None:
    asked = answering(machine, unread, after=4)
    assert machine.run(machine.marking("a")) == "done"
    assert machine.marks == {"a"}
    assert asked() > 4
    waiting = [e["what"]["params"] for e in machine.events if e["kind"] == "waiting"]
    assert len(waiting) == 1, "said once"
    assert waiting[0]["why"] == unread.why
    assert machine.at("waiting") < machine.at("change-started")


def test_what_is_done_is_nothing_to_do_only_once_that_is_known(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(machine, SILENT, after=3)
    (machine.folder / "marks/a").touch()
    machine.run(machine.marking("a"))
    assert machine.ended() == {"a": "nothing to do"}
    assert machine.at("waiting") < machine.at("step-ended")


@pytest.mark.parametrize(("unread", "limit"), [(SILENT, "SILENT"), (REFUSING, "REFUSING")])
def test_it_gives_up_by_name(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, unread: Unread, limit: str
) -> None:
    for name in ("SILENT", "REFUSING"):
        monkeypatch.setattr(asking, name, 0.05 if name == limit else 10**6)
    answering(machine, unread, after=10**6)
    assert machine.run(machine.marking("a"), machine.marking("b", after=("a",))) == "failed"
    assert machine.ended() == {"a": "failed"}, "and nothing goes on behind it"
    error = machine.end_of("a")["error"]
    assert "did not answer" in str(error)
    assert "the API server" in str(error)
    assert machine.end_of("a")["cure"]
    assert machine.argvs() == []


def test_it_can_be_stopped_meanwhile(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(machine, SILENT, after=10**6)
    machine.stop.set()
    # It is not stopped yet when the step begins.
    stops = iter([False])
    monkeypatch.setattr(machine.stop, "is_set", lambda: next(stops, True))
    assert machine.run(machine.marking("a")) == "stopped"
    assert machine.ended() == {"a": "stopped"}


def test_what_is_made_is_not_proven_by_a_look_that_sees_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After its change the step asks again until it can see that nothing is left."""
    count = [0]

    def seen_now() -> Facts:
        count[0] += 1
        if 1 < count[0] < 5:
            return Facts({Marks: SILENT}).having(Past())
        return Facts().having(Marks(machine.marks), Past())

    machine.sees = seen_now
    assert machine.run(machine.marking("a")) == "done"
    assert count[0] >= 5
    assert machine.at("step-verifying") < machine.at("waiting") < machine.at("step-ended")


def test_a_slow_look_leaves_time_for_another(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts that follow a command late are seen, however long a look takes against `settle`."""
    seen = [0]

    def seen_now() -> Facts:
        seen[0] += 1
        if seen[0] == 2:
            monkeypatch.setattr(clock, "now", clock.now + 50)
        return Facts().having(Marks(machine.marks if seen[0] > 2 else frozenset()), Past())

    class Clock:
        now = 0.0

        def monotonic(self) -> float:
            return self.now

        def sleep(self, seconds: float) -> None:
            self.now += seconds

    clock = Clock()
    monkeypatch.setattr(run_module, "time", clock)
    machine.sees = seen_now
    assert machine.run(machine.marking("a")) == "done"


def test_a_step_that_waits_for_others_shows_that_nothing_is_seen() -> None:
    (row,) = asking.unseen(SILENT).rows
    assert (row.outcome, str(row.name)) == ("--", "the API server")


def test_only_of_silence_it_is_said_that_no_answer_came() -> None:
    assert str(SILENT.text) == "not known: the API server did not answer (no answer in 15 s)"
    nothing = "not known: nothing usable from the API server: connection refused"
    assert str(REFUSING.text) == nothing
