"""The caller of a command, and what only root may ask for."""

from __future__ import annotations

import os

from tui_installer.exits import Exit, ExitCode
from tui_installer.model import places
from tui_installer.model.text import T

NEEDS_ROOT = T("run it again with: sudo tui-installer")


def must_be_root() -> None:
    """Raises Exit unless the caller is root."""
    if os.geteuid() != 0:
        raise Exit(ExitCode.REFUSED, NEEDS_ROOT)


def must_see_runs() -> None:
    """Raises Exit for a caller who may not read the folder of runs and would see none."""
    from tui_installer.host import machine

    state = machine.at(places.STATE)
    if state.exists() and not os.access(state, os.R_OK | os.X_OK):
        raise Exit(ExitCode.REFUSED, NEEDS_ROOT)
