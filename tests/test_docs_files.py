"""docs/files.md: every file that a step writes, by its step, with its mode; and the places of the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from tests.pages import ROOT, Page
from tests.steps.test_steps import CASES, changes_of
from tui_installer.model import places
from tui_installer.model.change import WriteFile

PAGE = Page(ROOT / "docs/files.md")
ROWS = PAGE.table("file", "step", "mode")
PROGRAM = PAGE.table("file", "mode")
# The owner of the case is called so.
HOMES = ("/root", "/home/ada")


def place(cell: str) -> str:
    """The path in a cell."""
    return cell.strip("`")


def pattern(path: str) -> str:
    """A path with any word in the place of one in capitals."""
    return re.sub(r"(?<=[/-])[A-Z]+(?=[./]|$)", "*", path)


def written() -> Iterator[tuple[str, str, str]]:
    """Step, path and mode of every file that a case writes anew, and of those that tools are told to write."""
    for name in CASES:
        step, _, changes = changes_of(name)
        for change in changes:
            if isinstance(change, WriteFile):
                yield step.id, change.path, f"{change.mode:04o}"
            elif change.argv[0] == "install" and "-d" not in change.argv:
                mode = change.argv[change.argv.index("-m") + 1]
                yield step.id, change.argv[-1], f"0{mode}"
            elif change.argv[0] == "curl":
                yield step.id, change.argv[change.argv.index("--output") + 1], "0644"


@cache
def all_written() -> frozenset[tuple[str, str, str]]:
    """Worked out once, and not while tests are collected."""
    return frozenset(written())


def at_home(path: str) -> str:
    """The same for root and for others."""
    return next((f"/root{path[len(h) :]}" for h in HOMES if path.startswith(f"{h}/")), path)


def test_there_is_something_to_look_at() -> None:
    assert len(all_written()) > 20
    assert len(ROWS) > 20
    assert len(PROGRAM) > 15


def has_its_row(step: str, path: str, mode: str) -> bool:
    mine = [row for row in ROWS if fnmatch(at_home(path), pattern(place(row[0])))]
    return (f"`{step}`", mode) in {(row[1], row[2]) for row in mine}


def test_every_file_of_a_step_has_its_row() -> None:
    missing = [row for row in sorted(all_written()) if not has_its_row(*row)]
    assert not missing, "docs/files.md does not tell of these, or not with this step and mode"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: place(row[0]))
def test_every_row_is_of_a_file_that_its_step_writes(row: list[str]) -> None:
    wanted = pattern(place(row[0]))
    mine = {(step, mode) for step, path, mode in all_written() if fnmatch(at_home(path), wanted)}
    assert (place(row[1]), row[2]) in mine
    assert all(row[3:])


def test_a_row_without_a_placeholder_is_no_pattern() -> None:
    assert pattern("/etc/yum.repos.d/CentOS-Base.repo") == "/etc/yum.repos.d/CentOS-Base.repo"
    assert pattern("/etc/yum.repos.d/OTHER.repo") == "/etc/yum.repos.d/*.repo"


def test_every_place_of_the_program_has_its_row() -> None:
    listed = {place(row[0]) for row in PROGRAM}
    known = {str(v) for v in vars(places).values() if isinstance(v, Path)} - {"/"}
    known = {f"{path}/ID" if path == str(places.RUNS) else path for path in known}
    assert known <= listed
    assert f"/usr/lib/systemd/system/{places.UNIT}" in listed


def test_every_constant_of_the_installer_has_its_row() -> None:
    text = (ROOT / "install.sh").read_text(encoding="utf-8")
    constants = dict(re.findall(r"(?m)^([A-Z_]+)=(\S+)$", text))
    paths = {value.replace("$UNIT", constants["UNIT"]) for value in constants.values()}
    listed = {place(row[0]) for row in PROGRAM}
    assert {path for path in paths if path.startswith("/") and "tui-installer" in path} <= listed
