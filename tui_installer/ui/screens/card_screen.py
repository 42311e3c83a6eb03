"""The base of the two screens that show the card for the next server."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.timer import Timer
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T
from tui_installer.node import join_card
from tui_installer.node.join_card import Handover
from tui_installer.ui.dialogs.save_card import SaveCard
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.screens.done_panes import CardPane
from tui_installer.ui.widgets.button import Button, Buttons

# Seconds for which a token is visible.
SHOWN = 60.0


class Handing(Frame):
    """Shows the card, with its secret as stars; makes a new token on request."""

    card: CardPane
    _hides: Timer | None = None

    @property
    def hands(self) -> bool:
        """True if this node has tokens of its own."""
        return True

    def first_button(self) -> Button:
        """Returns the harmless button."""
        raise NotImplementedError

    @override
    def first_focus(self) -> Widget | None:
        return self.away

    @override
    def buttons(self) -> Sequence[Button]:
        self.new_button = Button(
            T("New token"), self._new, T("Makes a token that holds for 24 hours.")
        )
        self.show_button = Button(
            T("Show the token"),
            self._show,
            T("Shows it for 60 s. Who has it can join the cluster."),
        )
        self.save_button = Button(
            T("Save card..."), self._save, T("Writes the card into a file that only root can read.")
        )
        self.away = self.first_button()
        if not self.hands:
            return (self.away,)
        return self.away, self.show_button, self.new_button, self.save_button

    @override
    def on_mount(self) -> None:
        if self.hands:
            self.ask(join_card.present)

    def ask(self, work: Callable[[], Handover | None]) -> None:
        """Asks the cluster, in the background."""
        self.hide()
        if self.card.asked_at is not None:
            return
        self.card.asked_at, self.card.why_not = self.owner.clock(), NO_TEXT
        timer = self.set_interval(1, lambda: self.card.redraw(layout=True))
        self._arrange()

        def over() -> None:
            self.card.asked_at = None
            timer.stop()
            if self.is_attached:
                self._arrange()

        def take(card: Handover | None) -> None:
            self.card.card = card
            over()

        def refused(error: Exception) -> bool:
            if not isinstance(error, join_card.NoCard):
                return False
            # A card that was good before is still good.
            self.card.why_not = error.text
            over()
            return True

        self.owner.background(work, take, refused)

    def _arrange(self) -> None:
        """Shows the buttons that apply now; the button for a new token is first where there is none."""
        there = self.card.card is not None
        self.show_button.display = self.save_button.display = there
        # Where there is a card, its buttons stay in place while the cluster is asked for a new one.
        self.new_button.display = there or self.card.asked_at is None
        row = self.query_one(Buttons)
        if self.card.card is not None:
            row.move_child(self.new_button, after=self.show_button)
        else:
            row.move_child(self.new_button, before=self.away)
        if self.focused is not None and not self.focused.display:
            self.away.focus()
        self.card.redraw(layout=True)
        self.tell()

    def _new(self) -> None:
        self.ask(join_card.renewed)

    def _show(self) -> None:
        if self.card.revealed:
            self.hide()
            return
        self.card.revealed = True
        self.show_button.rename(T("Hide the token"))
        self._hides = self.set_timer(SHOWN, self.hide)
        self.card.redraw()

    def hide(self) -> None:
        """Hides the token behind stars again."""
        if self._hides is not None:
            self._hides.stop()
        if self.card.revealed:
            self.card.revealed = False
            self.show_button.rename(T("Show the token"))
            self.card.redraw()

    def _save(self) -> None:
        if self.card.card is not None:
            self.owner.over(SaveCard(self.card.text(revealed=True), self.owner.host_name))

    @override
    def on_screen_suspend(self, _event: events.ScreenSuspend) -> None:
        self.hide()
