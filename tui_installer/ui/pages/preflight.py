"""Preflight: what is good, what the run will repair, and what a person must decide."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.inspection import Preflight
from tui_installer.preflight.preview import checks
from tui_installer.ui.dialogs.accept import Accept
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.rows.cells import WIDE, Row, lines
from tui_installer.ui.rows.verdicts import VerdictLine, counts, judged, refused, waiting
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.pane import Pane


class Beside(Pane):
    """Shows, on wide screens, all that is known of the current row."""

    DEFAULT_CSS = """
    Beside { width: 48; height: 1fr; display: none; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        page = self.screen
        assert isinstance(page, PreflightPage)
        line = page.listing.item
        return line.details(self.say, width) if line else []


class PreflightPage(Page):
    """Page 6."""

    DEFAULT_CSS = """
    PreflightPage #both { height: 1fr; }
    PreflightPage.-wide Beside { display: block; }
    """
    entry_id = "preflight"
    heading = T("Preflight")
    hint_rows = 4

    def __init__(self) -> None:
        super().__init__()
        self.looking = False
        # Seconds since the look began; seconds of the last look.
        self.seconds = 0
        self.took = 0.0
        # The current row when the look began.
        self.before = ""
        # The row that made Next refuse, until another row is selected.
        self.refused_for = ""

    # --- rows and texts ---------------------------------------------------------------------------

    @property
    @override
    def sentence(self) -> Text:
        if self.looking:
            return T(
                "Looks at this machine and asks the sources: {seconds} s. Nothing is changed.",
                seconds=self.seconds,
            )
        return T(
            "{count} checks in {seconds} s: {counts}. Nothing was changed.",
            count=len(self.listing.items),
            seconds=f"{self.took:.1f}",
            counts=counts(self.listing.items),
        )

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[VerdictLine](
            row=lambda line, width: line.row(self.owner.language, width),
            hint=lambda line: line.hint,
            text=lambda line: line.search(self.owner.language),
            topic=lambda line: f"check:{line.id}",
        )
        keys = [(T("Up/Down"), T("Check")), (T("Enter"), T("Details"))]
        self.listing = Findable(look, keys=keys)
        self.beside = Beside()
        with Horizontal(id="both"):
            yield self.listing
            yield self.beside

    @override
    def buttons(self) -> Sequence[Button]:
        self.next_button = Button(T("Next"), self.go_on)
        self.accept = Button(
            T("Accept anyway..."), self._accept, T("Asks, and says what may come of it.")
        )
        self.change = Button(
            T("Change the answer"), self._change, T("To the row that asks for it.")
        )
        again = Button(
            T("Look again"), self.again, T("Looks at everything again, and asks the sources.")
        )
        return (self.next_button, again, self.accept, self.change)

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns why Next is refused, the result of a search, or what the current row means."""
        if widget is self.listing and not self.going:
            line = self.listing.item
            if line and line.id == self.refused_for:
                return self.missing()
            if self.listing.said is not NO_TEXT:
                return lines([self.listing.said, self.listing.hint])
        return super().hint_of(widget)

    @override
    def on_resize(self, event: events.Resize) -> None:
        self.set_class(self.app.size.width >= WIDE, "-wide")

    @override
    def first_focus(self) -> Widget:
        return self.next_button

    # --- looks ------------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        self.again()

    def _tick(self) -> None:
        if self.looking:
            self.seconds += 1
            self.tell()

    @override
    def again(self) -> None:
        """Runs the preflight again: on Ctrl+R, on the button, and after a check was accepted."""
        if self.looking:
            return
        session = self.owner.session
        self.looking = True
        self.seconds = 0
        self._began = self.owner.clock()
        session.found, self.refused_for = None, ""
        line = self.listing.item
        self.before = line.id if line and line.verdict else ""
        self._show(waiting(checks(session.draft)))
        self.owner.background(session.look, self._looked, self._failed)

    def _looked(self, preflight: Preflight) -> None:
        if self.is_attached:
            # The request may have changed since a person left this page.
            self.owner.session.found = preflight
        self._end(judged(preflight.judged, preflight.plan))

    def _failed(self, error: Exception) -> bool:
        rows = refused(error)
        if rows is not None:
            self._end(rows)
        return rows is not None

    def _end(self, rows: list[VerdictLine]) -> None:
        self.looking, self.took = False, self.owner.clock() - self._began
        if not self.is_attached:
            return
        self._show(rows)
        if self.going:
            self.ready()
        elif self.focused in (None, self.next_button) or not self.focused.display:
            self._focus_on_what_fails()

    def _focus_on_what_fails(self) -> None:
        at = next((i for i, line in enumerate(self.listing.items) if line.failed), None)
        if at is None:
            self.next_button.focus()
        else:
            self.listing.go(at)
            self.listing.focus()
            # An Enter on its way was meant for Next.
            self.owner.appeared()

    def _show(self, rows: list[VerdictLine]) -> None:
        """Draws new states of the rows; the current row stays current where it can."""
        self.listing.show(rows)
        self.listing.go(next((i for i, line in enumerate(rows) if line.id == self.before), 0))
        self._row_changed()

    def _row_changed(self) -> None:
        line = self.listing.item
        self.accept.display = bool(line and line.acceptable and (line.failed or line.accepted))
        self.accept.rename(
            T("No longer accept") if line and line.accepted else T("Accept anyway...")
        )
        self.change.display = bool(line and self._curable(line))
        self.beside.redraw()
        self.tell()

    def _curable(self, line: VerdictLine) -> bool:
        """Tells whether another answer, which this role is asked for, is the cure."""
        answer = line.verdict.answer if line.verdict else ""
        return bool(answer) and bool(self.owner.page_asking({answer}))

    # --- actions ----------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Updates buttons and details for the current row."""
        if self.listing.item and self.listing.item.id != self.refused_for:
            self.refused_for = ""
        self._row_changed()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Shows all of one check."""
        line = self.listing.item
        if line and line.verdict:
            self.owner.over(
                Details(line.title, T("All that is known of this check."), line.details)
            )

    @override
    def waits(self) -> bool:
        return self.looking

    @property
    @override
    def waited(self) -> int:
        return self.seconds

    @override
    def missing(self) -> Text:
        count = sum(line.failed for line in self.listing.items)
        if self.looking or not count:
            return NO_TEXT
        return T(
            "{count} FAIL: no going on. Put it right and look again, change the answer, or accept it by name.",
            count=count,
        )

    @override
    def refuse(self) -> None:
        at, line = next((i, line) for i, line in enumerate(self.listing.items) if line.failed)
        self.refused_for = line.id
        self.listing.go(at)
        self.listing.focus()
        self.tell()

    def _accept(self) -> None:
        line = self.listing.item
        if line is None:
            return
        if line.accepted:
            self.owner.session.refuse(line.id)
            self.again()
        else:
            self.owner.over(Accept(line), lambda yes: self._accepted(line.id) if yes else None)

    def _accepted(self, name: str) -> None:
        self.owner.session.accept(name)
        self.next_button.focus()
        self.again()

    def _change(self) -> None:
        line = self.listing.item
        if line and line.verdict and self._curable(line):
            self.owner.go_to(line.verdict.answer, line.reason)


PAGE = Entry(id="preflight", title=T("Preflight"), screen=PreflightPage, follows=("options",))
