"""The address by which a cluster knows this node: the fixed one, else that of its card."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.answers import Answers
from tui_installer.model.facts import Facts, Network
from tui_installer.model.text import Text


@dataclass(frozen=True)
class Neighbour:
    """Whether another machine has an address (None: unknown, and `why` says why), and its MAC."""

    taken: bool | None
    mac: str = ""
    why: Text | None = None


def own_interface(answers: Answers, facts: Facts) -> str:
    """Returns ADDRESS/PREFIX after the run; empty if the card has none and gets none."""
    if answers.node.address:
        return answers.node.address
    nic = facts[Network].nic(answers.node.interface)
    return nic.addresses[0] if nic and nic.addresses else ""


def own_address(answers: Answers, facts: Facts) -> str:
    """Returns the node's address after the run; empty if it has none."""
    return own_interface(answers, facts).partition("/")[0]


def moves(connection: str, answers: Answers, facts: Facts) -> bool:
    """Tells whether the run cuts an ssh connection: one to the address that the card gives up.

    `connection` has the form of SSH_CONNECTION: the client's address and port, then the server's.
    """
    ends = connection.split()[2:3]
    nic = facts[Network].nic(answers.node.interface)
    if not answers.node.address or nic is None or not ends:
        return False
    there = {address.partition("/")[0] for address in nic.addresses}
    return ends[0] in there and ends[0] != own_address(answers, facts)
