"""The whole program on a machine of the test's making, in a real terminal: python -m tests.ui.tour SCENE."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import pytest

from tests.machine import fake
from tests.ui.scenes import SCENES
from tui_installer.language import Language
from tui_installer.session import Session
from tui_installer.ui.app import Screens
from tui_installer.ui.terminal import terminal_of


def main(scene: str) -> None:
    """Prints what is left to say, and `left` at the very end."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        machine, session = fake(Path(folder), patch), Session({})
        SCENES[scene].prepare(machine, session)
        app = Screens(Language("en"), terminal_of(os.environ, "/dev/tty1"), {}, session)
        app.show_until_left()
        for line in app.last_words:
            sys.stdout.write(f"{line}\n")
        sys.stdout.write("left\n")


if __name__ == "__main__":
    main(sys.argv[1])
