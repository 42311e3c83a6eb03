"""The screens on tty1 of a fresh server: whether there is something to show, and how tty1 becomes a login again."""

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
# Where `tcgetattr` has the modes of which Ctrl+C is one.
LOCAL = 3


def without_login() -> bool:
    """Whether these are the screens of the unit: then nobody has said who is at the keyboard."""
    return sys.argv[1:] == ["console"]


def made() -> bool:
    """The newest run has ended well: this server is a node, whether or not somebody saw it."""
    return runs.state(runs.latest()).outcome == Ending.DONE


def give_up() -> Text | None:
    """From the next boot on tty1 is a login; what to say if that cannot be had."""
    done = shell.output("systemctl", "disable", UNIT)
    if done.code == 0:
        return None
    said = (done.err or done.out).strip().splitlines()
    return T(
        "The next boot shows these screens here again: systemctl disable {unit} failed: {reason}",
        unit=UNIT,
        reason=said[-1] if said else str(done.code),
    )


def before_login() -> Text:
    """What stands below the last words."""
    return T("Enter leads to the login; in {seconds} s it comes by itself.", seconds=READING)


@contextmanager
def keys_in_line() -> Iterator[None]:
    """Ctrl+C is a key like every other meanwhile: it stays in line until somebody reads, and no moment is too early for it.

    The screens read keys so themselves, and leave the terminal behind as they have found it. What was typed before the
    program was there is for nobody.
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
    """Shows this until Enter or Ctrl+C, for a person may be reading; not for ever, for nobody may be there."""
    with suppress(OSError, ValueError):
        show(line)
        handle, end = sys.stdin.fileno(), time.monotonic() + READING
        while select.select([handle], [], [], max(end - time.monotonic(), 0))[0]:
            typed = os.read(handle, 4096)
            if not typed or any(key in typed for key in LEADS_ON):
                return
