"""Reader of the clock and its synchronization."""

from __future__ import annotations

import ctypes
import time

from tui_installer.host.look import Look
from tui_installer.model.facts import Clock

TOPIC = Clock
# struct timex of 64-bit Linux (linux/timex.h): its size with some room, and the offset of its status.
SIZE, STATUS = 256, 40
UNSYNCHRONIZED = 0x0040


def _synchronized() -> bool | None:
    """Asks the kernel, as `timedatectl` does; that tool needs a daemon to answer."""
    timex = ctypes.create_string_buffer(SIZE)
    try:
        state = ctypes.CDLL(None).adjtimex(timex)
    except (OSError, AttributeError):
        return None
    status = ctypes.c_int.from_buffer(timex, STATUS).value
    return None if state < 0 else not status & UNSYNCHRONIZED


def read(_look: Look) -> Clock:
    """Reads the time, and whether a time service keeps it."""
    return Clock(now=time.time(), synchronized=_synchronized())
