"""What systemd's units say of themselves."""

from __future__ import annotations

from tui_installer.host import shell

# Enough for one start that has failed.
LINES = "20"


def said(argv: tuple[str, ...]) -> str:
    """The last lines of the services that a systemctl command names; empty for another program.

    systemctl itself says only that a start has failed, and where to read why.
    """
    if argv[0] != "systemctl":
        return ""
    units = [f"--unit={name}" for name in argv if name.endswith(".service")]
    argv = ("journalctl", "--no-pager", "--output=cat", f"--lines={LINES}", *units)
    return last_start(shell.output(*argv).out) if units else ""


def last_start(text: str) -> str:
    """What follows the last time that systemd said it starts a unit: earlier starts had other causes."""
    lines = text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("Starting ")]
    return "\n".join(lines[starts[-1] :] if starts else lines)
