"""The lines of a machine's preparation: the present state, and the choices."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts, NotRead
from tui_installer.model.outcome import Outcome
from tui_installer.model.preparation import YES
from tui_installer.model.text import T, Text
from tui_installer.preflight.draft import Draft
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.text.words import word
from tui_installer.ui.rows.cells import Key, Row, rows_of
from tui_installer.ui.rows.changes import shown
from tui_installer.ui.rows.preparations import StepLine
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.pane import Pane
from tui_installer.ui.widgets.tick import Tick

LABEL, NOW = 14, 14
# More rows than any change has.
ALL = 1_000_000
WORK = T("Files and commands")


class Now(Pane):
    """Shows the present state."""

    DEFAULT_CSS = """
    Now { width: 14; height: 1; }
    """

    def __init__(self, now: Callable[[Facts], Text]) -> None:
        super().__init__()
        self.now = now

    @override
    def rows(self, width: int) -> list[Row]:
        draft = self.owner.session.draft
        try:
            present = self.say(self.now(draft.facts)) if draft.looked else "--"
        except NotRead:
            present = self.say(word(Outcome.UNKNOWN))
        return [[(measure.cut(present, NOW - 1), "")]]


class Prepared(Pane):
    """One line; it takes no focus where nothing has to be done."""

    line: StepLine

    class Opened(Message):
        """Sent on Enter: the page shows files and commands."""

        def __init__(self, prepared: Prepared) -> None:
            super().__init__()
            self.prepared = prepared

    @property
    def idle(self) -> bool:
        """True if nothing has to be done, or that is not known yet."""
        return not self.owner.session.draft.looked or self.line.idle(self.owner.session.draft)

    @override
    def allow_focus(self) -> bool:
        return not self.idle

    @override
    def rows(self, width: int) -> list[Row]:
        if not self.owner.session.draft.looked:
            return [[]]
        if self.idle:
            return [[(self.say(word(Ending.NOTHING)), Ending.NOTHING)]]
        return super().rows(width)

    def look_again(self) -> None:
        """Updates the line after a change of the machine or the answers."""
        self.redraw()


class PreparedLine(Prepared, Choice):
    """A choice among several ways."""

    def __init__(self, line: StepLine, session: Session) -> None:
        options = [Option(value, label) for value, label in line.record.choices]
        super().__init__(
            options, line.value(session.draft), across=True, topic=line.topic, id=line.id
        )
        self.line = line

    @property
    @override
    def hint(self) -> Text:
        return self.line.hint(self.owner.session.draft, self.options[self.current].value)

    @property
    @override
    def keys(self) -> list[Key]:
        """Returns the keys that choose, and the one that shows the work."""
        choose = [(T("Left/Right"), T("Choose"))] if len(self.options) > 1 else []
        return [(T("Up/Down"), T("Line")), *choose, (T("Enter"), WORK)]

    @override
    def look_again(self) -> None:
        self.offer(self.options, self.line.value(self.owner.session.draft))


class TickLine(Prepared, Tick):
    """A line to tick."""

    def __init__(self, line: StepLine, session: Session) -> None:
        ticked = line.value(session.draft) == YES
        super().__init__(line.tick(session.draft), ticked, topic=line.topic, id=line.id)
        self.line = line

    @property
    @override
    def hint(self) -> Text:
        return self.line.hint(self.owner.session.draft, YES if self.value else "")

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Up/Down"), T("Line")), (T("Space"), T("Tick")), (T("Enter"), WORK)]

    @override
    def look_again(self) -> None:
        session = self.owner.session
        self.label, self.value = (
            self.line.tick(session.draft),
            self.line.value(session.draft) == YES,
        )
        self.redraw()

    @override
    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            if self.owner.by_hand():
                self.post_message(self.Opened(self))


def drawn(draft: Draft, line: StepLine, say: Callable[[Text], str], width: int) -> list[Row]:
    """Returns what a line's step would do with the present answers."""
    changes = line.changes(draft)
    if changes is None:
        return rows_of(say(T("Not enough is known of this machine yet.")), width)
    if not changes:
        return [[], *rows_of(say(T("Nothing: it is left as it is.")), width)]
    rows: list[Row] = []
    for i in range(len(changes)):
        rows += [[], *shown(changes[i : i + 1], 0, say, (width - 1, ALL))]
    return [[(" ", ""), *row] for row in rows]
