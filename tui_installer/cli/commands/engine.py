"""`engine`: the process that changes the machine, as its unit starts it."""

from __future__ import annotations

from tui_installer.cli.command import Command
from tui_installer.text.language import Language


def run(_say: Language) -> int:
    """Returns 0 however the run ended, so that systemd restarts only an engine that crashed."""
    from tui_installer.engine import main

    return main.main()


COMMAND = Command(run)
