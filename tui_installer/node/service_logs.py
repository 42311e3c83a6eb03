"""Logs of the services of a node, and of its kernel: the last lines, for a person to read."""

from __future__ import annotations

import re

from tui_installer.host.facts.logs import CLOSED
from tui_installer.host.gather import gather
from tui_installer.host.look import Look, last_line, who
from tui_installer.host.patience import Patience
from tui_installer.host.scope import Scope
from tui_installer.model.facts import NotRead, Services, Unread
from tui_installer.model.printable import LONGEST, clean
from tui_installer.model.secret import Redactor, without_credentials

KERNEL = "kernel"
UNITS = ("kubelet", "containerd")
# The last lines that are read; a kubelet in trouble says ten a second.
MOST = 2000
# Seconds for one answer: a large journal on a slow disk takes its time.
LONG = 20.0
# `short-iso`: date, time of day, zone, host name, and the program with its pid.
_HEAD = re.compile(r"^\d{4}-(?P<day>\d\d-\d\d)T(?P<time>[\d:]{8})\S* \S+ [^ :]+: (?P<said>.*)$")


def command(name: str) -> tuple[str, ...]:
    """Returns the command that shows such a log."""
    return ("journalctl", "-k") if name == KERNEL else ("journalctl", "-u", name)


def names() -> tuple[str, ...]:
    """Returns the logs of this machine, by a look at its units; all of them where the units are not known."""
    try:
        units = gather((Services,), Scope(patience=Patience(LONG)))[Services]
    except NotRead:
        return (*UNITS, KERNEL)
    return (*(name for name in UNITS if units[f"{name}.service"].there), KERNEL)


def read(name: str) -> tuple[str, ...]:
    """Reads the last lines, without secrets, oldest first. Raises NotRead."""
    argv = (*command(name), "-n", str(MOST), "--no-pager", "-o", "short-iso")
    said = Look(patience=Patience(LONG)).answer(*argv, codes=(0,), longest=LONG)
    lines = [line for line in said.out.splitlines() if line.strip() and not line.startswith("-- ")]
    if not lines and any(mark in said.err for mark in CLOSED):
        raise NotRead(Unread(who(argv[0]), last_line(said)))
    hidden = Redactor()
    return tuple(without_credentials(hidden(_line(line)))[:LONGEST] for line in lines)


def _line(line: str) -> str:
    """Returns the line with its day and its time, without what is the same in all of them."""
    line = clean(line)
    head = _HEAD.match(line)
    return f"{head['day']} {head['time']} {head['said']}" if head else line
