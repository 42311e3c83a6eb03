"""Reader of the machine's name."""

from __future__ import annotations

import os

from tui_installer.host.look import Look
from tui_installer.model.facts import HostName

TOPIC = HostName


def read(look: Look) -> HostName:
    """Reads the name in /etc/hostname and the name in force."""
    # platform.node() would return its first answer for ever, and a step changes the name.
    current = os.uname().nodename
    return HostName(static=look.text("/etc/hostname") or current, current=current)
