"""A step that fails: its cause, its last lines, and what becomes of the others."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from tests.engine.conftest import LONG, Machine, Marks, meeting, step, told
from tui_installer.engine import apply as apply_module
from tui_installer.engine.journal import Journal
from tui_installer.model.answers import Answers
from tui_installer.model.cause import by_words
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.event import state_of
from tui_installer.model.facts import Facts
from tui_installer.model.text import T

KNOWN = by_words(
    "disk_full",
    "/bin/sh",
    re.compile("no space left on (?P<disk>\\w+)"),
    T("the disk {disk} is full"),
    T("make room on {disk}"),
)


def test_a_failing_command_is_told_with_its_cause_and_its_last_lines(machine: Machine) -> None:
    machine.known_causes = (KNOWN,)
    script = "for i in 1 2 3; do echo line $i; done; echo no space left on sda >&2; exit 9"
    assert machine.run(machine.marking("packages", script=f"({script})")) == Ending.FAILED
    end = machine.end_of("packages")
    assert end["error"] == {"text": "the disk {disk} is full", "params": {"disk": "sda"}}
    assert end["cure"]["params"] == {"disk": "sda"}
    assert end["tail"] == ["line 1", "line 2", "line 3", "no space left on sda"]
    assert machine.events[machine.at("change-ended")]["code"] == 9
    assert (machine.run_folder / "output/packages.log").read_text().endswith("on sda\n")


def test_an_unknown_failure_is_said_to_be_unknown(machine: Machine) -> None:
    assert machine.run(machine.marking("packages", script="false")) == Ending.FAILED
    assert machine.end_of("packages")["error"]["params"] == {"program": "/bin/sh"}


def test_a_missing_program(machine: Machine) -> None:
    change = RunCommand(("no-such-program-at-all",), T("x"))
    assert machine.run(step("packages", lambda _a, _f: (change,))) == Ending.FAILED
    assert "no-such-program-at-all" in machine.end_of("packages")["tail"][0]


def test_an_exit_code_that_is_no_failure(machine: Machine) -> None:
    folder = machine.folder
    odd = machine.marking("odd", script=f"touch {folder}/marks/odd; exit 3", ok_codes=(0, 3))
    assert machine.run(odd) == Ending.DONE


def test_after_a_failure_what_runs_is_ended_in_peace_and_nothing_new_begins(
    machine: Machine,
) -> None:
    meet = meeting(machine, "a", "b")
    bad = machine.marking("bad", script=f"({meet}; false)")
    good = machine.marking("good", script=f"{meeting(machine, 'b', 'a')} && sleep 0.1")
    assert machine.run(bad, good, machine.marking("later", ("good",))) == Ending.FAILED
    assert machine.ended() == {"bad": Ending.FAILED, "good": Ending.DONE}


def test_after_a_failure_a_step_makes_no_further_change(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        rows = (("one", told(machine, "step-ended")), ("two", ":"))
        return [machine.mark(n, script) for n, script in rows if n not in facts[Marks].names]

    assert (
        machine.run(machine.marking("bad", script="false"), step("long", changes)) == Ending.FAILED
    )
    assert machine.marks <= {"one"}
    assert machine.ended()["bad"] == Ending.FAILED
    assert machine.ended()["long"] != Ending.DONE


def test_a_file_that_cannot_be_written(machine: Machine) -> None:
    change = WriteFile(f"{machine.folder}/marks/x/y", "", T("x"))
    (machine.folder / "marks/x").touch()
    assert machine.run(step("swap", lambda _a, _f: (change,))) == Ending.FAILED
    end = machine.end_of("swap")
    assert end["error"]["params"]["path"] == change.path
    assert end["error"]["params"]["reason"]
    assert end["cure"]
    assert not state_of(machine.events).open


def test_a_fault_in_a_step_fails_it_and_hangs_nothing(machine: Machine) -> None:
    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        raise ZeroDivisionError("a mistake")

    assert machine.run(step("broken", changes)) == Ending.FAILED
    end = machine.end_of("broken")
    assert end["error"]["params"]["error"] == "ZeroDivisionError: a mistake"
    assert any("a mistake" in line for line in end["tail"])


def test_a_fault_while_it_is_verified(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        if facts[Marks].names:
            raise KeyError("x")
        return (machine.mark("x"),)

    assert machine.run(step("broken", changes)) == Ending.FAILED


def test_a_full_disk_under_the_journal_hangs_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Journal.write

    def write(journal: Journal, kind: str, **rest: Any) -> None:
        if kind == "step-ended":
            raise OSError(28, "No space left on device")
        real(journal, kind, **rest)

    monkeypatch.setattr(Journal, "write", write)
    assert (
        machine.run(machine.marking("first"), machine.marking("second", ("first",)))
        == Ending.FAILED
    )
    assert machine.marks == {"first"}


def test_a_command_that_takes_too_long_is_ended(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its time is over when it has said something, however long that took."""
    log = machine.run_folder / "output/slow.log"

    def clock() -> float:
        return time.monotonic() + (LONG if log.exists() and log.read_text() else 0)

    monkeypatch.setattr(apply_module, "time", SimpleNamespace(monotonic=clock))
    slow = machine.marking("slow", script=f"echo begun; sleep {LONG}", timeout=LONG)
    assert machine.run(slow) == Ending.FAILED
    end = machine.end_of("slow")
    assert end["error"]["params"]["program"] == "/bin/sh"
    assert end["tail"] == ["begun"]
    assert machine.events[machine.at("change-ended")]["code"] != 0


def test_one_failure_of_several_side_by_side(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        rows = (("good", "sleep 0.1"), ("bad", "false"))
        return [
            machine.mark(name, script, together="pull")
            for name, script in rows
            if name not in facts[Marks].names
        ]

    assert machine.run(step("images", changes)) == Ending.FAILED
    assert machine.marks == {"good"}
    assert len([e for e in machine.events if e["kind"] == "change-ended"]) == 2
