"""The program begins with the screens, or with a command."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.ui.child import ROOT
from tui_installer.entry import asks_for_screens
from tui_installer.exits import USAGE


@pytest.mark.parametrize("words", [[], ["--lang", "zh"], ["--lang=en"]])
def test_without_a_command_the_screens_open(words: list[str]) -> None:
    assert asks_for_screens(words)


@pytest.mark.parametrize(
    "words", [["check"], ["--lang", "fr"], ["--lang"], ["--help"], ["-x"], [""]]
)
def test_all_else_is_a_command(words: list[str]) -> None:
    assert not asks_for_screens(words)


def test_without_a_terminal_it_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", "--lang", "en"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == USAGE
    assert "tui-installer apply --answers" in done.stderr
    assert done.stdout == ""
