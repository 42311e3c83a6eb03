"""The parts of the Run screen: the bar, the steps, the panel beside them, the last lines and events."""

from __future__ import annotations

from textual import events
from typing_extensions import override

from tui_installer.model.standing import BUSY, StepStanding, StepState
from tui_installer.model.text import T
from tui_installer.runs.output import Tail, shown
from tui_installer.runs.view import Viewing
from tui_installer.text import measure
from tui_installer.text.words import STATE, word
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.rows.step import Panel
from tui_installer.ui.rows.times import minutes, time_of_day, title
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.pane import Pane

# Cells of a step's row, and of the times of its beginning and end on a wide screen.
STEP_CELLS, TIMES_CELLS = 39, 20
EVENTS = 2


def viewing_of(pane: Pane) -> Viewing:
    """Returns the run that the pane's screen shows."""
    return pane.owner.session.viewing


class Bar(Pane):
    """Shows how much of the whole run is done."""

    DEFAULT_CSS = """
    Bar { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        percent = viewing_of(self).forecast.percent
        cells = width - 20
        full = cells * percent // 100
        block = "\u2588" if self.owner.boxes else "#"
        return [[(f" [{block * full}{'-' * (cells - full)}]  {percent} %", "")]]


class Steps(Listing[StepStanding]):
    """The steps; the current row follows the work until a person moves it, and again after Home."""

    DEFAULT_CSS = """
    Steps { height: 100%; }
    """

    def __init__(self) -> None:
        super().__init__(
            ListingLook(self._step, lambda _step: T("Enter shows all that this step has printed.")),
            keys=[(T("Up/Down"), T("Step")), (T("Enter"), T("Its whole output"))],
        )
        self.follows = True

    @property
    @override
    def keys(self) -> list[Key]:
        return super().keys + ([] if self.follows else [(T("Home"), T("Follow the work"))])

    def take(self) -> None:
        """Draws the present state of the steps."""
        standing = viewing_of(self).standing
        self.items = list(standing.steps)
        if self.follows and standing.current is not None:
            index = self.items.index(standing.current)
            if index != self.current:
                super().go(index)
        self.current = max(min(self.current, len(self.items) - 1), 0)
        self.topic = f"step:{self.item.id}" if self.item else ""
        self.freshen()

    @override
    def go(self, index: int) -> None:
        self.follows = False
        super().go(index)
        self.topic = f"step:{self.item.id}" if self.item else ""

    @override
    def on_key(self, event: events.Key) -> None:
        if event.key == "home":
            event.stop()
            event.prevent_default()
            self.follows = True
            self.take()
            self.owner.hint_changed()

    @override
    def _row(self, index: int, item: StepStanding, width: int) -> Row:
        pointer = ">" if index == self.current else " "
        row: Row = [(f" {pointer}{index + 1:>2} ", ""), *self.look.row(item, width - 5)]
        here = self.has_focus and index == self.current
        return [(text, "focus") for text, _ in row] if here else row

    def _step(self, step: StepStanding, width: int) -> Row:
        stalled = step.progress is not None and step.progress.stalled and step.state in BUSY
        state = "STALLED" if stalled else step.state
        time = ""
        if step.state != StepState.WAITING:
            time = minutes(step.elapsed(viewing_of(self).now()))
        row: Row = [
            (measure.fit(self.say(title(step.id)), 14), ""),
            (measure.fit(self.say(word(state)), STATE), state),
            (f"{time:>5} ", ""),
        ]
        return [*row, (_times(step), "")] if width > STEP_CELLS else row


def _times(step: StepStanding) -> str:
    """Returns when it began, and when it ended."""
    ended = step.news if step.ended and step.began else None
    return f" {time_of_day(step.began):>8}  {time_of_day(ended):>8} "


class Detail(Pane):
    """Shows what the current row's step does."""

    DEFAULT_CSS = """
    Detail { height: 100%; }
    """

    def __init__(self, steps: Steps) -> None:
        super().__init__()
        self.steps = steps
        # The end of the step's output, which also shows when it last grew.
        self.tail: Tail | None = None

    @override
    def rows(self, width: int) -> list[Row]:
        viewing, step = viewing_of(self), self.steps.item
        if step is None:
            return []
        heard = self.tail.grown if self.tail else None
        panel = Panel(viewing.standing, step, viewing.now(), lambda x: shown(self.say(x)), heard)
        return panel.rows(width, self.size.height)


class LastLines(Pane):
    """Shows the end of the current step's output, in the rows that are left over."""

    DEFAULT_CSS = """
    LastLines { height: 1fr; }
    """

    tail: Tail | None = None

    @override
    def rows(self, width: int) -> list[Row]:
        height = self.size.height
        if self.tail is None or not height:
            return []
        # Without a frame, so that a mouse copies exactly what the tool has printed.
        return [[("   " + line, "")] for line in self.tail.lines(height)]


class Events(Pane):
    """Shows the last events."""

    DEFAULT_CSS = """
    Events { height: 2; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        lines = viewing_of(self).standing.recent[-EVENTS:]
        return [
            [
                (f" {time_of_day(line.time)} ", ""),
                (measure.pad(self.say(title(line.step)), 14) + " " if line.step else "", ""),
                (shown(self.say(line.text)), ""),
            ]
            for line in lines
        ]
