"""The way out of this machine after the run: default route and name servers."""

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
    """Returns every card with a default route, the one in use first."""
    others = [route.nic for route in network.routes if route.destination == EVERYWHERE]
    return list(dict.fromkeys(name for name in (network.default_nic, *others) if name))


def after(node: Node, facts: Facts) -> Network:
    """Returns cards, routes and name servers after the card has these answers' settings. Raises NotRead."""
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
        present = now.gateway if now.default_nic == card else ""
        gateway = present or manager.devices.get(card, Managed()).gateway
    else:
        card, gateway = "", ""
    gone = brought(node.interface, now, manager)
    servers = dict.fromkeys((*node.dns, *(s for s in now.nameservers if s not in gone)))
    return Network(nics, routes, card, tuple(servers), gateway)


def _manager(facts: Facts) -> NetworkManager:
    """Returns the facts on NetworkManager, empty where nobody has asked for them. Raises NotRead."""
    try:
        return facts[NetworkManager]
    except KeyError:
        return NetworkManager()


def presumed(facts: Facts) -> Facts:
    """Returns facts for display and suggestions: an unreadable NetworkManager counts as absent.

    No check and no step uses them; for those the state is unknown.
    """
    return facts if NetworkManager in facts else facts.having(NetworkManager())


def contested(node: Node, facts: Facts) -> bool:
    """Tells whether the card gets a gateway beside another card's default route, so that the winner is unknown.

    network.service sets the default route again for every card with a gateway; NetworkManager keeps both,
    the earlier one first. Raises NotRead.
    """
    now, card = facts[Network], node.interface
    nic = now.nic(card)
    moved = bool(node.address) and node.address not in (nic.addresses if nic else ())
    if not (moved and node.gateway and now.default_nic) or now.default_nic == card:
        return False
    return not _manager(facts).devices.get(card, Managed()).managed


def _card(node: Node, now: Network) -> Nic:
    """Returns the chosen card with its fixed address; further addresses stay if that one is there already."""
    nic = now.nic(node.interface) or Nic(node.interface)
    others = nic.addresses if node.address in nic.addresses else ()
    addresses = dict.fromkeys((node.address, *others))
    return replace(nic, addresses=tuple(addresses), up=True, dhcp=False)


def _stays(route: Route, node: Node, now: Network) -> bool:
    """Tells whether a route stays.

    All routes of other cards do, and those of this card that do not depend on the address it gives up.
    """
    if route.nic != node.interface:
        return True
    nic = now.nic(node.interface)
    had = [IPv4Interface(address).network for address in (nic.addresses if nic else ())]
    own = IPv4Interface(node.address).network
    to = IPv4Network(route.destination, strict=False)
    return to.prefixlen > 0 and own in had and (to == own or to not in had)


def brought(card: str, now: Network, manager: NetworkManager) -> set[str]:
    """Returns the name servers that come from this card's present settings, and from no other card."""
    device = manager.devices.get(card, Managed())
    if device.managed:
        others = {s for name, one in manager.devices.items() if name != card for s in one.dns}
        return set(device.dns) - others
    nic = now.nic(card)
    leased = [one.name for one in now.nics if one.dhcp]
    # These are the lease's servers; servers that a person has added cannot be told apart.
    return set(now.nameservers) if nic is not None and leased == [card] else set()


def _fed(node: Node, facts: Facts) -> bool:
    """Tells whether a name server on this machine forwards to servers that the card brings.

    resolv.conf lists none of those then.
    """
    now, manager = facts[Network], _manager(facts)
    if not node.address or not brought(node.interface, now, manager) - set(now.nameservers):
        return False
    return not any(one.dns for name, one in manager.devices.items() if name != node.interface)


def _is_here(server: str) -> bool:
    with suppress(ValueError):
        return IPv4Address(server).is_loopback
    return False


def reaches(server: str, network: Network) -> bool:
    """Tells whether a packet to that address has a route.

    A local address has one, and anything but an IPv4 address counts as reachable.
    """
    with suppress(ValueError):
        address = IPv4Address(server)
        near = any(address in one for _, one in network.networks())
        return bool(network.default_nic) or near or address.is_loopback
    return True


