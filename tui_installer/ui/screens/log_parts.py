"""The parts of the Log screen: its sources, their tabs, and the search line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.widgets import Input
from typing_extensions import override

from tui_installer.model.text import T, Text
from tui_installer.runs.output import OutputFile, Source, Told
from tui_installer.runs.view import Viewing
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Row, width_of
from tui_installer.ui.rows.times import time_of_day, title
from tui_installer.ui.widgets.field import Field
from tui_installer.ui.widgets.pane import Pane

# The source with the events of all steps.
ALL = ""
# Before the name of a service whose log is a source: steps have such names, too.
SERVICE = "service:"


def source_of(viewing: Viewing, name: str, say: Callable[[Text], str]) -> Source:
    """Returns the lines of a step's output, or of the events."""

    def line(number: int) -> str:
        """Returns the time, the step and the event."""
        event = viewing.told[number]
        place = viewing.standing.place(event.step)
        step = (
            f"{place or '':>2} {measure.fit(say(title(event.step)), 14)}"
            if event.step
            else " " * 17
        )
        return f"{time_of_day(event.time)} {step} {say(event.text)}"

    def searched(number: int) -> str:
        """Returns the line as shown, and in English: the output of commands is English too."""
        return f"{line(number)} {viewing.told[number].text}"

    path = viewing.output(name) if name != ALL else None
    return Told(lambda: len(viewing.told), line, searched) if path is None else OutputFile(path)


class Tabs(Pane):
    """Shows the sources, and the number of lines of the present one."""

    DEFAULT_CSS = """
    Tabs { height: 1; }
    """

    def __init__(self, viewing: Viewing) -> None:
        super().__init__()
        self.viewing = viewing
        self.sources: Sequence[str] = [ALL]
        self.source = ALL
        self.count = 0

    def put(self, source: str, count: int) -> None:
        """Draws another source, or another number of lines."""
        self.source, self.count = source, count
        self.freshen()

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns one row; titles where there is room, else the numbers of the steps, as many as fit."""
        lines = self.say(T("{count} lines", count=f"{self.count:,}"))
        room = width - measure.width(lines) - 2
        row = self._row(self.sources, titled=True)
        if width_of(row) > room:
            row = self._window(room)
        gap = max(room - width_of(row), 1)
        return [[*row, (" " * gap, ""), (lines, "")]]

    def _row(self, sources: Sequence[str], *, titled: bool) -> Row:
        row: Row = [(" ", "")]
        for source in sources:
            here = source == self.source
            name = self._title(source, titled=titled or here)
            row += [(f"[ {name} ]" if here else name, "bold" if here else ""), ("  ", "")]
        return row

    def _window(self, room: int) -> Row:
        """Returns the numbers around the present source; `<` and `>` stand for more of them."""
        first, last = 0, len(self.sources)
        at = self.sources.index(self.source) if self.source in self.sources else 0
        while True:
            row = self._row(self.sources[first:last], titled=False)
            row = [("<" if first else " ", ""), *row[1:]]
            row += [(">", "")] if last < len(self.sources) else []
            if width_of(row) <= room or last - first == 1:
                return row
            first, last = (first + 1, last) if at - first > last - 1 - at else (first, last - 1)

    def _title(self, source: str, *, titled: bool) -> str:
        if source == ALL:
            return self.say(T("all"))
        if source.startswith(SERVICE):
            return source.removeprefix(SERVICE)
        number = self.viewing.standing.place(source)
        return f"{number} {self.say(title(source))}" if titled else str(number)


class FindLine(Field):
    """The field for words to find."""

    @override
    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.prevent_default()
