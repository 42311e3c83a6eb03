"""Cards, routes, and the firewall."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass


@dataclass(frozen=True)
class Nic:
    """One network card; addresses are IPv4 with their prefix length, e.g. 10.0.0.5/24."""

    name: str
    addresses: tuple[str, ...] = ()
    up: bool = True
    dhcp: bool = False

    @property
    def address(self) -> str:
        """The card's first IPv4 address without its prefix; empty if it has none."""
        return self.addresses[0].partition("/")[0] if self.addresses else ""


@dataclass(frozen=True)
class Route:
    """One IPv4 route: destination in CIDR form and the card it leaves by."""

    destination: str
    nic: str


@dataclass(frozen=True)
class Network:
    """Cards, IPv4 routes and name servers; `default_nic` is empty without a default route."""

    nics: tuple[Nic, ...] = ()
    routes: tuple[Route, ...] = ()
    default_nic: str = ""
    nameservers: tuple[str, ...] = ()

    def nic(self, name: str) -> Nic | None:
        """The card of that name."""
        return next((n for n in self.nics if n.name == name), None)

    def address(self, name: str) -> str:
        """The IPv4 address of the card; empty if there is no such card or it has none."""
        nic = self.nic(name)
        return nic.address if nic else ""

    def networks(self) -> list[tuple[str, ipaddress.IPv4Network]]:
        """Every network this machine reaches directly, with the card's name."""
        own = [(n.name, ipaddress.IPv4Interface(a).network) for n in self.nics for a in n.addresses]
        routed = [(r.nic, ipaddress.IPv4Network(r.destination, strict=False)) for r in self.routes]
        return [*own, *(row for row in routed if row[1].prefixlen > 0 and row not in own)]


@dataclass(frozen=True)
class Firewall:
    """firewalld's permanent rules, as `firewall-cmd` lists them; empty where it does not run."""

    ports: frozenset[str] = frozenset()
    rich_rules: frozenset[str] = frozenset()
