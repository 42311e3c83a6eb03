"""The address by which a cluster knows this node: the one that is made fixed, else that of its card."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.answers import Answers
from tui_installer.model.facts import Facts, Network
from tui_installer.model.text import Text


@dataclass(frozen=True)
class Neighbour:
    """Whether another machine has an address (None: not found out, and why), and by which MAC."""

    taken: bool | None
    mac: str = ""
    why: Text | None = None


def own_interface(answers: Answers, facts: Facts) -> str:
    """ADDRESS/PREFIX as it will be after the run; empty if the card has none and gets none."""
    if answers.node.address:
        return answers.node.address
    nic = facts[Network].nic(answers.node.interface)
    return nic.addresses[0] if nic and nic.addresses else ""


def own_address(answers: Answers, facts: Facts) -> str:
    """The same without its prefix."""
    return own_interface(answers, facts).partition("/")[0]


def moves(connection: str, answers: Answers, facts: Facts) -> bool:
    """Whether the run cuts an ssh line: it ends at the address that the card gives up.

    `connection` is what sshd calls SSH_CONNECTION: the client's address and port, then the server's.
    """
    ends = connection.split()[2:3]
    nic = facts[Network].nic(answers.node.interface)
    if not answers.node.address or nic is None or not ends:
        return False
    there = {address.partition("/")[0] for address in nic.addresses}
    return ends[0] in there and ends[0] != own_address(answers, facts)
