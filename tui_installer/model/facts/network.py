"""Cards, routes, what NetworkManager keeps, and the firewall."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Nic:
    """One network card; addresses are IPv4 with their prefix length, e.g. 10.0.0.5/24."""

    name: str
    addresses: tuple[str, ...] = ()
    up: bool = True
    dhcp: bool = False
    # A cable with something alive at its other end; and the speed agreed on, in Mbit/s (0: not known).
    link: bool = True
    speed: int = 0
    driver: str = ""
    mtu: int = 1500
    mac: str = ""
    # Made by a program on this machine (a bridge, a tunnel, a pod's end): no way to other machines.
    software: bool = False

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
    """Cards, IPv4 routes and name servers; `default_nic` is empty without a default route.

    `gateway` is the address that the default route leads to; empty if it leads to none.
    """

    nics: tuple[Nic, ...] = ()
    routes: tuple[Route, ...] = ()
    default_nic: str = ""
    nameservers: tuple[str, ...] = ()
    gateway: str = ""

    def nic(self, name: str) -> Nic | None:
        """The card of that name."""
        return next((n for n in self.nics if n.name == name), None)

    @property
    def cards(self) -> list[Nic]:
        """The cards that lead to other machines."""
        return [nic for nic in self.nics if not nic.software]

    @property
    def best(self) -> str:
        """The card for the node: default route, then an address, then a cable; empty without cards."""
        if self.default_nic:
            return self.default_nic
        rows = sorted(self.cards, key=lambda nic: (not nic.address, not nic.link))
        return rows[0].name if rows else ""

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
class Profile:
    """A connection that NetworkManager keeps; `nic` is empty where it is for no card by name."""

    uuid: str
    nic: str = ""
    method: str = "auto"
    addresses: tuple[str, ...] = ()
    gateway: str = ""
    dns: tuple[str, ...] = ()
    autoconnect: bool = True
    # Its gateway is not to become the default route.
    never_default: bool = False


@dataclass(frozen=True)
class Managed:
    """A card as NetworkManager has it: its state, the UUID of the connection, and what is in force."""

    state: str = "unmanaged"
    uuid: str = ""
    gateway: str = ""
    dns: tuple[str, ...] = ()
    # The address in force is a lease of a DHCP server's.
    leased: bool = False

    @property
    def managed(self) -> bool:
        """NetworkManager looks after it."""
        return not self.state.startswith("unmanaged")


@dataclass(frozen=True)
class NetworkManager:
    """Every device by name, and the connections kept; nothing where NetworkManager does not run."""

    devices: Mapping[str, Managed] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()

    def profile(self, nic: str) -> Profile | None:
        """The connection that is in force on the card, else one that is kept for it."""
        uuid = self.devices.get(nic, Managed()).uuid
        found = [p for p in self.profiles if p.uuid == uuid]
        kept = sorted((p for p in self.profiles if p.nic == nic), key=lambda p: not p.autoconnect)
        return next(iter([*found, *kept]), None)


@dataclass(frozen=True)
class Firewall:
    """firewalld's permanent rules, as `firewall-cmd` lists them; empty where it does not run."""

    ports: frozenset[str] = frozenset()
    rich_rules: frozenset[str] = frozenset()
    # Of the zone "trusted": "source 10.244.0.0/16", "interface cali+".
    trusted: frozenset[str] = frozenset()
