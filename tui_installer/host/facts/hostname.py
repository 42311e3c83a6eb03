"""Reader of the machine's name."""

from __future__ import annotations

import os
from collections.abc import Iterator

from tui_installer.host.look import Look
from tui_installer.model.facts import HostName

TOPIC = HostName


def read(look: Look) -> HostName:
    """Reads the name in /etc/hostname and the name in force."""
    # platform.node() would return its first answer for ever, and a step changes the name.
    current = os.uname().nodename
    hosts = look.hint("/etc/hosts")
    return HostName(
        static=look.text("/etc/hostname") or current,
        current=current,
        addresses=tuple(_addresses(hosts, current)),
        localhost=tuple(_addresses(hosts, "localhost")),
    )


def _addresses(hosts: str, name: str) -> Iterator[str]:
    """Yields the IPv4 addresses of a name, in the order in which the resolver takes them."""
    for line in hosts.splitlines():
        address, *names = line.partition("#")[0].split() or ("",)
        if name in names and ":" not in address:
            yield address
