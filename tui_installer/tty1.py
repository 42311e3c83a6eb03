"""The screens on tty1 of a fresh server: whether there is something to show, and how tty1 becomes a login again."""

from __future__ import annotations

import select
import signal
import sys
from contextlib import suppress

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


def wait_for_reader(line: str) -> None:
    """Shows this until Enter or Ctrl+C, for a person may be reading; not for ever, for nobody may be there."""
    with suppress(OSError, ValueError, KeyboardInterrupt):
        signal.signal(signal.SIGINT, signal.default_int_handler)
        print(line, flush=True)  # noqa: T201 - the screens are gone
        if select.select([sys.stdin], [], [], READING)[0]:
            sys.stdin.readline()
