"""Whatever the disk refuses: no child outlives its step, every change is accounted for, no file is half a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, shell, step
from tests.engine.faulty import ERRORS, Faults, watched
from tests.engine.test_main import REQUEST, House, house
from tui_installer.engine.main import main
from tui_installer.engine.output import MOST_LOGGED
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host import requests, runs
from tui_installer.host.shell import MOST, Child, gone, writer
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.event import DONE, FAILED, OpenChange, state_of
from tui_installer.model.facts import Facts
from tui_installer.model.step import Step
from tui_installer.model.text import T

__all__ = ["house"]

OLD, NEW = "/dev/sda1 / xfs\n/dev/sda2 swap swap\n", "/dev/sda1 / xfs\n"


@pytest.fixture
def faults(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    yield watched(machine.folder, monkeypatch)
    # What the fixture of the machine looks at afterwards.
    monkeypatch.undo()
    for left in (machine.folder / "raw").iterdir():
        left.unlink()


def steps(machine: Machine) -> tuple[Any, ...]:
    """A file like /etc/fstab, and a real child that prints for a while."""
    fstab = machine.folder / "fstab"
    fstab.write_text(OLD)

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        found: list[Change] = []
        if fstab.read_text() != NEW:
            found.append(WriteFile(str(fstab), NEW, T("x"), before=OLD))
        if "child" not in facts[Marks].names:
            found.append(machine.mark("child", "for i in 1 2 3; do echo line $i; sleep 0.02; done"))
        return found

    return (step("swap", changes),)


def children(machine: Machine) -> list[tuple[int, str]]:
    return [
        (event["pid"], event["start"])
        for event in machine.events
        if event["kind"] == "child-started"
    ]


def hold(machine: Machine, outcome: str, *, for_good: bool) -> None:
    assert (machine.folder / "fstab").read_text() in (OLD, NEW)
    assert outcome in (DONE, FAILED)
    assert all(gone(pid, start) for pid, start in children(machine)), "a child outlived its step"
    begun = [e for e in machine.events if e["kind"] == "change-started"]
    assert for_good or not state_of(machine.events).open, "a change was never closed"
    if outcome == DONE:
        assert "child" in machine.marks
        assert len(begun) == 2


# More calls than there are where nothing fails; how a child is timed makes it a few more or less.
CALLS = 60


def test_each_call_is_met(machine: Machine, faults: Faults) -> None:
    assert machine.run(*steps(machine)) == DONE
    assert 20 < len(faults.seen) < CALLS, faults.seen
    assert {"write", "fsync", "fdatasync", "replace", "open"} == {s.split()[0] for s in faults.seen}


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("first", range(CALLS))
def test_wherever_it_fails(machine: Machine, faults: Faults, first: int, for_good: bool) -> None:
    made = steps(machine)
    before = len(faults.seen)
    faults.first, faults.error = before + first, ERRORS[(first + for_good) % len(ERRORS)]
    faults.most = 1 << 30 if for_good else 1
    try:
        outcome = machine.run(*made)
    except OSError:
        # Before anything was begun: the journal itself could not be opened.
        outcome = FAILED
        assert not [e for e in machine.events if e["kind"] == "change-started"]
    faults.most = 0
    hold(machine, outcome, for_good=for_good)


def test_a_child_that_floods_is_told_in_part(machine: Machine) -> None:
    """The first lines and the last are kept, and where some are missing it says so."""
    flood = machine.marking(
        "flood", script="echo begin; yes no end | head -c 100000000; echo; echo end"
    )
    assert machine.run(flood) == DONE
    log = (machine.run_folder / "output/flood.log").read_text()
    assert log.startswith("begin\nno end\n")
    assert "were left out here" in log or "lines are missing here: too many" in log
    assert log.endswith("\nend\n")
    assert len(log) < MOST_LOGGED + 2 * MOST


def test_orphans_can_be_stopped_and_keep_their_time_limit(machine: Machine) -> None:
    def orphan(name: str, **rest: Any) -> OpenChange:
        raw = machine.folder / f"raw/{name}-1"
        child = Child(("/bin/sh", "-c", f"sleep {LONG}"), raw, {})
        return OpenChange(name, 1, ("/bin/sh",), child.pid, child.start, **rest)

    pull, late = orphan("pull", interruptible=True), orphan("late", timeout=0.1)
    # The engine was killed before its journal named this one; the file that it writes into does.
    unseen = replace(orphan("unseen", interruptible=True), pid=0, start="")
    machine.stop.set()
    shop = machine.workshop()
    wait_for_orphans(shop, [pull, late, unseen])
    shop.journal.close()
    assert all(gone(one.pid, one.start) for one in (pull, late))
    assert not writer(machine.folder / "raw/unseen-1")
    assert len([e for e in machine.events if e["kind"] == "waiting"]) == 3
    for left in (machine.folder / "raw").iterdir():
        left.unlink()


# More calls than a whole life makes.
LIFE = 100


def swapping(house: House) -> Step:
    """The step above, for the engine's whole life."""
    fstab = house.folder / "fstab"
    fstab.write_text(OLD)

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        found: list[Change] = []
        if fstab.read_text() != NEW:
            found.append(WriteFile(str(fstab), NEW, T("x"), before=OLD))
        if "child" not in facts[Marks].names:
            found.append(shell(f"echo line; touch {house.folder}/marks/child"))
        return found

    return step("swap", changes)


@pytest.mark.parametrize("first", range(LIFE))
def test_wherever_it_fails_in_the_engines_life(
    house: House, first: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The life that meets the fault leaves a machine on which the next one makes everything."""
    house.steps = [swapping(house)]
    requests.submit(REQUEST)
    faults = watched(house.folder, monkeypatch)
    faults.first, faults.error = first, ERRORS[first % len(ERRORS)]
    code = main()
    met = len(faults.seen) > first
    faults.most = 0
    assert (house.folder / "fstab").read_text() in (OLD, NEW)
    if (run := runs.latest()) is not None:
        state = state_of(runs.read_events(run))
        assert not state.open or not state.outcome, "over, with a change that was never closed"
    if code == 0 and not places.REQUEST.exists() and runs.latest():
        assert state_of(runs.read_events(house.run)).outcome in (DONE, FAILED)
    if not places.REQUEST.exists() and not places.UNFINISHED.exists():
        requests.submit(REQUEST)
    assert main() == 0
    assert state_of(runs.read_events(house.run)).outcome == DONE
    assert (house.folder / "fstab").read_text() == NEW
    assert house.marks == {"child"}
    assert not list(places.RAW.iterdir())
    assert met or code == 0
