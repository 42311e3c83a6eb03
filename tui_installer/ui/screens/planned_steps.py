"""The steps of a plan in a list, with the chosen change of the current one beside it: on Review, and of drift."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from typing_extensions import override

from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T
from tui_installer.text import measure
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.rows import changes
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.screens.review_panes import ReviewHead, ShownChange, StepRow, SummaryRow
from tui_installer.ui.widgets.divider import Divider
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.owner import Owned

# Cells of a step's title.
TITLE = 15


class PlannedSteps(Owned, Horizontal):
    """Up and Down choose a step, Left and Right one of its changes; Enter opens all of that change."""

    DEFAULT_CSS = """
    PlannedSteps { height: 1fr; }
    PlannedSteps #steps { width: 25; height: 1fr; }
    """

    def __init__(self, rows: Sequence[StepRow | SummaryRow] = ()) -> None:
        super().__init__()
        # The index of the shown change, by step.
        self.places: dict[str, int] = {}
        look = ListingLook[StepRow | SummaryRow](row=self._row, text=self._words, topic=self._topic)
        keys = [
            (T("Up/Down"), T("Step")),
            (T("Left/Right"), T("Changes")),
            (T("Enter"), T("Whole")),
        ]
        self.listing = Findable(look, rows, keys=keys)
        self.shown = ShownChange(lambda: (self.listing.item, self.at))

    @override
    def compose(self) -> ComposeResult:
        """Yields the list below its head, and the change beside it."""
        with Vertical(id="steps"):
            yield ReviewHead()
            yield self.listing
        yield Divider()
        yield self.shown

    @property
    def at(self) -> int:
        """The index of the shown change of the current step."""
        row = self.listing.item
        return min(self.places.get(row.key, 0), len(row.changes) - 1) if row else 0

    # --- rows -------------------------------------------------------------------------------------

    @staticmethod
    def _topic(row: StepRow | SummaryRow) -> str:
        return f"step:{row.key}" if isinstance(row, StepRow) else ""

    def _row(self, row: StepRow | SummaryRow, width: int) -> Row:
        say = self.owner.language
        if isinstance(row, SummaryRow):
            return [(f"   {say(row.title)}", "")]
        mark = say(T("changed")) if row.moved else ""
        room = TITLE - measure.width(mark) - (1 if mark else 0)
        title = measure.fit(say(row.title), room) + (" " if mark else "")
        count = "   ?" if row.planned.unknown else f"{len(row.changes):4}"
        return [(f"{row.number:2} {title}", ""), (mark, Outcome.WARN), (count, "")]

    def _words(self, row: StepRow | SummaryRow) -> str:
        say = self.owner.language
        if isinstance(row, SummaryRow):
            return " ".join(say(text) for entry in row.told for text in entry.lines)
        texts = [f"{changes.place(change)} {say(change.why)}" for change in row.changes]
        return " ".join([say(row.title), *texts])

    # --- keys -------------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Shows the change of the new current step."""
        self.shown.redraw()

    def on_key(self, event: events.Key) -> None:
        """Makes Left and Right choose one of the changes of the current step."""
        step = {"left": -1, "right": 1}.get(event.key)
        row = self.listing.item
        if step and row and row.changes and self.listing.has_focus:
            event.stop()
            self.places[row.key] = max(min(self.at + step, len(row.changes) - 1), 0)
            self.shown.redraw()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Opens the whole of the shown change; the screen opens a summary."""
        row = self.listing.item
        if row and row.changes:
            change = row.changes[self.at]
            self.owner.over(Details(row.title, changes.about(change), changes.whole(change)))
