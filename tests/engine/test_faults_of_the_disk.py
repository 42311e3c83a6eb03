"""Whatever the disk refuses: no child outlives its step, every change is accounted for, no file is half a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, shell, step
from tests.engine.faulty import ERRORS, Faults, watched
from tests.engine.test_main import REQUEST, House, house
from tui_installer.engine import output
from tui_installer.engine.main import main
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host import requests, reset_backup, runs
from tui_installer.host.machine import at, use
from tui_installer.host.shell import MOST, Child, gone, writer
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event, OpenChange, state_of
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
    for left in at(places.RAW).iterdir():
        left.unlink()


# A child that is still there when what it has printed is taken over.
PRINTS = "echo line; sleep 0.04"


def steps(machine: Machine) -> tuple[Any, ...]:
    """A file like /etc/fstab, and a real child that lives for a while."""
    fstab = machine.folder / "fstab"
    fstab.write_text(OLD)

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        found: list[Change] = []
        if fstab.read_text() != NEW:
            found.append(WriteFile(str(fstab), NEW, T("x"), before=OLD))
        if "child" not in facts[Marks].names:
            found.append(machine.mark("child", PRINTS))
        return found

    return (step("swap", changes),)


def hold(folder: Path, events: Sequence[Event], outcome: Ending | None) -> None:
    """What is true however a run has ended."""
    assert (folder / "fstab").read_text() in (OLD, NEW)
    children = [(e["pid"], e["start"]) for e in events if e["kind"] == "child-started"]
    assert all(gone(pid, start) for pid, start in children), "a child outlived its step"
    if outcome == Ending.DONE:
        assert (folder / "marks/child").exists()
        assert len([e for e in events if e["kind"] == "change-started"]) == 2


# As many calls as there are where nothing fails, or a few more; how a child is timed makes a difference.
CALLS, LIFE, SPARE = 40, 76, 6
KINDS = {"write", "fsync", "fdatasync", "replace", "open"}


def nth(calls: int) -> list[Any]:
    """Each call; a second interpreter, which makes the same calls, meets a fault at every fourth."""
    return [
        pytest.param(call, marks=[pytest.mark.once] if call % 4 else []) for call in range(calls)
    ]


def test_each_call_is_met(machine: Machine, faults: Faults) -> None:
    made = steps(machine)
    before = len(faults.seen)
    assert machine.run(*made) == Ending.DONE
    assert CALLS - SPARE < len(faults.seen) - before <= CALLS, faults.seen
    assert {seen.split()[0] for seen in faults.seen} == KINDS


@pytest.mark.parametrize("first", nth(CALLS))
def test_wherever_it_fails_for_good(machine: Machine, faults: Faults, first: int) -> None:
    made = steps(machine)
    faults.first, faults.error = len(faults.seen) + first, ERRORS[first % len(ERRORS)]
    faults.most = 1 << 30
    try:
        outcome = machine.run(*made)
    except OSError:
        # Before anything was begun: the journal itself could not be opened.
        outcome = Ending.FAILED
        assert not [e for e in machine.events if e["kind"] == "change-started"]
    faults.most = 0
    assert outcome in (Ending.DONE, Ending.FAILED)
    hold(machine.folder, machine.events, outcome)


def test_a_child_that_floods_is_told_in_part(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first lines and the last are kept, and where some are missing it says so."""
    most, line = 2 << 20, "without-end" * 30
    monkeypatch.setattr(output, "MOST_LOGGED", most)
    flood = machine.marking(
        "flood", script=f"echo begin; yes {line} | head -c 20000000; echo; echo end"
    )
    assert machine.run(flood) == Ending.DONE
    log = (machine.run_folder / "output/flood.log").read_text()
    assert log.startswith(f"begin\n{line}\n")
    assert "were left out here" in log or "lines are missing here: too many" in log
    assert log.endswith("\nend\n")
    assert len(log) < most + 2 * MOST < 20_000_000


def test_orphans_can_be_stopped_and_keep_their_time_limit(machine: Machine) -> None:
    def orphan(name: str, **rest: Any) -> OpenChange:
        raw = at(places.RAW) / f"{name}-1"
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
    assert not writer(at(places.RAW) / "unseen-1")
    assert len([e for e in machine.events if e["kind"] == "waiting"]) == 3
    for left in at(places.RAW).iterdir():
        left.unlink()


