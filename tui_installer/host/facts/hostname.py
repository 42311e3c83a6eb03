"""The machine's name."""

from __future__ import annotations

import os

from tui_installer.host.look import Look
from tui_installer.model.facts import HostName

TOPIC = HostName


def read(look: Look) -> HostName:
    """The name in /etc/hostname and the one in force."""
    # Not platform.node(): that keeps for ever what it was told first, and a step changes the name.
    current = os.uname().nodename
    return HostName(static=look.text("/etc/hostname") or current, current=current)
