"""Whatever the disk refuses: no child outlives its step, every change is accounted for, no file is half a file."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, step
from tui_installer.engine.output import MOST
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host.shell import Child, gone, writer
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.event import DONE, FAILED, OpenChange, state_of
from tui_installer.model.facts import Facts
from tui_installer.model.text import T

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)
OLD, NEW = "/dev/sda1 / xfs\n/dev/sda2 swap swap\n", "/dev/sda1 / xfs\n"


@dataclass
class Faults:
    """Counts what is written below a folder, and refuses the calls from `first` on, `most` of them."""

    folder: Path
    first: int = -1
    most: int = 1
    error: int = errno.ENOSPC
    seen: list[str] = field(default_factory=list)

    def meet(self, what: str, where: object) -> None:
        path = self._path(where)
        if not path.startswith(str(self.folder)) or "/marks/" in path:
            return
        self.seen.append(f"{what} {path}")
        if self.first <= len(self.seen) - 1 < self.first + self.most:
            raise OSError(self.error, os.strerror(self.error), path)

    @staticmethod
    def _path(where: object) -> str:
        try:
            return str(
                Path(f"/proc/self/fd/{where}").readlink() if isinstance(where, int) else where
            )
        except OSError:
            return ""


class Written(io.FileIO):
    """A file of which every write is met."""

    faults: Faults

    def write(self, data: Any, /) -> int:
        self.faults.meet("write", self.fileno())
        return super().write(data) or 0


@pytest.fixture
def faults(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Iterator[Faults]:
    found = Faults(machine.folder)

    def met(name: str) -> None:
        real: Callable[..., Any] = getattr(os, name)

        def call(where: Any, *rest: Any, **named: Any) -> Any:
            if name != "open" or (rest and rest[0] & (os.O_WRONLY | os.O_RDWR)):
                found.meet(name, where)
            return real(where, *rest, **named)

        monkeypatch.setattr(os, name, call)

    for name in ("write", "fsync", "fdatasync", "replace", "open"):
        met(name)
    real_open = io.open

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if set(mode).isdisjoint("wax+"):
            return real_open(file, mode, *rest, **named)
        if not isinstance(file, int):
            found.meet("open", file)
        made = type("Made", (Written,), {"faults": found})
        raw = made(file, mode.replace("b", "").replace("t", ""))
        buffer = io.BufferedWriter(raw)
        if "b" in mode:
            return buffer
        return io.TextIOWrapper(
            buffer,
            encoding=named.get("encoding") or "utf-8",
            errors=named.get("errors"),
            newline=named.get("newline"),
        )

    monkeypatch.setattr(io, "open", opened)
    monkeypatch.setattr(builtins, "open", opened)
    yield found
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
CALLS = 45


def test_each_call_is_met(machine: Machine, faults: Faults) -> None:
    assert machine.run(*steps(machine)) == DONE
    assert 20 < len(faults.seen) < CALLS, faults.seen
    assert {"write", "fsync", "fdatasync", "replace", "open"} == {s.split()[0] for s in faults.seen}


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "for good"])
@pytest.mark.parametrize("first", range(CALLS))
def test_wherever_it_fails(machine: Machine, faults: Faults, first: int, for_good: bool) -> None:
    made = steps(machine)
    before = len(faults.seen)
    faults.first, faults.error = before + first, ERRORS[first % len(ERRORS)]
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
    flood = machine.marking("flood", script="yes no end of it | head -c 300000000; echo; echo end")
    assert machine.run(flood) == DONE
    log = (machine.run_folder / "output/flood.log").read_text()
    assert "were left out here" in log
    assert log.endswith("\nend\n")
    assert len(log) < MOST * 8


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
