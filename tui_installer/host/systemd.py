"""Messages of systemd's units."""

from __future__ import annotations

import re
import time

from tui_installer.host import shell

# These lines are enough for one failed start.
LINES = "20"
# What systemd says of a unit by itself (219 of CentOS 7, and later).
_BY_SYSTEMD = re.compile(
    r"(?:Starting|Started|Stopping|Stopped|Failed to start|Dependency failed for|Unit|start request) "
    r"|\S+\.service(?::? )"
)
# A service's own lines reach the journal by another socket, after systemd's on a busy machine; seconds.
_PAUSES = (0.0, 0.3, 0.6)


def said(argv: tuple[str, ...]) -> str:
    """Returns the last log lines of the services in a systemctl command; empty for another program.

    systemctl itself reports only that a start has failed, and which command shows the reason.
    """
    if argv[0] != "systemctl":
        return ""
    units = [f"--unit={name}" for name in argv if name.endswith(".service")]
    argv = ("journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", *units)
    text = ""
    for pause in _PAUSES if units else ():
        time.sleep(pause)
        text = last_start(shell.output(*argv).out)
        if not all(_BY_SYSTEMD.match(line) for line in text.splitlines()):
            break
    return text


def last_start(text: str) -> str:
    """Returns the log from the last start on: earlier starts had other causes."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("Starting ")]
    return "\n".join(lines[starts[-1] :] if starts else lines)
