"""Finds the ssh connection through which a person uses this program."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

NAME = "SSH_CONNECTION"


def ssh_connection(environment: Mapping[str, str]) -> str:
    """Returns sshd's description of the connection, or "" if there is none.

    sudo removes the variable from our environment; the shells above us still have it.
    """
    if connection := environment.get(NAME):
        return connection
    pid = os.getppid()
    while pid > 1:
        try:
            words = Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0")
            stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
        except OSError:
            return ""
        connection = next((w.partition("=")[2] for w in words if w.startswith(f"{NAME}=")), "")
        if connection:
            return connection
        pid = int(stat.rpartition(")")[2].split()[1])
    return ""
