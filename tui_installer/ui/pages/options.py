"""Options: how this machine is prepared; every line is good as it stands."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from tui_installer import units
from tui_installer.model.event import NOTHING
from tui_installer.model.text import T, Text
from tui_installer.session import Session
from tui_installer.ui.changes import shown
from tui_installer.ui.drawing import Row, rows_of
from tui_installer.ui.pane import Key, Pane, Space
from tui_installer.ui.preparations import PREPARATIONS, Preparation
from tui_installer.ui.screens.details import Details
from tui_installer.ui.widgets.choice import Choice, Option
from tui_installer.ui.widgets.labelled import Labelled
from tui_installer.ui.wizard import Entry, Page
from tui_installer.words import word

LABEL, NOW = 11, 17
# More rows than any change has.
ALL = 1_000_000
WIDE, LINES_WIDTH = 120, 80


class Now(Pane):
    """How it is now."""

    DEFAULT_CSS = """
    Now { width: 17; height: 1; }
    """

    def __init__(self, line: Preparation) -> None:
        super().__init__()
        self.line = line

    def rows(self, width: int) -> list[Row]:
        """One word or two."""
        facts = self.owner.session.facts
        said = self.say(self.line.now(facts)) if facts is not None else "--"
        return [[(units.cut(said, NOW - 1), "")]]


class Line(Choice):
    """What is done there; without the focus where nothing has to be done."""

    def __init__(self, line: Preparation, session: Session) -> None:
        options = [Option(value, label) for value, label in line.choices]
        topic = line.key or f"step:{line.step}"
        super().__init__(options, line.value(session), across=True, topic=topic, id=line.step)
        self.line = line

    @property
    def hint(self) -> Text:
        """What the option under the cursor means."""
        return self.line.hint(self.owner.session, self.options[self.current].value)

    @property
    def keys(self) -> list[Key]:
        """Those that choose, and the one that shows what would be done."""
        choose = [(T("Left/Right"), T("Choose"))] if len(self.options) > 1 else []
        return [(T("Up/Down"), T("Line")), *choose, (T("Enter"), T("Files and commands"))]

    @property
    def idle(self) -> bool:
        """Nothing has to be done, or it is not known yet."""
        return self.owner.session.facts is None or self.line.idle(self.owner.session)

    def allow_focus(self) -> bool:
        """Only where there is something to decide or to read."""
        return not self.idle

    def rows(self, width: int) -> list[Row]:
        """The choice, or that there is none."""
        if self.owner.session.facts is None:
            return [[]]
        if self.idle:
            return [[(self.say(word(NOTHING)), NOTHING)]]
        return super().rows(width)


class Work(Pane):
    """Files and commands of the line that has the focus, where the screen has room for them."""

    DEFAULT_CSS = """
    Work { height: 1fr; }
    """

    def rows(self, width: int) -> list[Row]:
        """With an edge at the left."""
        page = self.screen
        line = page.focused if isinstance(page, Preparing) else None
        if not isinstance(line, Line):
            return []
        side = self.owner.vertical
        found = drawn(self.owner.session, line.line, self.owner.language, width - 2)
        return [[(f"{side} ", ""), *row] for row in found]


def drawn(session: Session, line: Preparation, say: Callable[[Text], str], width: int) -> list[Row]:
    """What the step of a line would do, by the answers as they stand."""
    changes = session.changes(line.step)
    if changes is None:
        return rows_of(say(T("Not enough is known of this machine yet.")), width)
    if not changes:
        return [[], *rows_of(say(T("Nothing: it is left as it is.")), width)]
    rows: list[Row] = []
    for i in range(len(changes)):
        rows += [[], *shown(changes[i : i + 1], 0, say, (width - 1, ALL))]
    return [[(" ", ""), *row] for row in rows]


class Preparing(Page):
    """Page 5."""

    DEFAULT_CSS = """
    Preparing #sides { height: 1fr; }
    Preparing #lines { width: 1fr; height: auto; }
    """
    entry_id = "options"
    heading = T("Options")
    look_again = T("Read again")

    @property
    def sentence(self) -> Text:
        """That nothing has to be decided."""
        return T("How this machine is prepared. Every line is good as it is.")

    def body(self) -> ComposeResult:
        """A line for each, and what the one with the focus would do."""
        session = self.owner.session
        self.lines = [Line(line, session) for line in PREPARATIONS]
        self.work = Work()
        with Horizontal(id="sides"):
            with Vertical(id="lines"):
                yield Space()
                for line in self.lines:
                    yield Labelled(line.line.label, Now(line.line), line, label_width=LABEL)
            yield self.work

    def on_mount(self) -> None:
        """Room for the work beside the lines, or none."""
        self._fit_sides()

    def on_resize(self, event: events.Resize) -> None:
        """Room for the work beside the lines, or none."""
        self._fit_sides()

    def _fit_sides(self) -> None:
        wide = self.app.size.width >= WIDE
        self.work.display = wide
        self.query_one("#lines").styles.width = LINES_WIDTH if wide else "1fr"

    def waits(self) -> bool:
        """Until it is known how everything is now."""
        return self.owner.session.facts is None

    def first_focus(self) -> Widget:
        """Every line is good as it is."""
        return self.next_button

    def tell(self) -> None:
        """The focus or the choice has changed; so has what would be done."""
        super().tell()
        self.work.redraw()

    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Another choice."""
        if isinstance(event.choice, Line):
            event.choice.line.choose(self.owner.session, event.choice.value)
            self.tell()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Enter shows the files and commands."""
        line = event.choice
        if not isinstance(line, Line):
            return
        preparation, session = line.line, self.owner.session
        self.owner.over(
            Details(
                preparation.label,
                T("What this step would do. Nothing is changed yet."),
                lambda say, width: drawn(session, preparation, say, width),
            )
        )

    def surveyed(self) -> None:
        """How it is now."""
        session = self.owner.session
        for line in self.lines:
            line.offer(line.options, line.line.value(session))
        for pane in self.query(Now):
            pane.redraw()
        self.tell()
        self.ready()


PAGE = Entry(
    id="options",
    title=T("Options"),
    screen=Preparing,
    follows=("cluster", "join"),
    asks=("options.selinux", "options.firewall", "options.time_sync"),
)
