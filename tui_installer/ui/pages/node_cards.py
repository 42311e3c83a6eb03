"""The network cards as a table, and what follows from the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from typing_extensions import override

from tui_installer.model.facts import Network, Nic
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight.draft import FROM_LAST
from tui_installer.preflight.preview import hosts_line, judge
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Row, Say, rows_of
from tui_installer.ui.widgets.choice import Option
from tui_installer.ui.widgets.pane import Pane

# Cells of the labels of the page.
LABEL = 14
HEADS = (T("Address"), T("Link"), T("Driver"), T("MTU"), T("Remark"))
NONE = T("This machine has no network card that can be chosen.")


def link(nic: Nic) -> Text:
    """Returns the state of a card's link."""
    if not nic.link:
        return T("no cable")
    return T("up {speed}M", speed=nic.speed) if nic.speed > 0 else T("up")


def _remark(nic: Nic, default: str) -> Text:
    if not nic.address:
        return T("no address")
    return T("default route") if nic.name == default else NO_TEXT


def _cells(nic: Nic, default: str) -> list[Text]:
    return [
        verbatim(nic.addresses[0] if nic.addresses else "-"),
        link(nic),
        verbatim(nic.driver or "-"),
        verbatim(nic.mtu),
        _remark(nic, default),
    ]


@lru_cache(maxsize=4)
def _widths(nics: tuple[Nic, ...], default: str, say: Say) -> tuple[int, ...]:
    """Returns the cells of each column but the last; every row of the table asks for them."""
    table = [[say(cell) for cell in row] for row in (HEADS, *(_cells(n, default) for n in nics))]
    return tuple(max(measure.width(row[i]) for row in table) for i in range(len(HEADS) - 1))


