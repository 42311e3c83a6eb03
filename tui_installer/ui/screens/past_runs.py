"""Past runs: the beginning, duration and outcome of each; Enter opens its log."""

from __future__ import annotations

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.ending import Ending
from tui_installer.model.text import T, Text
from tui_installer.node import monitor
from tui_installer.node.monitor import PastRun
from tui_installer.runs.view import Record
from tui_installer.text import measure
from tui_installer.text.words import STATE, word
from tui_installer.ui.frame.list_screen import ListScreen
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.rows.times import day_and_time, minutes, title
from tui_installer.ui.screens.log import Log
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.pane import Pane

# Cells of a run's beginning, its duration, and its user.
TIME, SECONDS, BY = 18, 8, 10


class Heads(Pane):
    """The column titles."""

    DEFAULT_CSS = """
    Heads { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        heads = (T("Begun"), TIME), (T("Ended"), STATE), (T("Took"), SECONDS), (T("By"), BY)
        said = "".join(measure.fit(self.say(text), cells) for text, cells in heads)
        return [[("  " + said + self.say(T("Steps")), "bold")]]


class PastRuns(ListScreen[PastRun]):
    """The past runs, over the Status screen."""

    id_ = "past_runs"
    heading = T("Past runs")
    hint_rows = 1

    @property
    @override
    def sentence(self) -> Text:
        if not self.known:
            return T("The journals are being read.")
        return T("Runs on this machine: {count}, the newest first.", count=len(self.listing.items))

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[PastRun](
            row=self._row, hint=lambda run: T("run {run}", run=run.folder.name)
        )
        self.listing = Listing(look, keys=[(T("Up/Down"), T("Run")), (T("Enter"), T("Its log"))])
        yield Heads()
        yield self.listing

    def _row(self, run: PastRun, width: int) -> Row:
        say, standing = self.owner.language, run.standing
        outcome = standing.outcome or Ending.STOPPED
        step = standing.current
        done = T("{done} of {count}", done=standing.done, count=len(standing.steps))
        if step is not None:
            done = T("{done}, at {title}", done=done, title=title(step.id))
        return [
            (measure.fit(day_and_time(standing.begun), TIME), ""),
            (measure.fit(say(word(outcome)), STATE), outcome),
            (measure.fit(minutes(run.seconds), SECONDS), ""),
            (measure.fit(standing.by or "root", BY - 1) + " ", ""),
            (say(done), ""),
        ]

    @override
    def read(self) -> list[PastRun]:
        return monitor.past_runs()

    @override
    def opened(self, item: PastRun) -> None:
        self.owner.over(Log(viewing=Record(run=item.folder)))
