"""Facts about cards, routes, NetworkManager's connections, and the firewall."""

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
    # The card has a cable with an active other end; `speed` is the negotiated one in Mbit/s (0: unknown).
    link: bool = True
    speed: int = 0
    driver: str = ""
    mtu: int = 1500
    mac: str = ""
    # A program on this machine made the card (a bridge, a tunnel, a pod's end): it leads to no other machine.
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

    `gateway` is the address of the default route; empty if the route has none.
    """

    nics: tuple[Nic, ...] = ()
    routes: tuple[Route, ...] = ()
    default_nic: str = ""
    nameservers: tuple[str, ...] = ()
    gateway: str = ""

    def nic(self, name: str) -> Nic | None:
        """Returns the card with that name."""
        return next((n for n in self.nics if n.name == name), None)

    @property
    def cards(self) -> list[Nic]:
        """The cards that lead to other machines."""
        return [nic for nic in self.nics if not nic.software]

    @property
    def best(self) -> str:
        """The card for the node; empty without cards.

        It is the card of the default route, else one with an address, else one with a cable.
        """
        if self.default_nic:
            return self.default_nic
        rows = sorted(self.cards, key=lambda nic: (not nic.address, not nic.link))
        return rows[0].name if rows else ""

    def address(self, name: str) -> str:
        """Returns the card's IPv4 address; empty if there is no such card or if it has none."""
        nic = self.nic(name)
        return nic.address if nic else ""

    def networks(self) -> list[tuple[str, ipaddress.IPv4Network]]:
        """Returns every network that this machine reaches directly, with the card's name."""
        own = [(n.name, ipaddress.IPv4Interface(a).network) for n in self.nics for a in n.addresses]
        routed = [(r.nic, ipaddress.IPv4Network(r.destination, strict=False)) for r in self.routes]
        return [*own, *(row for row in routed if row[1].prefixlen > 0 and row not in own)]


@dataclass(frozen=True)
class Profile:
    """A connection that NetworkManager keeps; `nic` is empty where it names no card."""

    uuid: str
    nic: str = ""
    method: str = "auto"
    addresses: tuple[str, ...] = ()
    gateway: str = ""
    dns: tuple[str, ...] = ()
    autoconnect: bool = True
    # Its gateway does not become the default route.
    never_default: bool = False


@dataclass(frozen=True)
class Managed:
    """A card in NetworkManager's view: its state, the UUID of its connection, and the settings in force."""

    state: str = "unmanaged"
    uuid: str = ""
    gateway: str = ""
    dns: tuple[str, ...] = ()
    # The address in force is a lease of a DHCP server.
    leased: bool = False

    @property
    def managed(self) -> bool:
        """NetworkManager manages the card."""
        return not self.state.startswith("unmanaged")


@dataclass(frozen=True)
class NetworkManager:
    """Every device by name, and the saved connections; empty where NetworkManager does not run."""

    devices: Mapping[str, Managed] = field(default_factory=dict)
    profiles: tuple[Profile, ...] = ()

    def profile(self, nic: str) -> Profile | None:
        """Returns the connection in force on the card, else a saved one for it."""
        uuid = self.devices.get(nic, Managed()).uuid
        active = [p for p in self.profiles if p.uuid == uuid]
        saved = sorted((p for p in self.profiles if p.nic == nic), key=lambda p: not p.autoconnect)
        return next(iter([*active, *saved]), None)


@dataclass(frozen=True)
class Firewall:
    """firewalld's permanent rules, as `firewall-cmd` lists them; empty where it does not run."""

    ports: frozenset[str] = frozenset()
    rich_rules: frozenset[str] = frozenset()
    # Entries of the zone "trusted": "source 10.244.0.0/16", "interface cali+".
    trusted: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Forwarding:
    """The rules of the kernel's chain FORWARD, as `iptables -S` prints them; empty where they are not known."""

    rules: tuple[str, ...] = ()
