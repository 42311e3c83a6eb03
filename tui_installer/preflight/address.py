"""The address of the chosen card: what follows if the run makes it fixed or changes it."""

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
    """Returns the address with which kubeadm made this node; empty before kubeadm ran."""
    return completion.fixed_address(draft.facts, draft.last)


def offered_way_out(draft: Draft, address: str) -> tuple[str, list[str]]:
    """Returns the gateway and the name servers to suggest for a card with that ADDRESS/PREFIX."""
    values = {**draft.complete, "node.address": address}
    offered = completion.way_out({}, values, draft.facts, draft.last)
    servers = offered["node.dns"]
    assert isinstance(servers, list)
    return str(offered["node.gateway"]), servers


def node(draft: Draft, address: str, gateway: str, servers: Sequence[str]) -> Node:
    """Returns the node's answers with the address, gateway and name servers that a person is typing."""
    return replace(draft.answers.node, address=address, gateway=gateway, dns=tuple(servers))


def _presumed(draft: Draft) -> Facts:
    """Returns the facts for the pages. The checks treat an unreadable NetworkManager as unknown."""
    return way_out.presumed(draft.facts)


def loses_route(draft: Draft, node: Node | None = None) -> bool:
    """Tells whether the run would remove this machine's only default route."""
    return way_out.loses_route(node or draft.answers.node, _presumed(draft))


def loses_names(draft: Draft, node: Node | None = None) -> bool:
    """Tells whether the run would leave no name server that this machine can reach."""
    return way_out.loses_names(node or draft.answers.node, _presumed(draft))


def changes_way(draft: Draft) -> bool:
    """Tells whether the run may change which hosts this machine can reach."""
    return draft.looked and way_out.changes(draft.answers, _presumed(draft))


def after(draft: Draft, node: Node) -> Network:
    """Returns cards, routes and name servers as the run would leave them."""
    return way_out.after(node, _presumed(draft))


def contested(draft: Draft, node: Node) -> bool:
    """Tells whether it is unknown which card the default route will use after the run."""
    return way_out.contested(node, _presumed(draft))


def offered_servers(draft: Draft, node: Node) -> str:
    """Returns name servers to suggest for a card that needs some."""
    return way_out.offered_servers(node, _presumed(draft))


def moves(draft: Draft, address: str | None = None) -> bool:
    """Tells whether the ssh connection of these screens ends when the card gets that ADDRESS/PREFIX."""
    answers = draft.answers
    if address is not None:
        answers = replace(answers, node=replace(answers.node, address=address))
    return addresses.moves(draft.ssh_line, answers, draft.facts)


def judge_left(draft: Draft) -> Verdict:
    """Judges the card's address as the preflight would if the address stays as it is."""
    left = replace(draft.answers, node=replace(draft.answers.node, address=""))
    return registry.check("interface").judge(left, draft.facts)


def neighbour(draft: Draft, address: str) -> Neighbour:
    """Asks whether another machine already has that address; blocks for some seconds."""
    return neighbours.ask(draft.interface, address)
