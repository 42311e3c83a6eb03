"""Card: the join command for the next server, and a new token for it."""

from __future__ import annotations

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.text import T, Text
from tui_installer.node import join_card
from tui_installer.ui.screens.card_screen import Handing
from tui_installer.ui.screens.done_panes import CardPane
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.pane import BlankRow, Words


class JoinCard(Handing):
    """The card over the Status screen, which shows it only on request."""

    id_ = "card"
    heading = T("Join card")
    hint_rows = 2

    @property
    @override
    def sentence(self) -> Text:
        return T("With this card another server joins the cluster of this one.")

    @override
    def body(self) -> ComposeResult:
        self.card = CardPane()
        yield BlankRow()
        yield self.card
        yield Words(
            T(
                "On the next server: install this program, choose the role Worker, and paste the card on its page Join. Typed into a shell, it needs a server that is prepared already."
            )
        )

    @override
    def first_button(self) -> Button:
        return Button(T("Close"), self.back, T("A token that is not used ends by itself."))

    @override
    def again(self) -> None:
        if self.card.asked_at is None:
            self.ask(join_card.present)

    @override
    def back(self) -> None:
        self.dismiss(None)
