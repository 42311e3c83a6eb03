"""Reader of the holder of yum's lock."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Yum

TOPIC = Yum
LOCKS = ("/var/run/yum.pid", "/var/cache/dnf/metadata_lock.pid", "/var/lib/dnf/rpmdb_lock.pid")


def read(look: Look) -> Yum:
    """Returns the program of a lock's pid, if it is still alive."""
    for lock in LOCKS:
        pid = look.text(lock)
        if pid.isdigit() and look.exists(f"/proc/{pid}"):
            # A program that ends in between has no command line any more.
            words = look.hint(f"/proc/{pid}/cmdline").replace("\0", " ").strip()
            return Yum(int(pid), words or look.hint(f"/proc/{pid}/comm"))
    return Yum()
