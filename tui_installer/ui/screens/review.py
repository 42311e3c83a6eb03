"""Review: everything that the run will change; the only door to the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.outcome import Outcome
from tui_installer.model.plan import PlannedStep
from tui_installer.model.text import NO_TEXT, T, Text, listed
from tui_installer.preflight.inspection import Preflight
from tui_installer.runs.launch import moved_line
from tui_installer.runs.summary import summary
from tui_installer.text import measure
from tui_installer.ui.dialogs.save_answers import Save, answers_of, script_of
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.frame.page import COUNT, what_it_becomes
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows import changes, verdicts
from tui_installer.ui.rows.cells import Row, lines
from tui_installer.ui.screens.review_panes import (
    ReviewHead,
    ShownChange,
    StepRow,
    SummaryRow,
)
from tui_installer.ui.screens.review_start import Starting
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.divider import Divider
from tui_installer.ui.widgets.listing import Listing, ListingLook

# Cells of a step's title.
TITLE = 15


def _moved(step: PlannedStep, before: Preflight | None) -> bool:
    """Tells whether the step would make other changes now than before."""
    return before is not None and before.plan.changes_of(step.step.id) != step.changes


class Review(Frame):
    """The whole plan, after the pages; nothing begins before its button is pressed."""

    DEFAULT_CSS = """
    Review #both { height: 1fr; }
    Review #steps { width: 25; height: 1fr; }
    """
    id_ = "review"
    heading = T("Review")

    def __init__(self, way_back: Callable[[], object] | None = None) -> None:
        super().__init__()
        # The screen to which Back leads, if not the last page.
        self.way_back = way_back
        # A look at the machine is in progress.
        self.looking = False
        self.seconds = 0
        # The index of the shown change, by step.
        self.places: dict[str, int] = {}

    @property
    @override
    def mark(self) -> Text:
        return T("{number}/{count}", number=COUNT, count=COUNT)

    @property
    @override
    def becomes(self) -> Text:
        return what_it_becomes(self.owner.session.draft)

    # --- rows and texts ---------------------------------------------------------------------------

    @property
    def found(self) -> Preflight | None:
        """The result of the last look."""
        return self.owner.session.found

    @property
    @override
    def sentence(self) -> Text:
        if self.starting.begun:
            return T("The installation starts: {seconds} s.", seconds=self.seconds)
        if self.looking or self.found is None:
            return T(
                "Looks at this machine and asks the sources: {seconds} s. Nothing is changed.",
                seconds=self.seconds,
            )
        plan = self.found.plan
        files, commands = len(plan.files), len(plan.commands)
        if plan.unknown:
            return T(
                "{count} steps cannot be judged yet, {changes} changes are known. Nothing has been changed yet.",
                count=len(plan.unknown),
                changes=files + commands,
            )
        if not files + commands:
            return T("Nothing to do: this machine is already as wanted.")
        return T(
            "{steps} steps, {changes} changes: {files} files, {commands} commands. Nothing has been changed yet.",
            steps=len(plan.steps),
            changes=files + commands,
            files=files,
            commands=commands,
        )

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[StepRow | SummaryRow](row=self._row, text=self._words, topic=self._topic)
        keys = [
            (T("Up/Down"), T("Step")),
            (T("Left/Right"), T("Changes")),
            (T("Enter"), T("Whole")),
        ]
        self.listing = Findable(look, keys=keys)
        self.shown = ShownChange(lambda: (self.listing.item, self.at))
        with Horizontal(id="both"):
            with Vertical(id="steps"):
                yield ReviewHead()
                yield self.listing
            yield Divider()
            yield self.shown

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

    @override
    def buttons(self) -> Sequence[Button]:
        self.starting = Starting(self)
        self.start_button = Button(
            T("Start installation"), self.start, T("From here on this machine is changed.")
        )
        answers = T("A file with all answers, for a second machine like this one.")
        script = T("All files and commands as a shell script, to read or to do by hand.")
        return (
            self.start_button,
            Button(T("Save answers..."), self._save_answers, answers),
            Button(T("Save as script..."), self._save_script, script),
        )

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns what was accepted, and the way to the start; on buttons what they do."""
        moved = self.found and moved_line(self.found, self.owner.session.draft.ssh_line)
        if isinstance(widget, Button):
            here = widget is self.start_button and moved
            return lines([widget.hint, moved]) if here and moved else widget.hint
        sentences = [self._accepted(), T("To start: Tab to the button, then Enter.")]
        if moved:
            # Two rows of three; what was accepted is more urgent than how to start.
            sentences = [moved, sentences[0] if self._names_accepted() else sentences[1]]
        if self.listing.said is not NO_TEXT:
            sentences.insert(0, self.listing.said)
        return lines(sentences)

    def _names_accepted(self) -> list[Text]:
        return [row.check.title for row in self.found.judged if row.accepted] if self.found else []

    def _accepted(self) -> Text:
        names = self._names_accepted()
        if not names:
            return T("Accepted: nothing.")
        return T("Accepted although it fails: {names}.", names=listed(names))

    @override
    def first_focus(self) -> Widget:
        """Returns the list, at its summary: a chain of Enters ends here, where Enter opens the current row."""
        return self.listing

    @property
    def at(self) -> int:
        """The index of the current step's shown change."""
        row = self.listing.item
        return min(self.places.get(row.key, 0), len(row.changes) - 1) if row else 0

    # --- looks ------------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)
        if self.found is None:
            self.again()
        else:
            self._show(self.found, None)

    def _tick(self) -> None:
        if self.looking or self.starting.begun:
            self.seconds += 1
            self.tell()

    @override
    def again(self) -> None:
        if self.looking or self.starting.begun:
            return
        session = self.owner.session
        before = session.found
        self.looking = True
        self.seconds = 0
        values = dict(session.draft.values)

        def looked(found: Preflight) -> None:
            if self._still_asked(values):
                session.found = found
                self._show(found, before)

        def not_looked(error: Exception) -> bool:
            """Leaves errors of the answers or the machine to the page before, which shows them row by row."""
            refused = verdicts.refused(error) is not None
            if self._still_asked(values):
                session.found = None
                if refused:
                    self.owner.turn("review", -1)
            return refused

        self.tell()
        self.owner.background(session.look, looked, not_looked)

    def _still_asked(self, values: Mapping[str, object]) -> bool:
        """Tells whether a finished look still counts. Where the answers have changed meanwhile, it starts another one.

        After a person has left, the result does not count: the session may be used for something else.
        """
        self.looking = False
        same = values == self.owner.session.draft.values
        if self.is_attached and not same:
            self.again()
        return self.is_attached and same

    def _show(self, preflight: Preflight, before: Preflight | None) -> None:
        steps = [
            StepRow(number, step, _moved(step, before))
            for number, step in enumerate(preflight.plan.steps, 1)
        ]
        self.listing.show([SummaryRow(tuple(summary(preflight))), *steps])
        self._redraw()

    def _redraw(self) -> None:
        self.shown.redraw()
        self.tell()

    # --- keys -------------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Shows the change of the current row."""
        self._redraw()

    @override
    def on_key(self, event: events.Key) -> None:
        """Chooses one of the current step's changes on Left and Right."""
        step = {"left": -1, "right": 1}.get(event.key)
        row = self.listing.item
        if step and row and row.changes and self.listing.has_focus:
            event.stop()
            goal = max(min(self.at + step, len(row.changes) - 1), 0)
            self.places[row.key] = goal
            self.shown.redraw()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Shows all of the summary, or of the present change."""
        row = self.listing.item
        if isinstance(row, SummaryRow):
            self.owner.over(Details(row.title, self.sentence, row.rows))
        elif row and row.changes:
            change = row.changes[self.at]
            self.owner.over(Details(row.title, changes.about(change), changes.whole(change)))

    @override
    def back(self) -> None:
        if self.starting.begun:
            return
        if self.way_back is not None:
            self.way_back()
        else:
            self.owner.turn("review", -1)

    # --- actions ----------------------------------------------------------------------------------

    def start(self) -> None:
        """Starts the run; not while a look is in progress."""
        self.seconds = 0
        if not self.looking:
            self.starting.press()

    def _save_answers(self) -> None:
        if self.found is not None:
            self.owner.over(Save(answers_of(self.owner.session)))

    def _save_script(self) -> None:
        if self.found is not None:
            self.owner.over(Save(script_of(self.owner.session, self.owner.language)))
