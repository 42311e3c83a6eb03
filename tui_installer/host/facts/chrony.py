"""Reader that tells whether chronyd has read its file, by the times of that file and of its pid file."""

from __future__ import annotations

import time

from tui_installer.host import machine
from tui_installer.host.look import MISSING, Look
from tui_installer.model.facts import Chrony

TOPIC = Chrony
# The reader uses files alone, so it works on a recorded machine too.
FILES = True
CONFIG = "/etc/chrony.conf"
# chronyd writes its pid at each start, after it has read the settings. The path differs between versions of
# chrony 3.
PIDS = ("/run/chrony/chronyd.pid", "/run/chronyd.pid")


# This factor puts times from before the clock was set back first, and keeps their order.
EARLIER = 1e-6


def written(path: str) -> float:
    """Returns the time when a file was written, for comparison with such times; 0 if there is none."""
    try:
        at = machine.at(path).stat().st_mtime
    except MISSING:
        return 0
    # A time in the future was written before the clock was set back, so it is older than every time since.
    return at * EARLIER if at > time.time() else at


def read(_look: Look) -> Chrony:
    """Compares two times of one clock; the clock may have been set back between them."""
    return Chrony(max(map(written, PIDS)), written(CONFIG))
