"""Reader of SELinux's mode in force."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Selinux

TOPIC = Selinux
ENFORCE = "/sys/fs/selinux/enforce"


def read(look: Look) -> Selinux:
    """Asks the kernel; without the file there is no SELinux."""
    return Selinux({"1": "enforcing", "0": "permissive"}.get(look.text(ENFORCE), "disabled"))
