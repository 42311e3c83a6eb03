"""tty1 of a fresh server: whether its screens have something to show, and its return to a login."""

from __future__ import annotations

import os
import select
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tui_installer.host import runs, shell
from tui_installer.model.ending import Ending
from tui_installer.model.text import T, Text
from tui_installer.text.stdout import show

UNIT = "tui-installer-console.service"
# Seconds for which the last words stay; the login clears the screen.
READING = 60
# Enter, and Ctrl+C.
LEADS_ON = (b"\r", b"\n", b"\x03")
# The index in the result of `tcgetattr` of the local modes, which include Ctrl+C.
LOCAL = 3


def without_login() -> bool:
    """Tells whether these are the unit's screens: then nobody has logged in at the keyboard."""
    return sys.argv[1:] == ["console"]


def made() -> bool:
    """Tells whether the newest run ended well: then this server is a node, even if nobody watched."""
    return runs.state(runs.latest()).outcome == Ending.DONE


def give_up() -> Text | None:
    """Turns tty1 into a login from the next boot on; returns a sentence if that fails."""
    done = shell.output("systemctl", "disable", UNIT)
    if done.code == 0:
        return None
    lines = (done.err or done.out).strip().splitlines()
    return T(
        "The next boot shows these screens here again: systemctl disable {unit} failed: {reason}",
        unit=UNIT,
        reason=lines[-1] if lines else str(done.code),
    )


def before_login() -> Text:
    """Returns the line below the last words."""
    return T("Enter leads to the login; in {seconds} s it comes by itself.", seconds=READING)


@contextmanager
def keys_in_line() -> Iterator[None]:
    """Makes Ctrl+C an ordinary key: it waits in the queue until a reader comes, so it is never too early.

    The screens read keys the same way, and leave the terminal as they found it. Input from before the
    program's start is discarded.
    """
    before = None
    with suppress(OSError, ValueError, termios.error):
        handle = sys.stdin.fileno()
        before = termios.tcgetattr(handle)
        modes = list(before)
        modes[LOCAL] &= ~(termios.ISIG | termios.ICANON | termios.ECHO)
        termios.tcsetattr(handle, termios.TCSAFLUSH, modes)
    try:
        yield
    finally:
        if before is not None:
            with suppress(termios.error):
                termios.tcsetattr(handle, termios.TCSANOW, before)


def wait_for_reader(line: str) -> None:
    """Shows a line until Enter or Ctrl+C, because a person may be reading; ends after READING seconds."""
    with suppress(OSError, ValueError):
        show(line)
        handle, end = sys.stdin.fileno(), time.monotonic() + READING
        while select.select([handle], [], [], max(end - time.monotonic(), 0))[0]:
            typed = os.read(handle, 4096)
            if not typed or any(key in typed for key in LEADS_ON):
                return
