"""The address of the chosen card: what follows if it is made fixed, or becomes another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from tui_installer.host import neighbours
from tui_installer.model import way_out
from tui_installer.model.address import Neighbour, moves
from tui_installer.model.answers import Answers, Node
from tui_installer.model.check import Verdict
from tui_installer.model.facts import Facts, Network
from tui_installer.preflight import completion


class Answering(Protocol):
    """The session, as far as addresses need it."""

    facts: Facts | None
    last: Answers | None
    line: str

    @property
    def interface(self) -> str:
        """The chosen card."""

    def answers(self) -> Answers:
        """The answers as they stand."""

    def complete(self) -> dict[str, object]:
        """Every value by its key."""

    def judge(self, check: str, answers: Answers | None = None) -> Verdict:
        """What one preflight check says."""


class Addressing:
    """The address of one session's node."""

    def __init__(self, session: Answering) -> None:
        self._session = session

    @property
    def made(self) -> str:
        """The address with which kubeadm has made this node; empty before it ran."""
        facts = self._session.facts
        return completion.fixed_address(facts, self._session.last) if facts is not None else ""

    def way_out(self, address: str) -> tuple[str, list[str]]:
        """Gateway and name servers that a card with that ADDRESS/PREFIX would get."""
        facts = self._session.facts
        assert facts is not None
        values = {**self._session.complete(), "node.address": address}
        found = completion.way_out({}, values, facts, self._session.last)
        servers = found["node.dns"]
        assert isinstance(servers, list)
        return str(found["node.gateway"]), servers

    def node(self, address: str, gateway: str, servers: Sequence[str]) -> Node:
        """The node's answers, with what somebody types for its card."""
        node = self._session.answers().node
        return replace(node, address=address, gateway=gateway, dns=tuple(servers))

    @property
    def _facts(self) -> Facts | None:
        """What the pages go by; the checks do not know where NetworkManager could not be read."""
        facts = self._session.facts
        return way_out.presumed(facts) if facts is not None else None

    def loses_route(self, node: Node | None = None) -> bool:
        """Whether the run would take away the only way out of this machine."""
        facts = self._facts
        return facts is not None and way_out.loses_route(
            node or self._session.answers().node, facts
        )

    def loses_names(self, node: Node | None = None) -> bool:
        """Whether it would leave no name server that this machine reaches."""
        facts = self._facts
        return facts is not None and way_out.loses_names(
            node or self._session.answers().node, facts
        )

    @property
    def changes_way(self) -> bool:
        """Whether what this machine reaches may be another after the run than now."""
        facts = self._facts
        return facts is not None and way_out.changes(self._session.answers(), facts)

    @property
    def now(self) -> Network:
        """Cards, routes and name servers as they are."""
        return self._session.facts[Network] if self._session.facts is not None else Network()

    def after(self, node: Node) -> Network:
        """The same as the run would leave them."""
        facts = self._facts
        return way_out.after(node, facts) if facts is not None else Network()

    def contested(self, node: Node) -> bool:
        """Whether nobody knows by which card the default route leads then."""
        facts = self._facts
        return facts is not None and way_out.contested(node, facts)

    def offered_servers(self, node: Node) -> str:
        """Name servers for a card that needs some."""
        facts = self._facts
        return way_out.offered_servers(node, facts) if facts is not None else ""

    def moves(self, address: str | None = None) -> bool:
        """Whether these screens' own ssh line ends when the card gets that ADDRESS/PREFIX."""
        if self._session.facts is None:
            return False
        answers = self._session.answers()
        if address is not None:
            answers = replace(answers, node=replace(answers.node, address=address))
        return moves(self._session.line, answers, self._session.facts)

    def judge_left(self) -> Verdict:
        """What the preflight would say of the card's address if it stays as it is."""
        answers = self._session.answers()
        left = replace(answers, node=replace(answers.node, address=""))
        return self._session.judge("interface", left)

    def neighbour(self, address: str) -> Neighbour:
        """Whether some machine has that address already; blocks for some seconds."""
        return neighbours.ask(self._session.interface, address)
