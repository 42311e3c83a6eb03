"""Reader of the kernel's chain FORWARD."""

from __future__ import annotations

from tui_installer.host.look import Look
from tui_installer.model.facts import Forwarding

TOPIC = Forwarding
# The tables that are in use. To list one that is not would load its module.
TABLES = "/proc/net/ip_tables_names"
# Another program may hold the lock of the rules for a moment.
LIST = ("iptables", "-w", "2", "-S", "FORWARD")


def read(look: Look) -> Forwarding:
    """Lists the rules where the table filter is in use, which the kernel tells root alone. Raises NotRead."""
    if "filter" not in look.hint(TABLES).split():
        return Forwarding()
    return Forwarding(tuple(look.answer(*LIST, codes=(0,)).out.splitlines()))