class Table:
    """The cards that lead to other machines, each with its columns."""

    def __init__(self, session: Session) -> None:
        self.session = session

    @property
    def nics(self) -> list[Nic]:
        """Returns the cards; none before a look."""
        return self.session.draft.network.cards

    @property
    def chosen(self) -> Nic | None:
        """Returns the chosen card in its present state."""
        return self.session.draft.network.nic(self.session.draft.interface)

    @property
    def name_width(self) -> int:
        """Returns the cells of the names; the column title starts four cells further left, and needs 12."""
        return max([8, *(len(nic.name) for nic in self.nics)])

    def _columns(self, cells: Sequence[Text], say: Say) -> list[str]:
        """Pads each column to its widest cell; leaves the last one as it is."""
        widths = _widths(tuple(self.nics), self.session.draft.network.default_nic, say)
        texts = [say(cell) for cell in cells]
        return [*(measure.pad(c, w + 2) for c, w in zip(texts, widths, strict=False)), texts[-1]]

    def head(self, say: Say) -> str:
        """Returns the column titles."""
        name = measure.pad(say(T("Network card")), self.name_width + 6)
        return name + "".join(self._columns(HEADS, say))

    def row(self, nic: Nic, say: Say) -> Row:
        """Returns the row behind a card's name; a chosen card must have an address."""
        default = self.session.draft.network.default_nic
        *cells, remark = self._columns(_cells(nic, default), say)
        lost = nic.name == self.session.draft.interface and self.lost() is not NO_TEXT
        return [("".join(cells), ""), (remark, Outcome.FAIL if lost else "")]

    def options(self, say: Callable[[], Say]) -> list[Option]:
        """Returns the cards to choose from."""
        return [
            Option(
                nic.name,
                verbatim(nic.name),
                self._more(nic, say),
                self._hint(nic),
                self._refused(nic),
            )
            for nic in self.nics
        ]

    def _more(self, nic: Nic, say: Callable[[], Say]) -> Callable[[], Row]:
        return lambda: self.row(nic, say())

    def _refused(self, nic: Nic) -> Text:
        made = self.session.draft.fixed.get("node.interface")
        if made not in (None, nic.name):
            return T(
                "kubeadm has made this node with {value}. Only a new cluster can have another one.",
                value=str(made),
            )
        return NO_TEXT

    def _hint(self, nic: Nic) -> Text:
        what = T(
            "kubelet, API server and the other nodes use this card. Certificates hold its address; if it changes, the node is lost."
        )
        answers = self.session.draft.answers
        with_it = replace(answers, node=replace(answers.node, interface=nic.name))
        verdict = judge(self.session.draft, "interface", with_it)
        if verdict.why is not None:
            what = T("{name}: {why}; {cure}.", name=nic.name, why=verdict.why, cure=verdict.cure)
        more = ", ".join(nic.addresses[1:])
        if more:
            return T(
                "{what} MAC {mac}; further addresses: {more}", what=what, mac=nic.mac, more=more
            )
        return T("{what} MAC {mac}", what=what, mac=nic.mac) if nic.mac else what

    def why(self) -> Text:
        """Returns the rule that chose the card."""
        draft, nic = self.session.draft, self.chosen
        if nic is None:
            return self.lost()
        origin = draft.origin("node.interface")
        if "node.interface" in draft.values:
            return T("{name} is chosen: {origin}.", name=nic.name, origin=origin)
        if origin == FROM_LAST:
            return T("{name} is the card that the last run used.", name=nic.name)
        return self._rule(nic, draft.network)

    def _rule(self, nic: Nic, network: Network) -> Text:
        if nic.name == network.default_nic and network.gateway:
            return T(
                "{name} is chosen because the default route ({gateway}) goes through it.",
                name=nic.name,
                gateway=network.gateway,
            )
        if nic.name == network.default_nic:
            return T("{name} is chosen because the default route goes through it.", name=nic.name)
        if nic.address:
            return T(
                "{name} is chosen because it has an address; there is no default route.",
                name=nic.name,
            )
        if nic.link:
            return T(
                "{name} is chosen because it has a cable; no card has an address.", name=nic.name
            )
        return T("No card has a cable or an address.")

    def lost(self) -> Text:
        """Returns why the chosen card cannot be used; empty: it can."""
        nic, name = self.chosen, self.session.draft.interface
        if nic is None and not name:
            return NONE
        if nic is None:
            return T(
                "This machine has no card {name}. Choose one of those that are here.", name=name
            )
        if nic.address or self.session.draft.value("node.address"):
            return NO_TEXT
        return T(
            "{name} has no IPv4 address. Certificates and the other nodes need it. Plug the cable in, give it one with [Set an address...], or choose another card.",
            name=nic.name,
        )


class CardsHead(Pane):
    """The column titles of the cards."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    @override
    def rows(self, width: int) -> list[Row]:
        return [[("   " + self.table.head(self.owner.language), "")]]


class Below(Pane):
    """Explains why this card is chosen."""

    def __init__(self, table: Table) -> None:
        super().__init__()
        self.table = table

    @override
    def rows(self, width: int) -> list[Row]:
        session = self.table.session
        if not session.draft.looked:
            return []
        made = [nic.name for nic in session.draft.facts[Network].nics if nic.software]
        rows: list[Row] = []
        if made:
            text = T("not for choice, made by software: {names}", names=", ".join(made))
            rows.append([(f"       {measure.cut(self.say(text), width - 8)}", "")])
        rows += rows_of(self.say(self.table.why()), width + 2, indent=3)
        return [*rows, []] if len(self.table.nics) + len(rows) < 6 else rows


class Hosts(Pane):
    """Shows the line in /etc/hosts that follows from name and card."""

    def __init__(self, table: Table, named: Callable[[], bool]) -> None:
        super().__init__()
        self.table, self.named = table, named

    @override
    def rows(self, width: int) -> list[Row]:
        if not self.table.session.draft.looked:
            return [[]]
        address, names = hosts_line(self.table.session.draft)
        text = T("gets: {address}  {names}", address=address, names="  ".join(names))
        if not address:
            text = T("gets no line without an address")
        elif not self.named():
            text = T("gets its line when the name is right")
        label = measure.pad(self.say(T("Hosts file")), LABEL)
        return [[(f"   {label}{self.say(text)}", "")]]
