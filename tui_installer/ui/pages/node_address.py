"""The choice about the node's address: leave it as it is, or make it fixed."""

from __future__ import annotations

from collections.abc import Callable

from typing_extensions import override

from tui_installer.model.outcome import Outcome
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.preflight import address as addressing
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.pages.node_cards import LABEL, Table
from tui_installer.ui.rows.cells import Row, Say
from tui_installer.ui.widgets.choice import Choice, Option

LEAVE, FIX = "", "fixed"
# Cells of the two options.
OPTIONS = 14


class Address:
    """The texts about the address of the chosen card."""

    def __init__(self, table: Table) -> None:
        self.table, self.session = table, table.session

    @property
    def chosen(self) -> str:
        """Returns the chosen option."""
        return FIX if self.session.draft.value("node.address") else LEAVE

    @property
    def now(self) -> str:
        """Returns the present ADDRESS/PREFIX of the card; empty if it has none."""
        nic = self.table.chosen
        return nic.addresses[0] if nic is not None and nic.addresses else ""

    @property
    def wanted(self) -> str:
        """Returns the ADDRESS/PREFIX to make fixed."""
        return str(self.session.draft.value("node.address") or "") or self.now

    def way_out(self) -> tuple[str, list[str]]:
        """Returns its gateway and name servers."""
        if self.session.draft.value("node.address"):
            servers = self.session.draft.value("node.dns")
            return str(self.session.draft.value("node.gateway")), list(servers or [])  # type: ignore[call-overload]
        return (
            addressing.offered_way_out(self.session.draft, self.wanted) if self.wanted else ("", [])
        )

    def cut_off(self) -> Text:
        """Returns a warning that the answers remove the only way out, or the last name server; empty: they do not."""
        if addressing.loses_route(self.session.draft):
            return T(
                "{card} is the only way out of this machine, and its address has no gateway: [Set an address...].",
                card=self.session.draft.interface,
            )
        if addressing.loses_names(self.session.draft):
            return T("No name server would be left that this machine reaches: [Set an address...].")
        return NO_TEXT

    def options(self, say: Callable[[], Say]) -> list[Option]:
        """Returns two options: leave it, or make it fixed."""
        return [
            Option(LEAVE, T("leave as it is"), lambda: self._left(say()), self._leave_hint()),
            Option(
                FIX,
                T("make it fixed"),
                lambda: [(say()(self._fixed()), "")],
                self._fix_hint(),
                NO_TEXT if self.wanted else T("There is no address yet: [Set an address...]."),
            ),
        ]

    def _left(self, say: Say) -> Row:
        if not self.session.draft.looked:
            return []
        verdict, nic = addressing.judge_left(self.session.draft), self.table.chosen
        address = verdict.found
        if nic is not None and nic.address:
            address = verbatim(nic.addresses[0])
            if verdict.outcome is Outcome.WARN and nic.dhcp:
                address = T("by DHCP: it may change")
        outcome = measure.pad(say(word(verdict.outcome)), VERDICT)
        return [(outcome, verdict.outcome), (say(address), "")]

    def _fixed(self) -> Text:
        if not self.wanted:
            return T("[Set an address...] asks for one")
        gateway, _ = self.way_out()
        if not gateway:
            return T("{address}, no gateway", address=self.wanted)
        return T("{address}, gateway {gateway}", address=self.wanted, gateway=gateway)

    def rest(self) -> Text:
        """Returns the second row of the fixed address."""
        if not self.wanted:
            return NO_TEXT
        _, servers = self.way_out()
        names = ", ".join(servers) or "-"
        if self.wanted == self.now:
            return T("no interruption; DNS {servers}", servers=names)
        if addressing.moves(self.session.draft, self.wanted):
            return T("your ssh line ends; DNS {servers}", servers=names)
        return T(
            "instead of {now}; DNS {servers}", now=self.now.partition("/")[0] or "-", servers=names
        )

    def _leave_hint(self) -> Text:
        return T(
            "The card keeps what it has. Certificates hold this address: if it changes, by DHCP for example, the node is lost. Some clouds hand out addresses by DHCP that never change."
        )

    def _fix_hint(self) -> Text:
        if addressing.moves(self.session.draft, self.wanted):
            return T(
                "You sit at an ssh line to the old address: it ends when the installation gets there. Connect again to {address}; the installation goes on meanwhile.",
                address=self.wanted.partition("/")[0],
            )
        return T(
            "Address, gateway and name servers are written into the settings of the card and stay. The address of now is kept without an interruption; for another one: [Set an address...]."
        )


class AddressChoice(Choice):
    """Two options with their label; the second one takes two rows."""

    def __init__(self, address: Address, label: Text, say: Callable[[], Say]) -> None:
        self.address = address
        self.label = label
        self._say = say
        super().__init__(
            address.options(say),
            address.chosen,
            indent=LABEL + 1,
            label_width=OPTIONS,
            topic="node.address",
        )

    def look(self) -> None:
        """Updates the options after a change of the machine or the answers."""
        self.offer(self.address.options(self._say), self.address.chosen)

    @property
    @override
    def lines(self) -> int:
        return 3

    @override
    def rows(self, width: int) -> list[Row]:
        first, second = super().rows(width)
        head = "   " + measure.fit(self.say(self.label), LABEL - 2)
        under = " " * (LABEL + 3 + 4 + OPTIONS + 2) + self.say(self.address.rest())
        return [[(head, ""), *first[1:]], second, [(under, "")]]