def loses_route(node: Node, facts: Facts) -> bool:
    """Tells whether the card is the only way out now, and the run leaves none."""
    return bool(facts[Network].default_nic) and not after(node, facts).default_nic


def loses_names(node: Node, facts: Facts) -> bool:
    """Tells whether some name server is reachable now, and none is after the run.

    One on this machine, like NetworkManager's dnsmasq, answers only as long as it can ask others.
    """
    now, then = facts[Network], after(node, facts)
    reachable_now = any(reaches(server, now) for server in now.nameservers)
    fed = _fed(node, facts)
    left = (server for server in then.nameservers if not (fed and _is_here(server)))
    return reachable_now and not any(reaches(server, then) for server in left)


def carries(connection: str, card: str, network: Network) -> bool:
    """Tells whether an ssh connection enters by this card, or its replies leave by it.

    `connection` has the form of SSH_CONNECTION: the client's address and port, then the server's. A
    connection to an address that no card has (IPv6, or a tunnel's end) may use any card.
    """
    words = connection.split()
    if len(words) < 3:
        return False
    ends = [nic.name for nic in network.nics if words[2] in _bare(nic)]
    return card in ends or not ends or _leads_to(words[0], network) == card


def _bare(nic: Nic) -> set[str]:
    return {address.partition("/")[0] for address in nic.addresses}


def _leads_to(client: str, network: Network) -> str:
    """Returns the card by which packets to that address leave."""
    with suppress(ValueError):
        address = IPv4Address(client)
        near = [(one.prefixlen, name) for name, one in network.networks() if address in one]
        return max(near)[1] if near else network.default_nic
    return ""


@dataclass(frozen=True)
class Turned:
    """One changed setting of the machine's network; empty texts mean that there is none."""

    what: Text
    before: str
    after: str


def turned(node: Node, facts: Facts) -> list[Turned]:
    """Lists the address, default route and name servers if the run changes them."""
    now, then = facts[Network], after(node, facts)
    had = now.nic(node.interface)
    addresses = had.addresses if had is not None else ()
    changed = []
    if node.address and node.address not in addresses:
        changed.append(Turned(T("address"), ", ".join(addresses), node.address))
    if (now.default_nic, now.gateway) != (then.default_nic, then.gateway):
        changed.append(Turned(T("default route"), _route(now), _route(then)))
    if set(now.nameservers) != set(then.nameservers):
        servers = (", ".join(one.nameservers) for one in (now, then))
        changed.append(Turned(T("DNS"), *servers))
    return changed


def _route(network: Network) -> str:
    return " ".join(word for word in (network.default_nic, network.gateway) if word)


def offered_gateway(node: Node, network: Network) -> str:
    """Returns the present gateway if the address reaches it, else the first address of its network."""
    if own_interface_problem(node.address) is not None:
        return ""
    offers = (network.gateway, str(IPv4Interface(node.address).network[1]))
    return next((one for one in offers if one and gateway_problem(one, node.address) is None), "")


def offered_servers(node: Node, facts: Facts) -> str:
    """Returns the present name servers, those that the card brings, or a public one."""
    card = _manager(facts).devices.get(node.interface, Managed())
    offers = (facts[Network].nameservers, card.dns)
    hosts = (" ".join(server for server in some if _is_host(server)) for some in offers)
    return next((some for some in hosts if some), "223.5.5.5")


def _is_host(server: str) -> bool:
    with suppress(ValueError):
        return not IPv4Address(server).is_loopback
    return False


def changes(answers: Answers, facts: Facts) -> bool:
    """Tells whether the run may change what this machine can reach over its network."""
    now, then = facts[Network], after(answers.node, facts)
    if now is then:
        return False
    nic = now.nic(answers.node.interface)
    card = answers.node.interface
    had = {IPv4Interface(address).network for address in (nic.addresses if nic else ())}
    moved = card in (now.default_nic, then.default_nic) and (
        IPv4Interface(answers.node.address).network not in had
    )
    route = (now.default_nic, now.gateway) != (then.default_nic, then.gateway)
    others = set(now.nameservers) != set(then.nameservers)
    return moved or route or others or contested(answers.node, facts)