def swapping(house: House) -> Step:
    """The step above, for the engine's whole life."""
    fstab = house.folder / "fstab"
    fstab.write_text(OLD)

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        found: list[Change] = []
        if fstab.read_text() != NEW:
            found.append(WriteFile(str(fstab), NEW, T("x"), before=OLD))
        if "child" not in facts[Marks].names:
            found.append(shell(f"{PRINTS}; touch {house.folder}/marks/child"))
        return found

    return step("swap", changes)


def test_each_call_of_a_life_is_met(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.steps = [swapping(house)]
    requests.submit(REQUEST)
    faults = watched(house.folder, monkeypatch)
    assert main() == 0
    assert LIFE - SPARE < len(faults.seen) <= LIFE, faults.seen


@pytest.mark.parametrize("first", nth(LIFE))
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
    events = runs.read_events(run) if (run := runs.latest()) is not None else []
    state = state_of(events)
    assert not state.open, "a change was never closed"
    hold(house.folder, events, state.outcome)
    if code == 0 and not at(places.REQUEST).exists() and runs.latest():
        assert state_of(runs.read_events(house.run)).outcome in (Ending.DONE, Ending.FAILED)
    if not at(places.REQUEST).exists() and not at(places.UNFINISHED).exists():
        requests.submit(REQUEST)
    assert main() == 0
    assert state_of(runs.read_events(house.run)).outcome == Ending.DONE
    assert (house.folder / "fstab").read_text() == NEW
    assert house.marks == {"child"}
    assert not list(at(places.RAW).iterdir())
    assert met or code == 0


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is saved before a reset."""
    for path in (
        "etc/kubernetes/pki/ca.key",
        "etc/kubernetes/admin.conf",
        "var/lib/etcd/member/wal/0.wal",
    ):
        (tmp_path / "root" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "root" / path).write_text(path)
    database = tmp_path / "root/var/lib/etcd/member/snap/db"
    database.parent.mkdir()
    database.write_text("no database")
    use(ThisMachine(tmp_path / "root"))
    return tmp_path / "root"


COPYING = ("sendfile", "mkdir", "link")


def saved(cluster: Path, into: Path) -> bool:
    """Whether all of it is there, and nothing that was begun."""
    copies = [path for path in into.parent.glob("*") if path.name.startswith((".", "before"))]
    if not copies:
        return False
    assert copies == [into]
    names = {str(path.relative_to(cluster)) for path in cluster.rglob("*")}
    assert names == {str(path.relative_to(into)) for path in into.rglob("*")}
    return True


def test_a_copy_before_a_reset_is_whole_or_there_is_none(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever the disk refuses, the caller hears of it, and the next copy has all the room."""
    faults = watched(tmp_path / "run", monkeypatch, *COPYING)
    met = 0
    for met in range(1000):
        into = tmp_path / f"run/before-reset-{met}"
        faults.first, faults.error = len(faults.seen) + met, ERRORS[met % len(ERRORS)]
        try:
            reset_backup.save(into)
        except OSError:
            assert not saved(cluster, into)
            continue
        break
    assert saved(cluster, into)
    kinds = {seen.split()[0] for seen in faults.seen}
    assert {"sendfile", "mkdir", "fsync", "replace", "open"} <= kinds
    files = sum(path.is_file() for path in into.rglob("*"))
    folders = sum(path.is_dir() for path in into.rglob("*"))
    assert met > 2 * files + folders


def test_a_copy_that_fails_for_good_is_told_and_made_anew_later(
    cluster: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = watched(tmp_path / "run", monkeypatch, *COPYING)
    faults.most = 1 << 30
    into = tmp_path / "run/before-reset-1"
    for first in range(0, 40, 3):
        faults.first = len(faults.seen) + first
        with pytest.raises(OSError, match=str(tmp_path)):
            reset_backup.save(into)
        assert not into.exists()
    faults.most = 0
    reset_backup.save(into)
    assert saved(cluster, into)


def test_a_request_is_there_whole_or_not_at_all(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = watched(house.folder, monkeypatch, *COPYING)
    requests.submit(REQUEST)
    requests.withdraw()
    kinds = [seen.split()[0] for seen in faults.seen]
    assert kinds[-3:] == ["open", "write", "link"]
    for first, kind in enumerate(kinds):
        faults.first, faults.error = len(faults.seen) + first, ERRORS[first % len(ERRORS)]
        try:
            requests.submit(REQUEST)
        except OSError:
            assert not list(at(places.VOLATILE).iterdir())
        else:
            assert kind == "mkdir", "the folder was there already"
            assert runs.asked() == REQUEST
            requests.withdraw()
