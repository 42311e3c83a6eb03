"""Question to the network whether another machine already has an address, before a card gets it."""

from __future__ import annotations

import re

from tui_installer.host.look import Look
from tui_installer.model.address import Neighbour
from tui_installer.model.text import T

TABLE = "/proc/net/arp"
# iputils' arping prints this in duplicate detection: "Unicast reply from 192.168.40.1 [00:50:56:C0:00:08]
# 0.7ms".
REPLY = re.compile(r"reply from \S+ \[([0-9A-Fa-f:]{17})\]")
# The kernel's table flags a neighbour that has answered with this bit.
COMPLETE = 0x2


def ask(card: str, address: str, look: Look | None = None) -> Neighbour:
    """Asks through one card; blocks for 3 s at most."""
    look = look or Look()
    output = look.output("arping", "-D", "-I", card, "-c", "2", "-w", "2", address, timeout=3)
    if output.code == 0:
        return Neighbour(False)
    if reply := REPLY.search(output.out):
        return Neighbour(True, reply[1].lower())
    return _by_ping(look, card, address)


def _by_ping(look: Look, card: str, address: str) -> Neighbour:
    """Pings the address: the kernel then asks by ARP within the card's own network."""
    output = look.output("ping", "-n", "-c", "1", "-W", "1", "-I", card, address, timeout=3)
    rows = [line.split() for line in look.hint(TABLE).splitlines()[1:]]
    row = next((r for r in rows if len(r) > 5 and r[0] == address and r[5] == card), None)
    if row is not None and int(row[2], 16) & COMPLETE:
        return Neighbour(True, row[3].lower())
    if output.code == 0:
        return Neighbour(True)
    if row is not None:
        return Neighbour(False)
    why = T("{card} has no address in that network yet, and arping is not here", card=card)
    return Neighbour(None, why=why)
