"""The address of the chosen card: what follows if it is made fixed, or becomes another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tui_installer import registry
from tui_installer.host import neighbours
from tui_installer.model import address as addresses
from tui_installer.model import way_out
from tui_installer.model.address import Neighbour
from tui_installer.model.answers import Node
from tui_installer.model.check import Verdict
from tui_installer.model.facts import Facts, Network
from tui_installer.preflight import completion
from tui_installer.preflight.draft import Draft


def made(draft: Draft) -> str:
    """The address with which kubeadm has made this node; empty before it ran."""
    return completion.fixed_address(draft.facts, draft.last)


def offered_way_out(draft: Draft, address: str) -> tuple[str, list[str]]:
    """Gateway and name servers that a card with that ADDRESS/PREFIX would get."""
    values = {**draft.complete, "node.address": address}
    offered = completion.way_out({}, values, draft.facts, draft.last)
    servers = offered["node.dns"]
    assert isinstance(servers, list)
    return str(offered["node.gateway"]), servers


def node(draft: Draft, address: str, gateway: str, servers: Sequence[str]) -> Node:
    """The node's answers, with what somebody types for its card."""
    return replace(draft.answers.node, address=address, gateway=gateway, dns=tuple(servers))


def _presumed(draft: Draft) -> Facts:
    """What the pages go by; the checks do not know where NetworkManager could not be read."""
    return way_out.presumed(draft.facts)


def loses_route(draft: Draft, node: Node | None = None) -> bool:
    """Whether the run would take away the only way out of this machine."""
    return way_out.loses_route(node or draft.answers.node, _presumed(draft))


def loses_names(draft: Draft, node: Node | None = None) -> bool:
    """Whether it would leave no name server that this machine reaches."""
    return way_out.loses_names(node or draft.answers.node, _presumed(draft))


def changes_way(draft: Draft) -> bool:
    """Whether what this machine reaches may be another after the run than now."""
    return draft.looked and way_out.changes(draft.answers, _presumed(draft))


def after(draft: Draft, node: Node) -> Network:
    """Cards, routes and name servers as the run would leave them."""
    return way_out.after(node, _presumed(draft))


def contested(draft: Draft, node: Node) -> bool:
    """Whether nobody knows by which card the default route leads then."""
    return way_out.contested(node, _presumed(draft))


def offered_servers(draft: Draft, node: Node) -> str:
    """Name servers for a card that needs some."""
    return way_out.offered_servers(node, _presumed(draft))


def moves(draft: Draft, address: str | None = None) -> bool:
    """Whether these screens' own ssh line ends when the card gets that ADDRESS/PREFIX."""
    answers = draft.answers
    if address is not None:
        answers = replace(answers, node=replace(answers.node, address=address))
    return addresses.moves(draft.ssh_line, answers, draft.facts)


def judge_left(draft: Draft) -> Verdict:
    """What the preflight would say of the card's address if it stays as it is."""
    left = replace(draft.answers, node=replace(draft.answers.node, address=""))
    return registry.check("interface").judge(left, draft.facts)


def neighbour(draft: Draft, address: str) -> Neighbour:
    """Whether some machine has that address already; blocks for some seconds."""
    return neighbours.ask(draft.interface, address)
