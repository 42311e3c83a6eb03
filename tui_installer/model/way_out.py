"""The way out of this machine as the run will leave it: default route and name servers."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from tui_installer.model.answers import Answers, Node
from tui_installer.model.facts import Facts, Managed, Network, NetworkManager, Nic, Route
from tui_installer.model.fields import gateway_problem, own_interface_problem
from tui_installer.model.text import T, Text

EVERYWHERE = "0.0.0.0/0"


def default_cards(network: Network) -> list[str]:
    """Every card with a default route, the one in use first."""
    others = [route.nic for route in network.routes if route.destination == EVERYWHERE]
    return list(dict.fromkeys(name for name in (network.default_nic, *others) if name))


def after(node: Node, facts: Facts) -> Network:
    """Cards, routes and name servers once the card has what these answers give it. Raises NotRead."""
    now = facts[Network]
    if not node.address:
        return now
    manager = _manager(facts)
    nic = _card(node, now)
    nics = tuple(nic if n.name == nic.name else n for n in now.nics)
    if nic.name not in {n.name for n in nics}:
        nics = (*nics, nic)
    routes = tuple(route for route in now.routes if _stays(route, node, now))
    others = [name for name in default_cards(now) if name != node.interface]
    if node.gateway and (not others or now.default_nic == node.interface):
        routes = (*routes, Route(EVERYWHERE, node.interface))
        card, gateway = node.interface, node.gateway
    elif others:
        card = others[0]
        kept = now.gateway if now.default_nic == card else ""
        gateway = kept or manager.devices.get(card, Managed()).gateway
    else:
        card, gateway = "", ""
    gone = brought(node.interface, now, manager)
    servers = dict.fromkeys((*node.dns, *(s for s in now.nameservers if s not in gone)))
    return Network(nics, routes, card, tuple(servers), gateway)


def _manager(facts: Facts) -> NetworkManager:
    """Where nobody has asked for it there is none; where it could not be read nothing is known of the way out."""
    try:
        return facts[NetworkManager]
    except KeyError:
        return NetworkManager()


def presumed(facts: Facts) -> Facts:
    """For what is shown and suggested: where NetworkManager cannot be read, as if there were none.

    Nothing is judged by it: a check, and a step, do not know then.
    """
    return facts if NetworkManager in facts else facts.having(NetworkManager())


def contested(node: Node, facts: Facts) -> bool:
    """The card gets a gateway beside another card's default route, and nobody knows which one wins.

    network.service sets the default route anew with every card that has a gateway; NetworkManager keeps both,
    and the one of before stays the first. Raises NotRead.
    """
    now, card = facts[Network], node.interface
    nic = now.nic(card)
    moved = bool(node.address) and node.address not in (nic.addresses if nic else ())
    if not (moved and node.gateway and now.default_nic) or now.default_nic == card:
        return False
    return not _manager(facts).devices.get(card, Managed()).managed


def _card(node: Node, now: Network) -> Nic:
    """The chosen card with the address that stays; further ones stay beside one that is there already."""
    nic = now.nic(node.interface) or Nic(node.interface)
    others = nic.addresses if node.address in nic.addresses else ()
    addresses = dict.fromkeys((node.address, *others))
    return replace(nic, addresses=tuple(addresses), up=True, dhcp=False)


def _stays(route: Route, node: Node, now: Network) -> bool:
    """Those of other cards do; of this one what does not lead by the address that it gives up."""
    if route.nic != node.interface:
        return True
    nic = now.nic(node.interface)
    had = [IPv4Interface(address).network for address in (nic.addresses if nic else ())]
    own = IPv4Interface(node.address).network
    to = IPv4Network(route.destination, strict=False)
    return to.prefixlen > 0 and own in had and (to == own or to not in had)


def brought(card: str, now: Network, manager: NetworkManager) -> set[str]:
    """The name servers that are there because of what this card has now, and of no other card."""
    device = manager.devices.get(card, Managed())
    if device.managed:
        others = {s for name, one in manager.devices.items() if name != card for s in one.dns}
        return set(device.dns) - others
    nic = now.nic(card)
    leased = [one.name for one in now.nics if one.dhcp]
    # The lease's servers; those that a person has written stay, but nobody can tell them apart.
    return set(now.nameservers) if nic is not None and leased == [card] else set()


def _fed(node: Node, facts: Facts) -> bool:
    """A name server on this machine asks those that the card brings now: resolv.conf names none of them."""
    now, manager = facts[Network], _manager(facts)
    if not node.address or not brought(node.interface, now, manager) - set(now.nameservers):
        return False
    return not any(one.dns for name, one in manager.devices.items() if name != node.interface)


def _is_here(server: str) -> bool:
    with suppress(ValueError):
        return IPv4Address(server).is_loopback
    return False


def reaches(server: str, network: Network) -> bool:
    """Whether a packet to that address has a way; what is no IPv4 address, or is here, has one."""
    with suppress(ValueError):
        address = IPv4Address(server)
        near = any(address in one for _, one in network.networks())
        return bool(network.default_nic) or near or address.is_loopback
    return True


def loses_route(node: Node, facts: Facts) -> bool:
    """The card is the only way out now, and there is none any more after the run."""
    return bool(facts[Network].default_nic) and not after(node, facts).default_nic


def loses_names(node: Node, facts: Facts) -> bool:
    """Some name server has a way now, and none has one any more after the run.

    One on this machine, like NetworkManager's dnsmasq, answers only as long as it has others to ask.
    """
    now, then = facts[Network], after(node, facts)
    found = any(reaches(server, now) for server in now.nameservers)
    fed = _fed(node, facts)
    left = (server for server in then.nameservers if not (fed and _is_here(server)))
    return found and not any(reaches(server, then) for server in left)


def carries(connection: str, card: str, network: Network) -> bool:
    """Whether an ssh line comes in by this card, or its answers leave by it.

    `connection` is what sshd calls SSH_CONNECTION: the client's address and port, then the server's. A line to
    an address of no card (of IPv6, or of a tunnel's end) may come by any.
    """
    words = connection.split()
    if len(words) < 3:
        return False
    ends = [nic.name for nic in network.nics if words[2] in _bare(nic)]
    return card in ends or not ends or _leads_to(words[0], network) == card


def _bare(nic: Nic) -> set[str]:
    return {address.partition("/")[0] for address in nic.addresses}


def _leads_to(client: str, network: Network) -> str:
    """The card by which packets to that address leave."""
    with suppress(ValueError):
        address = IPv4Address(client)
        near = [(one.prefixlen, name) for name, one in network.networks() if address in one]
        return max(near)[1] if near else network.default_nic
    return ""


@dataclass(frozen=True)
class Turned:
    """What of the machine's network becomes another one; empty: none."""

    what: Text
    before: str
    after: str


def turned(node: Node, facts: Facts) -> list[Turned]:
    """Address, default route and name servers that are others after the run."""
    now, then = facts[Network], after(node, facts)
    had = now.nic(node.interface)
    addresses = had.addresses if had is not None else ()
    found = []
    if node.address and node.address not in addresses:
        found.append(Turned(T("address"), ", ".join(addresses), node.address))
    if (now.default_nic, now.gateway) != (then.default_nic, then.gateway):
        found.append(Turned(T("default route"), _route(now), _route(then)))
    if set(now.nameservers) != set(then.nameservers):
        servers = (", ".join(one.nameservers) for one in (now, then))
        found.append(Turned(T("DNS"), *servers))
    return found


def _route(network: Network) -> str:
    return " ".join(word for word in (network.default_nic, network.gateway) if word)


def offered_gateway(node: Node, network: Network) -> str:
    """The gateway of now where the address reaches it, else the first address of its network."""
    if own_interface_problem(node.address) is not None:
        return ""
    offers = (network.gateway, str(IPv4Interface(node.address).network[1]))
    return next((one for one in offers if one and gateway_problem(one, node.address) is None), "")


def offered_servers(node: Node, facts: Facts) -> str:
    """The name servers of now, those that the card brings, or a public one."""
    card = _manager(facts).devices.get(node.interface, Managed())
    offers = (facts[Network].nameservers, card.dns)
    hosts = (" ".join(server for server in some if _is_host(server)) for some in offers)
    return next((some for some in hosts if some), "223.5.5.5")


def _is_host(server: str) -> bool:
    with suppress(ValueError):
        return not IPv4Address(server).is_loopback
    return False


def changes(answers: Answers, facts: Facts) -> bool:
    """Whether what this machine reaches over its network may be another after the run than now."""
    now, then = facts[Network], after(answers.node, facts)
    if now is then:
        return False
    nic, card = now.nic(answers.node.interface), answers.node.interface
    had = {IPv4Interface(address).network for address in (nic.addresses if nic else ())}
    moved = card in (now.default_nic, then.default_nic) and (
        IPv4Interface(answers.node.address).network not in had
    )
    route = (now.default_nic, now.gateway) != (then.default_nic, then.gateway)
    others = set(now.nameservers) != set(then.nameservers)
    return moved or route or others or contested(answers.node, facts)
