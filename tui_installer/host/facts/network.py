"""Cards, addresses and routes (IPv4)."""

from __future__ import annotations

import ipaddress
import socket

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import Network, Nic, Route

TOPIC = Network
SCRIPTS = "/etc/sysconfig/network-scripts/ifcfg-"


def _address(row: psutil._common.snicaddr) -> str:  # type: ignore[name-defined]
    return str(ipaddress.IPv4Interface(f"{row.address}/{row.netmask or 32}"))


def _nics(look: Look) -> tuple[Nic, ...]:
    stats = psutil.net_if_stats()
    nics = []
    for name, rows in psutil.net_if_addrs().items():
        addresses = tuple(_address(r) for r in rows if r.family == socket.AF_INET)
        up = name in stats and stats[name].isup
        dhcp = "dhcp" in look.text(SCRIPTS + name).lower()
        if name != "lo":
            nics.append(Nic(name, addresses, up, dhcp))
    return tuple(nics)


def _number(text: str) -> str:
    """/proc/net/route holds addresses as little-endian hexadecimal numbers."""
    return str(ipaddress.IPv4Address(int(text, 16).to_bytes(4, "little")))


def _routes(text: str) -> list[tuple[int, Route]]:
    rows = [line.split() for line in text.splitlines()[1:]]
    return [
        (int(r[6]), Route(f"{_number(r[1])}/{_number(r[7])}", r[0]))
        for r in rows
        if len(r) >= 8 and int(r[3], 16) & 1
    ]


def read(look: Look) -> Network:
    """One look at the cards, /proc/net/route and /etc/resolv.conf."""
    routes = [
        (metric, Route(str(ipaddress.IPv4Network(route.destination)), route.nic))
        for metric, route in _routes(look.text("/proc/net/route"))
    ]
    defaults = sorted((m, r.nic) for m, r in routes if r.destination == "0.0.0.0/0")
    resolv = [line.split() for line in look.text("/etc/resolv.conf").splitlines()]
    return Network(
        nics=_nics(look),
        routes=tuple(r for _, r in routes),
        default_nic=defaults[0][1] if defaults else "",
        nameservers=tuple(r[1] for r in resolv if len(r) > 1 and r[0] == "nameserver"),
    )
