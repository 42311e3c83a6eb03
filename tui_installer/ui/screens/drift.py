"""Drift: what differs from the last answers, change by change, and the way to restore it."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node.health import NodeStatus
from tui_installer.text import measure
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows import changes
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.screens.review_panes import ReviewHead, ShownChange, StepRow
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.divider import Divider
from tui_installer.ui.widgets.listing import Listing, ListingLook

# Cells of a step's title.
TITLE = 15


class Drifted(Frame):
    """The differences of one look, over the Status screen, drawn as on Review; no run starts here."""

    DEFAULT_CSS = """
    Drifted #both { height: 1fr; }
    Drifted #steps { width: 25; height: 1fr; }
    """
    id_ = "drift"
    heading = T("What differs")
    hint_rows = 2
    look_again = NO_TEXT

    def __init__(self, status: NodeStatus) -> None:
        super().__init__()
        self.status = status
        # The index of the shown change, by step.
        self.places: dict[str, int] = {}

    @property
    @override
    def sentence(self) -> Text:
        count = sum(len(rows) for rows in self.status.drift.values())
        return T(
            "Differences from the last answers: {count}. Steps that would have work: {steps}.",
            count=count,
            steps=len(self.status.drift),
        )

    @override
    def body(self) -> ComposeResult:
        """Yields the steps that would change something, and the change of the current one."""
        planned = enumerate(self.status.plan.steps, 1)
        rows = [StepRow(n, p) for n, p in planned if p.step.id in self.status.drift]
        look = ListingLook[StepRow](
            row=self._row, text=self._words, topic=lambda row: f"step:{row.planned.step.id}"
        )
        keys = [
            (T("Up/Down"), T("Step")),
            (T("Left/Right"), T("Changes")),
            (T("Enter"), T("Whole")),
        ]
        self.listing = Findable(look, rows, keys=keys)
        self.shown = ShownChange(lambda: (self.listing.item, self.at))
        with Horizontal(id="both"):
            with Vertical(id="steps"):
                yield ReviewHead()
                yield self.listing
            yield Divider()
            yield self.shown

    def _row(self, row: StepRow, width: int) -> Row:
        title = measure.fit(self.owner.language(row.title), TITLE)
        return [(f"{row.number:2} {title}{len(row.changes):4}", "")]

    def _words(self, row: StepRow) -> str:
        say = self.owner.language
        texts = [f"{changes.place(change)} {say(change.why)}" for change in row.changes]
        return " ".join([say(row.title), *texts])

    @override
    def buttons(self) -> Sequence[Button]:
        back = Button(
            T("Put it back..."),
            self._put_back,
            T(
                "To the checks and the review with the answers of the last run. Asks before it starts."
            ),
        )
        return back, Button(T("Close"), self.back)

    @override
    def first_focus(self) -> Widget:
        return self.listing

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        if widget is self.listing:
            if self.listing.said is not NO_TEXT:
                return self.listing.said
            return T(
                "These changes would make the node what its answers ask for. To keep one, change the answers."
            )
        return super().hint_of(widget)

    @property
    def at(self) -> int:
        """The index of the current step's shown change."""
        row = self.listing.item
        return min(self.places.get(row.planned.step.id, 0), len(row.changes) - 1) if row else 0

    # --- keys -------------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Shows the change of the current row."""
        self.shown.redraw()

    @override
    def on_key(self, event: events.Key) -> None:
        """Chooses one of the current step's changes on Left and Right."""
        step = {"left": -1, "right": 1}.get(event.key)
        row = self.listing.item
        if step and row and self.listing.has_focus:
            event.stop()
            self.places[row.planned.step.id] = max(min(self.at + step, len(row.changes) - 1), 0)
            self.shown.redraw()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Shows all of the present change."""
        row = self.listing.item
        if row:
            change = row.changes[self.at]
            self.owner.over(Details(row.title, changes.about(change), changes.whole(change)))

    def _put_back(self) -> None:
        owner = self.owner
        owner.session.as_before()
        self.dismiss(None)
        owner.call_later(owner.go, "preflight")

    @override
    def back(self) -> None:
        self.dismiss(None)
