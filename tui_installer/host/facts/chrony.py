"""Whether chronyd has read its file: by the times of that file and of the one with its pid."""

from __future__ import annotations

import time

from tui_installer.host import machine
from tui_installer.host.look import MISSING, Look
from tui_installer.model.facts import Chrony

TOPIC = Chrony
# Read from files alone: those of a recorded machine are there to be read.
FILES = True
CONFIG = "/etc/chrony.conf"
# Written at each start, after the settings were read; the place differs between versions of chrony 3.
PIDS = ("/run/chrony/chronyd.pid", "/run/chronyd.pid")


# Puts the times of a clock that was set back before all others, in their order.
EARLIER = 1e-6


def _written(path: str) -> float:
    try:
        at = machine.at(path).stat().st_mtime
    except MISSING:
        return 0
    # Not written yet by the clock of now: so it is older than all that was written since the clock was set back.
    return at * EARLIER if at > time.time() else at


def read(_look: Look) -> Chrony:
    """Both were written by the same clock, or by that clock before and after it was set back."""
    return Chrony(max(map(_written, PIDS)), _written(CONFIG))
