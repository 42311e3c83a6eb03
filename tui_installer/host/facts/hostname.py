"""The machine's name."""

from __future__ import annotations

import platform

from tui_installer.host.look import Look
from tui_installer.model.facts import HostName

TOPIC = HostName


def read(look: Look) -> HostName:
    """The name in /etc/hostname and the one in force."""
    current = platform.node()
    return HostName(static=look.text("/etc/hostname") or current, current=current)
