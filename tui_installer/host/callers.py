"""The ssh line by which somebody sits at this program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

NAME = "SSH_CONNECTION"


def ssh_connection(environment: Mapping[str, str]) -> str:
    """What sshd said of the line; sudo keeps it from us, but not from the shells above. Empty: none."""
    if found := environment.get(NAME):
        return found
    pid = os.getppid()
    while pid > 1:
        try:
            words = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return ""
        found = next((w.partition("=")[2] for w in words if w.startswith(f"{NAME}=")), "")
        if found:
            return found
        pid = int(stat.rpartition(")")[2].split()[1])
    return ""
