"""Secrets of a run are in a file of their own for a moment, and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.engine.conftest import TOKEN, Machine, Marks, step
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts
from tui_installer.model.secret import Secret
from tui_installer.model.text import T


def secret_step(machine: Machine, script: str) -> Any:
    path = machine.folder / "join.yaml"

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        if "joined" in facts[Marks].names:
            return ()
        file = WriteFile(str(path), Secret(TOKEN), T("x"), mode=0o600, temporary=True)
        return (file, machine.mark("joined", script.format(path=path)))

    return step("kubeadm_join", changes), path


@pytest.mark.parametrize(
    ("script", "outcome"),
    [("grep -q fgb53hon9hd6xs29 {path}", Ending.DONE), ("(cat {path}; false)", Ending.FAILED)],
)
def test_a_file_with_a_secret_is_there_only_while_its_step_runs(
    machine: Machine, script: str, outcome: str
) -> None:
    machine.secrets = (Secret(TOKEN),)
    join, path = secret_step(machine, script)
    assert machine.run(join) == outcome
    assert not path.exists()
    left = [p for p in machine.folder.rglob("*") if p.is_file()]
    assert not [p for p in left if TOKEN[7:] in p.read_text()]


def test_a_file_with_a_secret_is_for_root_alone(machine: Machine) -> None:
    seen = machine.folder / "seen"
    join, _ = secret_step(machine, f"stat -c %a {{path}} >{seen}")
    assert machine.run(join) == Ending.DONE
    assert seen.read_text() == "600\n"


def test_what_the_child_of_a_change_prints_is_filtered(machine: Machine) -> None:
    machine.run(machine.marking("first", script=f"printf '\\033[1mtoken {TOKEN}\\033[0m\\n'"))
    assert (
        machine.run_folder / "output/first.log"
    ).read_text() == "token zktp5j.****************\n"
