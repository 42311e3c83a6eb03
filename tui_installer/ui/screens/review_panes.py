"""The parts of Review: the rows of its list, and the change beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from typing_extensions import override

from tui_installer.model.change import Change
from tui_installer.model.ending import Ending
from tui_installer.model.plan import PlannedStep
from tui_installer.model.text import T, Text
from tui_installer.runs.summary import SummaryEntry as Told
from tui_installer.text import measure
from tui_installer.text.words import word
from tui_installer.ui.rows import changes
from tui_installer.ui.rows.cells import Row, rows_of
from tui_installer.ui.widgets.pane import Pane


@dataclass(frozen=True)
class StepRow:
    """A step of the plan, as the list shows it."""

    number: int
    planned: PlannedStep
    # True if it would make other changes than at the look before.
    moved: bool = False

    @property
    def changes(self) -> tuple[Change, ...]:
        """The changes of the step."""
        return self.planned.changes

    @property
    def title(self) -> Text:
        """The title of the step."""
        return self.planned.step.title

    @property
    def key(self) -> str:
        """The id that distinguishes it from other rows."""
        return self.planned.step.id


@dataclass(frozen=True)
class SummaryRow:
    """The first row: what the whole run makes of this machine."""

    told: tuple[Told, ...] = ()
    number: int = 0
    changes: tuple[Change, ...] = ()
    key: str = "summary"

    @property
    def title(self) -> Text:
        """The title in the list."""
        return T("Summary")

    def rows(self, say: Callable[[Text], str], width: int) -> list[Row]:
        """Returns a label and its sentences, in as many rows as they take."""
        labels = max((measure.width(say(row.label)) for row in self.told), default=0) + 2
        drawn: list[Row] = []
        for row in self.told:
            lines = [line for text in row.lines for line in measure.wrap(say(text), width - labels)]
            for number, line in enumerate(lines):
                name = measure.pad(say(row.label) if not number else "", labels)
                drawn.append([(name, "bold"), (line, "")])
        return drawn


class ReviewHead(Pane):
    """The column titles of the list."""

    DEFAULT_CSS = """
    ReviewHead { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        steps, count = self.say(T("Steps")), self.say(T("changes"))
        gap = " " * (width - 2 - measure.width(steps) - measure.width(count))
        return [[(f" {steps}{gap}{count}", "")]]


class ShownChange(Pane):
    """Shows the chosen change of the current step."""

    DEFAULT_CSS = """
    ShownChange { height: 1fr; }
    """

    def __init__(self, current: Callable[[], tuple[StepRow | SummaryRow | None, int]]) -> None:
        super().__init__()
        self.current = current

    @override
    def rows(self, width: int) -> list[Row]:
        row, at = self.current()
        if row is None:
            return []
        if isinstance(row, SummaryRow):
            return self._summary(row, width)
        title = f"{row.number} {self.say(row.title)}"
        if not row.changes:
            text = self.say(row.planned.unknown or word(Ending.NOTHING))
            return [[(title, "bold")], [], *rows_of(text, width)]
        place = self.say(
            T(
                "change {number} of {count}: {kind}",
                number=at + 1,
                count=len(row.changes),
                kind=changes.kind(row.changes[at]),
            )
        )
        gap = " " * max(width - measure.width(title) - measure.width(place) - 1, 1)
        head: Row = [(title, "bold"), (gap + place, "")]
        size = (width, self.size.height - 1)
        return [head, *changes.shown(row.changes, at, self.say, size)]

    def _summary(self, row: SummaryRow, width: int) -> list[Row]:
        rows, room = row.rows(self.say, width), self.size.height
        if len(rows) <= room:
            return rows
        count = len(rows) - room + 1
        note = self.say(T("{count} more lines; Enter shows all", count=count))
        return [*rows[: room - 1], [(note, "bold")]]

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1
