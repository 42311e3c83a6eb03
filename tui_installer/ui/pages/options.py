"""Options: how the run prepares this machine; every default is good as it stands."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.answers import keys_of
from tui_installer.model.preparation import NO, YES
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.page import Entry, Page
from tui_installer.ui.pages.options_lines import LABEL, Now, Prepared, PreparedLine, TickLine, drawn
from tui_installer.ui.pages.options_time_server import KEY, TimeServer
from tui_installer.ui.rows.cells import WIDE, Row
from tui_installer.ui.rows.preparations import lines
from tui_installer.ui.widgets.choice import Choice
from tui_installer.ui.widgets.field import Field
from tui_installer.ui.widgets.labelled import Labelled
from tui_installer.ui.widgets.pane import BlankRow, Pane
from tui_installer.ui.widgets.tick import Tick

LINES_WIDTH = 80


class PreparedWork(Pane):
    """Shows files and commands of the focused line, where the screen has room for them."""

    DEFAULT_CSS = """
    PreparedWork { height: 1fr; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        page = self.screen
        line = page.focused if isinstance(page, Preparing) else None
        if not isinstance(line, Prepared):
            return []
        side = self.owner.vertical
        work = drawn(self.owner.session.draft, line.line, self.owner.language, width - 2)
        return [[(f"{side} ", ""), *row] for row in work]


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
    @override
    def sentence(self) -> Text:
        if (led := self.still_pointed) is not None:
            labels = {one.line.key: one.line.record.label for one in self.lines}
            label = labels.get(led.key, T("Time server"))
            return T("One line needs another answer: {line}.", line=label)
        return T("How this machine is prepared. Every line is good as it is.")

    @override
    def body(self) -> ComposeResult:
        session = self.owner.session
        self.lines: list[Prepared] = [
            PreparedLine(line, session) if line.record.choices else TickLine(line, session)
            for line in lines()
        ]
        self.server = TimeServer(session)
        self.work = PreparedWork()
        with Horizontal(id="sides"):
            with Vertical(id="lines"):
                yield BlankRow()
                for line in self.lines:
                    record = line.line.record
                    yield Labelled(record.label, Now(record.now), line, label_width=LABEL)
                    if line.line.step == "time":
                        yield self.server
            yield self.work

    @override
    def on_mount(self) -> None:
        """Makes room for the files and commands if there is enough; probes a server that the answers name."""
        self._fit_sides()
        self.server.look_again()

    @override
    def on_resize(self, event: events.Resize) -> None:
        self._fit_sides()

    def _fit_sides(self) -> None:
        wide = self.app.size.width >= WIDE
        self.work.display = wide
        self.query_one("#lines").styles.width = LINES_WIDTH if wide else "1fr"

    @override
    def waits(self) -> bool:
        return not self.owner.session.draft.looked

    @override
    def missing(self) -> Text:
        return self.server.missing

    @override
    def first_focus(self) -> Widget:
        return self.next_button if self.missing() is NO_TEXT else self.server.box

    @override
    def row_of(self, key: str) -> Widget | None:
        lines = {one.line.key: one for one in self.lines}
        return self.server.box if key == KEY else lines.get(key)

    @override
    def refuse(self) -> None:
        self.server.box.focus()
        self.tell()

    @override
    def tell(self) -> None:
        """Draws the work again after a change of focus or choice."""
        super().tell()
        self.work.redraw()

    @override
    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        if isinstance(event.choice, PreparedLine):
            event.choice.line.choose(self.owner.session, event.value)
            self.server.look_again()
            self.tell()

    def on_tick_ticked(self, event: Tick.Ticked) -> None:
        """Stores the tick; tests the sources again, because docker's packages come from containerd's."""
        if not isinstance(event.tick, TickLine):
            return
        event.tick.line.choose(self.owner.session, YES if event.tick.value else NO)
        if event.tick.line.step == "docker":
            candidates = self.owner.session.draft.candidates["docker_ce"]
            self.owner.probing.ask({"docker_ce": candidates})
        self.tell()

    def on_field_changed(self, event: Field.Changed) -> None:
        """Stores another time server, unless it is the present one."""
        session, server = self.owner.session, event.field.value
        if session.draft.looked and server != session.draft.value(KEY):
            session.set(KEY, server)
        self.server.ask_soon()

    def on_choice_accepted(self, event: Choice.Accepted) -> None:
        """Shows the files and commands on Enter."""
        if isinstance(event.choice, PreparedLine):
            self._open(event.choice)

    def on_prepared_opened(self, event: Prepared.Opened) -> None:
        """Shows the files and commands on Enter."""
        self._open(event.prepared)

    def _open(self, line: Prepared) -> None:
        step_line, session = line.line, self.owner.session
        self.owner.over(
            Details(
                step_line.record.label,
                T("What this step would do. Nothing is changed yet."),
                lambda say, width: drawn(session.draft, step_line, say, width),
            )
        )

    @override
    def again(self) -> None:
        self.server.forget()
        super().again()

    @override
    def surveyed(self) -> None:
        for line in self.lines:
            line.look_again()
        self.server.look_again()
        for pane in self.walk_children(Now):
            pane.redraw()
        self.tell()
        self.ready()


PAGE = Entry(
    id="options",
    title=T("Options"),
    screen=Preparing,
    follows=("cluster", "join"),
    asks=keys_of("options"),
)
