"""Node: the name of this node, and the network card that it uses."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.facts import HostName, Network
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui import validation
from tui_installer.ui.dialogs.set_address import Chosen, SetAddress
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.pages.node_address import FIX, Address, AddressChoice
from tui_installer.ui.pages.node_cards import LABEL, Below, CardsHead, Hosts, Table
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice
from tui_installer.ui.widgets.field import Field
from tui_installer.ui.widgets.pane import BlankRow

# Seconds between two looks at the cards while the page is open, and the topics of these looks.
EVERY = 2.0
LIVE = (Network, HostName)
# The rows of cards that fit between the other widgets.
MOST = 4
ADDRESS_KEYS = ("node.address", "node.gateway", "node.dns")


class NodePage(Page):
    """Page 2."""

    entry_id = "node"
    heading = T("Node")
    look_again = T("Read the cards again")
    # A look at the cards is in progress.
    looking = False
    # Whether the last look found something missing.
    _lost = False

    @property
    @override
    def sentence(self) -> Text:
        return T("The name of this node, and the network card it talks through.")

    @override
    def body(self) -> ComposeResult:
        session = self.owner.session
        self.table = Table(session)
        self.name_field = Field(
            T("Node name"),
            str(session.draft.value("node.hostname") or ""),
            lambda name: validation.hostname(session.draft, name),
            topic="node.hostname",
            label_width=LABEL,
            cells=35,
        )
        self.cards = Choice(
            self.table.options(lambda: self.owner.language),
            session.draft.interface,
            label_width=self.table.name_width,
            topic="node.interface",
            most=MOST,
        )
        self.head = CardsHead(self.table)
        self.below = Below(self.table)
        self.address = Address(self.table)
        self.address_choice = AddressChoice(
            self.address, T("Its address"), lambda: self.owner.language
        )
        self.hosts = Hosts(self.table, lambda: self.name_field.good)
        yield BlankRow()
        yield self.name_field
        yield BlankRow()
        yield self.head
        yield self.cards
        yield self.below
        yield self.address_choice
        yield self.hosts

    @override
    def buttons(self) -> Sequence[Button]:
        asks = T("Asks for the address that the chosen card is to keep, its gateway and DNS.")
        self.set_button = Button(T("Set an address..."), self._ask_address, asks)
        return (*super().buttons(), self.set_button)

    @override
    def on_mount(self) -> None:
        self.set_interval(EVERY, self.look)

    # --- mistakes -------------------------------------------------------------------------------

    @override
    def waits(self) -> bool:
        return not self.owner.session.draft.looked

    @override
    def missing(self) -> Text:
        """Returns the mistake: a refused name, a card without a route, or an address without a way out."""
        return self._card_lost() if self.name_field.good else self.name_field.judgement.hint

    def _card_lost(self) -> Text:
        lost = self.table.lost()
        return lost if lost is not NO_TEXT else self.address.cut_off()

    @override
    def first_focus(self) -> Widget:
        good = self.waits() or self.missing() is NO_TEXT
        return self.next_button if good else self._wrong()

    def _wrong(self) -> Widget:
        if not self.name_field.good:
            return self.name_field.box
        if self.table.lost() is NO_TEXT:
            return self.set_button
        # No card has an address: only a new one helps.
        return self.cards if any(nic.address for nic in self.table.nics) else self.set_button

    @override
    def row_of(self, key: str) -> Widget | None:
        rows = {
            "node.hostname": self.name_field.box,
            "node.interface": self.cards,
            "node.address": self.address_choice,
        }
        return rows.get(key, self.set_button)

    @override
    def refuse(self) -> None:
        self.cards.offer(self.cards.options, self.owner.session.draft.interface)
        self._wrong().focus()
        self.tell()

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns the hint about a chosen card without an address before that of the focused widget."""
        on_chosen = widget is self.cards and self.cards.passed is None
        on_chosen = on_chosen or widget is self.set_button
        if on_chosen and not self.going and self._card_lost() is not NO_TEXT:
            return self._card_lost()
        return super().hint_of(widget)

    # --- events ---------------------------------------------------------------------------------

    def look(self) -> None:
        """Reads the cards again, unless a look is in progress."""
        if not self.looking:
            self.looking = True
            self.owner.survey(self._looked, LIVE)

    def _looked(self) -> None:
        self.looking = False

    def on_field_changed(self, event: Field.Changed) -> None:
        """Stores another name, unless it is the suggestion."""
        session, name = self.owner.session, event.field.value
        if session.draft.looked and name != session.draft.value("node.hostname"):
            session.set("node.hostname", name)
            event.field.judge_again()
        self.hosts.redraw()
        self.tell()

    def on_field_refused(self, event: Field.Refused) -> None:
        """Returns to the suggestion when a name is deleted."""
        if not event.field.value:
            self.owner.session.unset("node.hostname")
        self.hosts.redraw()
        self.tell()

    @override
    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Stores another card, or the choice about its address; a suggested name may contain the address's end."""
        if event.choice is self.cards:
            self.owner.session.set("node.interface", event.value)
            self._forget_address()
        elif event.value == FIX:
            self._keep_address(self.address.now)
        else:
            self._keep_address("")
        self._show()

    def _forget_address(self) -> None:
        """Removes the address that was meant for another card."""
        for key in ADDRESS_KEYS:
            self.owner.session.unset(key)

    def _keep_address(self, address: str) -> None:
        """Stores the present address, or none, with the present gateway and name servers."""
        self._forget_address()
        self.owner.session.set("node.address", address)

    def _ask_address(self) -> None:
        if self.table.chosen is not None:
            gateway, servers = self.address.way_out()
            before = Chosen(self.address.wanted, gateway, tuple(servers))
            self.owner.over(
                SetAddress(
                    self.owner.session,
                    self.address.now,
                    before,
                    at=self.still_pointed.key if self.still_pointed else "",
                ),
                self._asked_address,
            )

    def _asked_address(self, chosen: Chosen | None) -> None:
        if chosen is not None:
            for key, value in zip(
                ADDRESS_KEYS,
                (chosen.address, chosen.gateway, list(chosen.servers)),
                strict=True,
            ):
                self.owner.session.set(key, value)
            self._show()
            self.next_button.focus()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Stores the choice and goes on, on Enter."""
        self.owner.walk(1)

    def _show(self) -> None:
        session = self.owner.session
        self.cards.label_width = self.table.name_width
        self.cards.offer(self.table.options(lambda: self.owner.language), session.draft.interface)
        if "node.hostname" not in session.draft.values:
            self.name_field.suggest(str(session.draft.value("node.hostname") or ""))
        self.name_field.judge_again()
        self.head.redraw()
        self.below.redraw(layout=True)
        self.address_choice.look()
        self.hosts.redraw()
        self.tell()

    @override
    def surveyed(self) -> None:
        """Draws the present cards, links and addresses; takes the focus from Next when one is lost, once."""
        alone = self.owner.focused in (None, self.next_button)
        lost_before, self._lost = self._lost, self.missing() is not NO_TEXT
        self._show()
        if alone and self.owner.screen is self and self._lost and not lost_before:
            self._wrong().focus()
        self.ready()


PAGE = Entry(
    id="node",
    title=T("Node"),
    screen=NodePage,
    follows=("role",),
    asks=("node.hostname", "node.interface", *ADDRESS_KEYS),
)
