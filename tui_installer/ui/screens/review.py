"""Review: everything that the run will change; the only door to the run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.plan import PlannedStep
from tui_installer.model.text import NO_TEXT, T, Text, listed
from tui_installer.preflight.inspection import Preflight
from tui_installer.runs.launch import moved_line
from tui_installer.runs.summary import summary
from tui_installer.ui.dialogs.save_answers import Save, answers_of, script_of
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.page import COUNT, what_it_becomes
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows import verdicts
from tui_installer.ui.rows.cells import lines
from tui_installer.ui.screens.planned_steps import PlannedSteps
from tui_installer.ui.screens.review_panes import (
    StepRow,
    SummaryRow,
)
from tui_installer.ui.screens.review_start import Starting
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing


def _moved(step: PlannedStep, before: Preflight | None) -> bool:
    """Tells whether the step would make other changes now than before."""
    return before is not None and before.plan.changes_of(step.step.id) != step.changes


class Review(Frame):
    """The whole plan, after the pages; nothing begins before its button is pressed."""

    id_ = "review"
    heading = T("Review")

    def __init__(self, way_back: Callable[[], object] | None = None) -> None:
        super().__init__()
        # The screen to which Back leads, if not the last page.
        self.way_back = way_back
        # A look at the machine is in progress.
        self.looking = False
        self.seconds = 0

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
        self.planned = PlannedSteps()
        self.listing = self.planned.listing
        yield self.planned

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
        self.planned.shown.redraw()
        self.tell()

    # --- keys -------------------------------------------------------------------------------------

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Draws the hint of the new current row."""
        self.tell()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Opens the whole summary; the list itself opens a change."""
        row = self.listing.item
        if isinstance(row, SummaryRow):
            self.owner.over(Details(row.title, self.sentence, row.rows))

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
