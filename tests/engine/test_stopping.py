"""A run that is stopped: between two changes, in a download, while it waits."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from tests.engine.conftest import LONG, Machine, Marks, once, step, told
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts


def test_stopping_between_two_changes(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        return [machine.mark(n) for n in ("one", "two") if n not in facts[Marks].names]

    first = machine.run_folder / "journal.jsonl"

    def stop_after_the_first() -> bool:
        return first.exists() and '"change-ended"' in first.read_text()

    machine.stop.is_set = stop_after_the_first  # type: ignore[method-assign]
    assert machine.run(step("two-fold", changes)) == Ending.STOPPED
    assert machine.marks == {"one"}
    assert machine.ended() == {"two-fold": Ending.STOPPED}
    machine.stop = threading.Event()
    assert machine.run(step("two-fold", changes)) == Ending.DONE
    assert machine.marks == {"one", "two"}


def test_stopping_cuts_a_download_short_and_lets_a_transaction_end(machine: Machine) -> None:
    both = f"touch {machine.folder}/begun-"
    wait = once(f"[ -e {machine.folder}/stopping ]")
    pull = machine.marking("pull", script=f"{both}pull && sleep {LONG}", interruptible=True)
    rpm = machine.marking("rpm", script=f"{both}rpm && {wait}")

    def stopping() -> bool:
        if all((machine.folder / f"begun-{name}").exists() for name in ("pull", "rpm")):
            (machine.folder / "stopping").touch()
            return True
        return False

    machine.stop.is_set = stopping  # type: ignore[method-assign]
    assert machine.run(pull, rpm, machine.marking("later", ("rpm",))) == Ending.STOPPED
    assert machine.ended() == {"pull": Ending.STOPPED, "rpm": Ending.DONE}
    assert machine.marks == {"rpm"}


def test_stopping_while_a_resource_is_waited_for(machine: Machine) -> None:
    journal = machine.run_folder / "journal.jsonl"
    hold = told(machine, "waiting")

    def stopping() -> bool:
        return journal.exists() and '"waiting"' in journal.read_text()

    machine.stop.is_set = stopping  # type: ignore[method-assign]
    steps = [machine.marking(name, script=hold, resource="rpm") for name in ("a", "b")]
    assert machine.run(*steps) == Ending.STOPPED
    assert sorted(machine.ended().values()) == [Ending.DONE, Ending.STOPPED]


def test_stopped_before_it_began(machine: Machine) -> None:
    machine.stop.set()
    assert machine.run(machine.marking("first")) == Ending.STOPPED
    assert machine.ended() == {}
