"""The program begins with the screens, or with a command."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.screens.child import ROOT
from tui_installer.entry import asks_for_screens
from tui_installer.exits import ExitCode


@pytest.mark.parametrize("words", [[], ["--lang", "zh"], ["--lang=en"]])
def test_without_a_command_the_screens_open(words: list[str]) -> None:
    assert asks_for_screens(words)


@pytest.mark.parametrize(
    "words", [["check"], ["--lang", "fr"], ["--lang"], ["--help"], ["-x"], [""]]
)
def test_all_else_is_a_command(words: list[str]) -> None:
    assert not asks_for_screens(words)


# Stops where that module would be loaded, as if Ctrl+C came just then.
INTERRUPTED = """
import runpy, signal, sys
module = sys.argv.pop()
class Ctrl:
    def find_spec(self, name, path=None, target=None):
        if name == module:
            signal.raise_signal(signal.SIGINT)
sys.meta_path.insert(0, Ctrl())
runpy.run_module("tui_installer", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("module", ["tui_installer.entry", "tui_installer.viewer"])
def test_ctrl_c_while_it_is_loaded_leaves_no_traceback(module: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, module],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")


def test_without_a_terminal_it_says_what_to_do() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tui_installer", "--lang", "en"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == ExitCode.USAGE
    assert "tui-installer apply --answers" in done.stderr
    assert done.stdout == ""
