"""Reader of active swap."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Swap

TOPIC = Swap


def read(look: Look) -> Swap:
    """Returns the rows of /proc/swaps below its header."""
    rows = look.text("/proc/swaps").splitlines()[1:]
    return Swap(tuple(row.split()[0] for row in rows if row.strip()))
