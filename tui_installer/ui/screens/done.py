"""Done: what this node is now, and what the next person or server needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from textual.app import ComposeResult
from textual.timer import Timer
from textual.widget import Widget

from tui_installer import handover
from tui_installer.handover import Handover
from tui_installer.model.event import DONE
from tui_installer.model.progress import seconds_between
from tui_installer.model.text import T, Text
from tui_installer.ui.done_panes import Card, Next, Proof, answers_of, is_worker
from tui_installer.ui.frame import Frame
from tui_installer.ui.pane import NO_TEXT, Space
from tui_installer.ui.screens.save_card import SaveCard
from tui_installer.ui.times import minutes, time_of_day
from tui_installer.ui.widgets.button import Button, Buttons
from tui_installer.viewing import Viewing

# Seconds for which a token is shown.
SHOWN = 60.0


class Done(Frame):
    """The run has ended well."""

    DEFAULT_CSS = """
    Done #body Button { margin: 0; padding: 0 0 0 1; }
    """
    id_ = "done"
    heading = T("Done")
    hint_rows = 2
    leaves = True
    views_run = True
    _hides: Timer | None = None

    @property
    def viewing(self) -> Viewing:
        """What is known of the run."""
        return self.owner.session.viewing

    @property
    def sentence(self) -> Text:
        """What this server is, since when, and how long it took."""
        standing = self.viewing.standing
        seen = {
            "version": answers_of(self.viewing).cluster.kubernetes,
            "time": time_of_day(standing.ended),
            "elapsed": minutes(seconds_between(standing.pass_begun, standing.ended)),
        }
        if is_worker(self.viewing):
            return T(
                "This server is a Kubernetes {version} worker. Done {time}, after {elapsed}.",
                **seen,
            )
        return T(
            "This server is a Kubernetes {version} control plane. Done {time}, after {elapsed}.",
            **seen,
        )

    def body(self) -> ComposeResult:
        """What was seen, the card, what works."""
        self.card = Card()
        yield Proof()
        yield self.card
        yield Next()
        yield Space()
        yield Button(
            T("Change answers"),
            self.owner.begin,
            T("Opens the pages with the answers of this node; nothing is changed by that."),
        )

    def first_focus(self) -> Widget | None:
        """The harmless one."""
        return self.leave_button

    def buttons(self) -> Sequence[Button]:
        """Leaving first; a token only on a control plane."""
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
        self.leave_button = Button(T("Leave"), self.owner.leave, T("The node goes on working."))
        if is_worker(self.viewing):
            return (self.leave_button,)
        return self.leave_button, self.show_button, self.new_button, self.save_button

    # --- the card -------------------------------------------------------------------------------

    def on_mount(self) -> None:
        """Asks for the card; the screen does not wait for it."""
        if not is_worker(self.viewing):
            self._ask(handover.present)

    def _ask(self, work: Callable[[], Handover | None]) -> None:
        self.hide()
        self.card.asked_at, self.card.why_not = self.owner.clock(), NO_TEXT
        timer = self.set_interval(1, lambda: self.card.redraw(layout=True))
        self._arrange()

        def take(card: Handover | None) -> None:
            self.card.card, self.card.asked_at = card, None
            timer.stop()
            self._arrange()

        def refused(error: Exception) -> bool:
            if not isinstance(error, handover.NoCard):
                return False
            self.card.why_not = error.text
            take(None)
            return True

        self.owner.background(work, take, refused)

    def _arrange(self) -> None:
        """Buttons that mean something now; what makes a token is first where there is none."""
        there = self.card.card is not None and self.card.asked_at is None
        self.show_button.display = self.save_button.display = there
        self.new_button.display = self.card.asked_at is None
        row = self.query_one(Buttons)
        if self.card.card is not None:
            row.move_child(self.new_button, after=self.show_button)
        else:
            row.move_child(self.new_button, before=self.leave_button)
        if self.focused is not None and not self.focused.display:
            self.leave_button.focus()
        self.card.redraw(layout=True)
        self.tell()

    def _new(self) -> None:
        self._ask(handover.renewed)

    def _show(self) -> None:
        if self.card.revealed:
            self.hide()
            return
        self.card.revealed = True
        self.show_button.rename(T("Hide the token"))
        self._hides = self.set_timer(SHOWN, self.hide)
        self.card.redraw()

    def hide(self) -> None:
        """The token is stars again."""
        if self._hides is not None:
            self._hides.stop()
        if self.card.revealed:
            self.card.revealed = False
            self.show_button.rename(T("Show the token"))
            self.card.redraw()

    def _save(self) -> None:
        if self.card.card is not None:
            self.owner.over(SaveCard(self.card.text(revealed=True), self.owner.host_name))

    def on_screen_suspend(self, _event: events.ScreenSuspend) -> None:
        """Nobody is looking at it any more."""
        self.hide()

    # --- looking again --------------------------------------------------------------------------

    def again(self) -> None:
        """Ctrl+R: the card, and whether somebody has begun another run."""
        from tui_installer.ui.opening import screen_for

        self.viewing.poll()
        if self.viewing.stage != DONE:
            self.owner.show(screen_for(self.viewing.stage))
        elif not is_worker(self.viewing) and self.card.asked_at is None:
            self._ask(handover.present)

    def surveyed(self) -> None:
        """The machine has been looked at again."""
