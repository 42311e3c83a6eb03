"""docs/files.md: every file that a step writes, by its step, with its mode; and the places of the program."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from functools import cache
from pathlib import PurePath

from tests.steps.test_steps import CASES, case_of
from tests.support.pages import ROOT, Page
from tui_installer.model import places
from tui_installer.model.change import Change, WriteFile

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


@cache
def written() -> frozenset[tuple[str, str, str]]:
    """Step, path and mode of every file that a case writes anew, and of those that tools are told to write."""
    return frozenset(
        (case.step.id, *file)
        for case in map(case_of, CASES)
        for change in case.changes
        if (file := file_of(change))
    )


def file_of(change: Change) -> tuple[str, str] | None:
    """The file that comes of a change, and its mode."""
    if isinstance(change, WriteFile):
        return change.path, f"{change.mode:04o}"
    if change.argv[0] == "install" and "-d" not in change.argv:
        return change.argv[-1], f"0{change.argv[change.argv.index('-m') + 1]}"
    if change.argv[0] == "curl":
        return change.argv[change.argv.index("--output") + 1], "0644"
    return None


def at_home(path: str) -> str:
    """The same for root and for others."""
    return next((f"/root{path[len(h) :]}" for h in HOMES if path.startswith(f"{h}/")), path)


def test_there_is_something_to_look_at() -> None:
    assert len(written()) > 20
    assert len(ROWS) > 20
    assert len(PROGRAM) > 15


def test_every_file_of_a_step_has_its_row() -> None:
    for step, path, mode in sorted(written()):
        mine = [row for row in ROWS if fnmatch(at_home(path), pattern(place(row[0])))]
        assert mine, f"docs/files.md does not tell of {path}"
        assert (f"`{step}`", mode) in {(row[1], row[2]) for row in mine}, path


def test_every_row_is_of_a_file_that_its_step_writes() -> None:
    for row in ROWS:
        wanted = pattern(place(row[0]))
        mine = {(step, mode) for step, path, mode in written() if fnmatch(at_home(path), wanted)}
        assert (place(row[1]), row[2]) in mine, row
        assert all(row[3:]), row


def test_a_row_without_a_placeholder_is_no_pattern() -> None:
    assert pattern("/etc/yum.repos.d/CentOS-Base.repo") == "/etc/yum.repos.d/CentOS-Base.repo"
    assert pattern("/etc/yum.repos.d/OTHER.repo") == "/etc/yum.repos.d/*.repo"


def test_every_place_of_the_program_has_its_row() -> None:
    listed = {place(row[0]) for row in PROGRAM}
    known = {str(v) for v in vars(places).values() if isinstance(v, PurePath)}
    known = {f"{path}/ID" if path == str(places.RUNS) else path for path in known}
    assert known <= listed
    assert f"/usr/lib/systemd/system/{places.UNIT}" in listed


def test_every_constant_of_the_installer_has_its_row() -> None:
    text = (ROOT / "install.sh").read_text(encoding="utf-8")
    constants = dict(re.findall(r"(?m)^([A-Z_]+)=(\S+)$", text))
    paths = {value.replace("$UNIT", constants["UNIT"]) for value in constants.values()}
    listed = {place(row[0]) for row in PROGRAM}
    assert {path for path in paths if path.startswith("/") and "tui-installer" in path} <= listed
