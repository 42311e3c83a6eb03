"""The screens on tty1 of a fresh server: whether there is something to show, and how tty1 becomes a login again."""

from __future__ import annotations

import os
import select
import signal
import sys
from contextlib import suppress
from types import FrameType
from typing import Self

from tui_installer.host import runs, shell
from tui_installer.model.event import DONE
from tui_installer.model.text import T, Text

UNIT = "tui-installer-console.service"
# Seconds for which the last words stay; the login clears the screen.
READING = 60


def made() -> bool:
    """The newest run has ended well: this server is a node, whether or not somebody saw it."""
    return runs.state(runs.latest()).outcome == DONE


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


class Interrupts:
    """Ctrl+C while no screen is shown: it ends the wait for a reader, also when it comes before that wait.

    Screens that are shown meanwhile take the signal themselves and give this handler back when they end.
    """

    def __init__(self) -> None:
        self._noted, self._note = os.pipe()
        # The system call that notes a signal must never wait.
        os.set_blocking(self._note, False)

    def __enter__(self) -> Self:
        self._before = signal.signal(signal.SIGINT, self._take)
        return self

    def __exit__(self, *_fault: object) -> None:
        signal.signal(signal.SIGINT, self._before)
        os.close(self._noted)
        os.close(self._note)

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        with suppress(BlockingIOError):
            os.write(self._note, b"\0")

    def wait_for_reader(self, line: str) -> None:
        """Shows this until Enter or Ctrl+C, for a person may be reading; not for ever, for nobody may be there."""
        # A handler in Python runs only once `select` has returned, and `select` returns only for a signal that came
        # while it waited, in this thread. Python itself writes into the pipe for all others.
        before = signal.set_wakeup_fd(self._note, warn_on_full_buffer=False)
        try:
            with suppress(OSError, ValueError):
                print(line, flush=True)  # noqa: T201 - the screens are gone
                ready, _, _ = select.select([sys.stdin, self._noted], [], [], READING)
                if sys.stdin in ready:
                    sys.stdin.readline()
        finally:
            signal.set_wakeup_fd(before)
