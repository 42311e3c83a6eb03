"""Messages of systemd's units."""

from __future__ import annotations

from tui_installer.host import shell

# These lines are enough for one failed start.
LINES = "20"


def said(argv: tuple[str, ...]) -> str:
    """Returns the last log lines of the services in a systemctl command; empty for another program.

    systemctl itself reports only that a start has failed, and which command shows the reason.
    """
    if argv[0] != "systemctl":
        return ""
    units = [f"--unit={name}" for name in argv if name.endswith(".service")]
    argv = ("journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", *units)
    return last_start(shell.output(*argv).out) if units else ""


def last_start(text: str) -> str:
    """Returns the log from the last start on: earlier starts had other causes."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("Starting ")]
    return "\n".join(lines[starts[-1] :] if starts else lines)
