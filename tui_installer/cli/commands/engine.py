"""`engine`: the process that changes the machine, as its unit starts it."""

from __future__ import annotations

from tui_installer.cli.command import Command
from tui_installer.text.language import Language


def run(_say: Language) -> int:
    """Exit 0 however the run ended, so that systemd starts only an engine that crashed again."""
    from tui_installer.engine import main

    return main.main()


COMMAND = Command(run)
