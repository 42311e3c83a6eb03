"""What a second interpreter is asked for: every module loads, and of the tests those that can depend on it."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import tui_installer
from tests.conftest import AGAIN, HERE, ONCE, runs_once

# Starts the program.
STARTS = "tui_installer.__main__"
FILES = [path for path in HERE.rglob("test_*.py") if "lab" not in path.relative_to(HERE).parts]


def test_every_module_loads() -> None:
    found = [m.name for m in pkgutil.walk_packages(tui_installer.__path__, "tui_installer.")]
    assert len(found) > 300
    for name in found:
        if name != STARTS:
            importlib.import_module(name)


@pytest.mark.parametrize("name", [*AGAIN, *ONCE])
def test_what_is_named_is_there(name: str) -> None:
    assert (HERE / name).exists()
    assert name not in ONCE or name.startswith(("engine/", "host/", "rehearsal/")), (
        "it would run once anyway"
    )


def test_whole_folders_are_run_again_and_new_files_in_them_too() -> None:
    assert not any(
        runs_once(HERE / folder / "test_new.py") for folder in ("engine", "host", "rehearsal")
    )
    assert all(runs_once(HERE / f"{folder}test_new.py") for folder in ("", "ui/", "steps/"))


def test_what_is_run_again_is_a_small_part() -> None:
    """Pictures, pages, prose, rules of the sources and functions over data are not among it."""
    again = {path.relative_to(HERE).as_posix() for path in FILES if not runs_once(path)}
    assert {"engine/test_run.py", "host/test_shell.py", "flows/test_every_screen.py"} <= again
    assert {name.partition("/")[0] for name in again if "/" in name} == {
        "engine", "host", "runs", "cli", "flows", "rehearsal", "ui",
    }  # fmt: skip
    assert not [name for name in again if "picture" in name or "docs" in name]
    assert 50 < len(again) < 90 < len(FILES)
