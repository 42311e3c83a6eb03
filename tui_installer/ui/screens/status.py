"""Status: the permanent screen of a node: what it is, its health, and what one can do with it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.check import Judged
from tui_installer.model.facts import NotRead
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.node.monitor import SeenNode, Tending
from tui_installer.runs.view import Stage
from tui_installer.ui.dialogs.support_bundle import bundle_button
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.cells import WIDE, lines
from tui_installer.ui.rows.status import StatusLine, lines_of, sentence, worst
from tui_installer.ui.screens.causes import causes_button
from tui_installer.ui.screens.status_actions import actions_of, answer_to
from tui_installer.ui.screens.status_panes import Action, Rows, StatusActions, Tables, WhatYouCanDo
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.divider import Divider
from tui_installer.ui.widgets.listing import Listing, ListingLook

# Seconds from the end of one look to the next; a look takes 0.8 s, 0.6 s of them CPU, mostly kubectl's.
EVERY = 10.0
# The number of rows in which both lists fit.
TALL = 36


def _reason(error: Exception) -> Text | None:
    """Returns why a look or a proof failed; None: that is a fault of the program."""
    if isinstance(error, NotRead):
        return error.unread.text
    if isinstance(error, OSError):
        return verbatim(error.strerror or "-")
    return None


def _drawn(actions: Sequence[Action]) -> list[tuple[str, Text, Text]]:
    """Returns the visible part of the actions."""
    return [(action.id, action.label, action.what) for action in actions]


class StatusScreen(Frame):
    """Reads the node again and again, in the background; changes nothing."""

    DEFAULT_CSS = """
    StatusScreen #both { height: 1fr; }
    StatusScreen #left { width: 1fr; height: 1fr; }
    StatusScreen Rows { height: 1fr; }
    StatusScreen Divider { display: none; }
    StatusScreen.-wide Divider { display: block; }
    StatusScreen.-wide Tables { display: block; }
    StatusScreen.-tall Rows { height: auto; }
    StatusScreen.-tall WhatYouCanDo { margin: 1 0 0 0; }
    """
    id_ = "status"
    heading = T("Status")
    hint_rows = 2
    leaves = True
    views_run = True

    def __init__(self) -> None:
        super().__init__()
        self.looking = False
        # When the last look ended, and whether the focus has gone to the action for the worst row.
        self._looked: float | None = None
        self._answered = False
        # Why the last look or proof failed.
        self._failed: Text = NO_TEXT

    @property
    def tending(self) -> Tending:
        """The live view of the node."""
        return self.owner.session.tending

    # --- rows and texts -------------------------------------------------------------------------

    @property
    @override
    def sentence(self) -> Text:
        return sentence(self.tending)

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[StatusLine](
            row=lambda line, width: line.row(self.owner.language, width),
            hint=lambda line: line.hint,
            text=lambda line: line.search(self.owner.language),
            topic=lambda line: f"proof:{line.id}",
        )
        self.rows_ = Rows(look, keys=[(T("Up/Down"), T("Row")), (T("Enter"), T("Details"))])
        act = ListingLook[Action](
            row=lambda action, width: action.row(self.owner.language, width),
            hint=lambda action: action.hint,
        )
        self.actions = StatusActions(
            act, keys=[(T("Up/Down"), T("Choose")), (T("Enter"), T("Open"))]
        )
        self.tables = Tables()
        with Horizontal(id="both"):
            with Vertical(id="left"):
                yield self.rows_
                self.heading_ = WhatYouCanDo(self.rows_)
                yield self.heading_
                yield self.actions
            yield Divider()
            yield self.tables

    @override
    def buttons(self) -> Sequence[Button]:
        self.leave_button = Button(T("Leave"), self.owner.leave, T("The node goes on working."))
        again = Button(T("Look again"), self.again, T("Looks at everything anew, at once."))
        return again, causes_button(self.owner), bundle_button(self.owner), self.leave_button

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns why a look failed, the result of a search, or what the current row means."""
        if self._failed is not NO_TEXT:
            return self._failed
        if widget is self.rows_ and self.rows_.said is not NO_TEXT:
            return lines([self.rows_.said, self.rows_.hint])
        return super().hint_of(widget)

    @override
    def first_focus(self) -> Widget:
        return self.actions

    @override
    def on_resize(self, event: events.Resize) -> None:
        self.set_class(self.app.size.width >= WIDE, "-wide")
        self.set_class(self.app.size.height >= TALL, "-tall")

    # --- live -----------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        self._show()
        self.set_interval(1.0, self.tick)
        self.look(everything=True)

    def tick(self) -> None:
        """Starts a look when it is due; shows the age of an old value."""
        if isinstance(self.app.screen, Frame) and self.app.screen is not self:
            return
        if self._has_begun():
            return
        since = self.owner.clock() - self._looked if self._looked is not None else 0.0
        if since >= EVERY:
            self.look()
        if self.tending.proving_since is not None:
            # The seconds beside the action show that it is in progress.
            self._show_actions()
        self.tell()

    def _has_begun(self) -> bool:
        """Shows a run that somebody has begun."""
        viewing = self.owner.session.viewing
        viewing.poll()
        if viewing.stage == Stage.DONE or not self.is_active:
            return False
        self.owner.show_stage(calm=1.5)
        return True

    def look(self, *, everything: bool = False) -> None:
        """Reads the node in the background, unless a look or a proof is in progress."""
        tending = self.tending
        if self.looking or tending.proving_since is not None:
            return
        self.looking = True

        def take(seen: SeenNode) -> None:
            self.looking = False
            self._looked = self.owner.clock()
            self._failed = NO_TEXT
            if tending.proving_since is None:
                tending.seen = seen
            self._show()

        def failed(error: Exception) -> bool:
            self.looking, self._looked = False, self.owner.clock()
            return self._tell_failure(error)

        self.owner.background(lambda: tending.look(everything=everything), take, failed)

    def _tell_failure(self, error: Exception) -> bool:
        """Handles an unreadable machine, or a proof that could not be recorded; anything else is a fault."""
        why = _reason(error)
        if why is None:
            return False
        failure = T("It could not be looked at: {reason}.", reason=why)
        self._failed = failure if isinstance(error, OSError) else why
        self._show()
        return True

    @override
    def again(self) -> None:
        if not self._has_begun():
            self.look(everything=True)

    @override
    def tell(self) -> None:
        super().tell()
        self.heading_.freshen()

    def _show(self) -> None:
        if not self.is_attached:
            return
        rows = lines_of(self.tending)
        if rows != self.rows_.items:
            self._keep_row(rows)
        self._show_actions()
        self._answer(rows)
        self.tables.freshen()
        self.tell()

    def _show_actions(self) -> None:
        """Keeps the chosen action; before the first look nobody has chosen one."""
        chosen, after = self.actions.item, actions_of(self.owner, self.tending, self.prove)
        keeps_choice = chosen is not None and (self._answered or self.actions.current > 0)
        if _drawn(after) != _drawn(self.actions.items):
            self.actions.show(after)
            self.actions.refresh(layout=True)
        ids = [action.id for action in after]
        if chosen is None or not keeps_choice:
            self.actions.go(0)
        elif chosen.id in ids:
            self.actions.go(ids.index(chosen.id))

    def _keep_row(self, rows: list[StatusLine]) -> None:
        """Keeps the current row current, wherever it moves."""
        before = self.rows_.item if self.rows_.has_focus else None
        self.rows_.show(rows)
        self.rows_.refresh(layout=True)
        self.rows_.go(next((i for i, r in enumerate(rows) if before and r.id == before.id), 0))

    def _answer(self, rows: list[StatusLine]) -> None:
        """After the first look, focuses the action for the worst row; does nothing if all is well."""
        if self._answered or self.tending.seen is None:
            return
        self._answered = True
        if self.focused not in (None, self.actions) or self.actions.current:
            return
        goal = answer_to(worst(rows))
        at = next((i for i, action in enumerate(self.actions.items) if action.id == goal), None)
        answers = self.tending.seen.status.answers
        if at is not None:
            self.actions.go(at)
        elif answers is not None and not answers.runs_control_plane:
            self.leave_button.focus()
        # An Enter on its way was meant for what stood there before.
        self.owner.appeared()

    # --- keys -----------------------------------------------------------------------------------

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Shows all that is known of a row, or carries out the chosen action."""
        line, action = self.rows_.item, self.actions.item
        if event.control is self.rows_ and line is not None:
            heading = T("All that is known of this row.")
            self.owner.over(Details(line.title, heading, line.details))
        elif event.control is self.actions and action is not None:
            action.act()

    # --- the proof ------------------------------------------------------------------------------

    def prove(self) -> None:
        """Sends test traffic in the background, one proof at a time; every Status screen shows its progress."""
        tending, owner = self.tending, self.owner
        if tending.proving_since is not None:
            self._show()
            return
        tending.begin()

        def tell(row: Judged) -> None:
            owner.call_later(ticked, row)

        def ticked(row: Judged) -> None:
            tending.take(row)
            owner.let_know(lambda screen: screen.proof_told())

        def ended(seen: SeenNode) -> None:
            tending.end(seen)
            # The values from before the traffic are old by now.
            owner.let_know(lambda screen: screen.proof_ended())

        def failed(error: Exception) -> bool:
            why = _reason(error)
            if why is not None:
                tending.fail(why)
                owner.let_know(lambda screen: screen.proof_ended())
            return why is not None

        self._show()
        owner.background(lambda: tending.prove(tell), ended, failed)

    @override
    def proof_told(self) -> None:
        """Draws another result, possibly of a proof that another Status screen has begun."""
        self._show()

    @override
    def proof_ended(self) -> None:
        self._show()
        self.look()

    @override
    def surveyed(self) -> None:
        """Draws the result of another look."""
