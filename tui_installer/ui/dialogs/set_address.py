"""The dialog that asks for the permanent address of a card, with its gateway and name servers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Interface

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.address import Neighbour
from tui_installer.model.fields import gateway_problem, host_problem, own_interface_problem
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.model.way_out import offered_gateway
from tui_installer.preflight import address as addressing
from tui_installer.preflight.draft import Draft
from tui_installer.session import Session
from tui_installer.ui.dialogs.source import Thought
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.validation import refuse
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement

CELLS = 28
PREFIX = "/24"


@dataclass(frozen=True)
class Chosen:
    """The chosen ADDRESS/PREFIX, its gateway (empty: none) and its name servers."""

    address: str
    gateway: str
    servers: tuple[str, ...]


def judge_address(draft: Draft, typed: str, now: str) -> Judgement:
    """Judges an ADDRESS/PREFIX while it is typed; `now` is the present one of the card."""
    prefix = "/" + now.partition("/")[2] if now else PREFIX
    if not typed:
        return refuse(T("An address with its prefix length, like 192.168.40.180/24."), now, NO_TEXT)
    if "/" not in typed and own_interface_problem(typed + prefix) is None:
        return refuse(T("The length of the network belongs behind it."), typed + prefix, NO_TEXT)
    if problem := own_interface_problem(typed):
        return refuse(T("Right would be: {right}.", right=problem), "", NO_TEXT)
    made = addressing.made(draft)
    if made and typed.partition("/")[0] != made:
        text = T(
            "kubeadm has made this node with {value}. Only a new cluster can have another one.",
            value=made,
        )
        return refuse(text, f"{made}/{typed.partition('/')[2]}", NO_TEXT)
    if typed == now:
        return Judgement(
            Outcome.OK, NO_TEXT, T("The address of now: it is kept without interruption.")
        )
    if addressing.moves(draft, typed):
        text = T(
            "Your ssh line ends when the installation sets this address: connect again to {address}. The installation goes on meanwhile.",
            address=typed.partition("/")[0],
        )
        return Judgement(Outcome.WARN, NO_TEXT, text)
    return Judgement(Outcome.OK, NO_TEXT, T("Another address than now: lines to the old one end."))


# Values that depend on the address cannot be judged without a valid one.
FIRST = Judgement(None, NO_TEXT, T("The address comes first: what fits here depends on it."))


def judge_gateway(draft: Draft, typed: str, address: str) -> Judgement:
    """Judges the gateway; it may be empty only where this card is not the only way out."""
    wrong = own_interface_problem(address)
    problem = host_problem(typed) if wrong is not None else gateway_problem(typed, address)
    if typed and problem is not None:
        offer = str(IPv4Interface(address).network[1]) if wrong is None else ""
        good = offer and gateway_problem(offer, address) is None
        return refuse(T("Right would be: {right}.", right=problem), offer if good else "", NO_TEXT)
    if wrong is not None:
        return FIRST
    if not typed:
        return _no_gateway(draft, address)
    node = addressing.node(draft, address, typed, ())
    if addressing.contested(draft, node):
        text = T(
            "{other} has a default route already. Which one wins is not known: NetworkManager does not look after {card}.",
            other=draft.network.default_nic,
            card=draft.interface,
        )
        return Judgement(Outcome.WARN, NO_TEXT, text)
    return Judgement(Outcome.OK, NO_TEXT, T("The machine that leads out of this network."))


def _no_gateway(draft: Draft, address: str) -> Judgement:
    """Judges an empty gateway."""
    node = addressing.node(draft, address, "", ())
    if addressing.loses_route(draft, node):
        text = T(
            "{card} is the only way out of this machine. Without a gateway you lose it from other networks, and nothing can be downloaded.",
            card=draft.interface,
        )
        return refuse(text, offered_gateway(node, draft.network), NO_TEXT)
    if other := addressing.after(draft, node).default_nic:
        text = T("Empty: {card} is the way out of this machine.", card=other)
        return Judgement(Outcome.OK, NO_TEXT, text)
    return Judgement(
        Outcome.OK, NO_TEXT, T("Empty, as it is now: nothing leads out of this network.")
    )


def servers_of(typed: str) -> tuple[str, ...]:
    """Splits the typed name servers at any separator."""
    return tuple(word for word in re.split(r"[\s,;]+", typed) if word)


def judge_servers(draft: Draft, typed: str, address: str, gateway: str) -> Judgement:
    """Judges the name servers; one of them, or of those that stay, must be reachable."""
    servers = servers_of(typed)
    wrong = next((s for s in servers if host_problem(s) is not None), "")
    if wrong:
        return refuse(
            T("{word} is no address of a name server, like 223.5.5.5.", word=wrong), "", NO_TEXT
        )
    if own_interface_problem(address) is not None:
        return FIRST
    node = addressing.node(draft, address, gateway, servers)
    if addressing.loses_names(draft, node):
        if servers:
            return refuse(T("This machine would reach none of these."), "", NO_TEXT)
        text = T("Nothing else brings a name server: no source would be found by its name.")
        return refuse(text, addressing.offered_servers(draft, node), NO_TEXT)
    if servers:
        return Judgement(
            Outcome.OK, NO_TEXT, T("Name servers, the first one first, blanks between them.")
        )
    left = addressing.after(draft, node).nameservers
    if left:
        text = T("Empty: these stay, {servers}.", servers=", ".join(left))
        return Judgement(Outcome.OK, NO_TEXT, text)
    return Judgement(Outcome.OK, NO_TEXT, T("Empty, as it is now: there is no name server."))


class SetAddress(Dialog[Chosen]):
    """Shows three fields; before it takes the address, it asks the network whether the address is free."""

    def __init__(self, session: Session, now: str, before: Chosen, *, at: str = "") -> None:
        super().__init__()
        # `at`: the key of the answer to change.
        self.session = session
        self.now = now
        self.before = before
        self.at = at
        # The address that is being probed; and the last one probed, with the result.
        self.asking = ""
        self.neighbour: tuple[str, Neighbour] | None = None

    @override
    def texts(self) -> Sequence[Text]:
        return (T("Which address shall {card} keep?", card=self.session.draft.interface), NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        self.address = Field(
            T("Address"),
            self.before.address,
            self._judge_address,
            topic="node.address",
            label_width=10,
            cells=CELLS,
        )
        self.gateway = Field(
            T("Gateway"),
            self.before.gateway,
            lambda typed: judge_gateway(self.session.draft, typed, self.address.value),
            topic="node.gateway",
            label_width=10,
            cells=CELLS,
        )
        self.servers = Field(
            T("DNS"),
            " ".join(self.before.servers),
            lambda typed: judge_servers(
                self.session.draft, typed, self.address.value, self.gateway.value
            ),
            topic="node.dns",
            label_width=10,
            cells=CELLS,
        )
        self.thought = Thought(self._thought)
        yield from (self.address, self.gateway, self.servers, self.thought)

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Take it"), self._take),
            Button(T("Back, change nothing"), lambda: self.dismiss(None)),
        )

    @override
    def _focus_first(self) -> None:
        here = next((field for field in self._fields if field.topic == self.at), self.address)
        here.box.focus()

    @property
    def _fields(self) -> tuple[Field, ...]:
        return (self.address, self.gateway, self.servers)

    def _judge_address(self, typed: str) -> Judgement:
        if self.neighbour and self.neighbour[0] == typed and self.neighbour[1].taken:
            mac = self.neighbour[1].mac or "-"
            text = T("Another machine has this address already: its MAC is {mac}.", mac=mac)
            return refuse(text, "", NO_TEXT)
        return judge_address(self.session.draft, typed, self.now)

    def _thought(self) -> Text:
        if self.asking:
            return T(
                "The network is asked whether somebody has {address} already: 3 s at most.",
                address=self.asking.partition("/")[0],
            )
        if (
            self.neighbour
            and self.neighbour[0] == self.address.value
            and self.neighbour[1].taken is None
        ):
            return T(
                "Whether somebody has this address already is unknown: {why}. Press again to take it.",
                why=self.neighbour[1].why or "-",
            )
        here = next((f for f in self._fields if f.box.has_focus), None)
        shown = here or next((f for f in self._fields if not f.good), self.address)
        return shown.judgement.hint

    @override
    def tell(self) -> None:
        self.thought.redraw()

    @override
    def on_descendant_focus(self, event: object) -> None:
        super().on_descendant_focus(event)  # type: ignore[arg-type]
        self.tell()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Judges the fields again after every key."""
        self._typed(event.field)

    def on_field_refused(self, event: Field.Refused) -> None:
        """Judges the fields again after every key."""
        self._typed(event.field)

    def _typed(self, field: Field) -> None:
        if field is self.address:
            self.gateway.judge_again()
        if field is not self.servers:
            self.servers.judge_again()
        self.tell()

    def _take(self) -> None:
        wrong = next((field for field in self._fields if not field.good), None)
        value = self.address.value
        if wrong is not None:
            wrong.box.focus()
            self.tell()
        elif value == self.now or (self.neighbour and self.neighbour[0] == value):
            self._close(value)
        elif not self.asking:
            self.asking = value
            address = value.partition("/")[0]
            self.owner.background(
                lambda: addressing.neighbour(self.session.draft, address), self._told
            )
            self.tell()

    def _told(self, neighbour: Neighbour) -> None:
        asked, self.asking = self.asking, ""
        if not self.is_attached:
            return
        self.neighbour = (asked, neighbour)
        self.address.judge_again()
        if (
            neighbour.taken is False
            and self.address.value == asked
            and all(f.good for f in self._fields)
        ):
            self._close(asked)
        elif neighbour.taken:
            self.address.box.focus()
        self.tell()

    def _close(self, address: str) -> None:
        self.dismiss(Chosen(address, self.gateway.value, servers_of(self.servers.value)))
