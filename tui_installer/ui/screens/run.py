"""Run: what is done, what happens now, and how long it still takes."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model import places
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.runs import launch
from tui_installer.runs.output import Tail
from tui_installer.runs.view import Stage, Viewing
from tui_installer.ui.dialogs.stop import Stop
from tui_installer.ui.frame.screen import HEIGHT, Frame, Rule
from tui_installer.ui.rows import run
from tui_installer.ui.rows.cells import WIDE
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.run_panes import (
    STEP_CELLS,
    TIMES_CELLS,
    Bar,
    Detail,
    Events,
    LastLines,
    Steps,
)
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.divider import Divider
from tui_installer.ui.widgets.listing import Listing

# Seconds between two ticks; a serial line takes no more than two frames a second.
TICK, SERIAL_TICK = 0.1, 0.5
# The rows of everything but the steps and the tail, with the rule under the title.
OTHER_ROWS = 11


class RunScreen(Frame):
    """A viewer: it reads, and changes nothing except by requests to the engine."""

    DEFAULT_CSS = """
    RunScreen #hint-rule { display: none; }
    RunScreen #work { height: 12; }
    RunScreen Divider { width: 2; height: 100%; }
    """
    id_ = "run"
    heading = T("Run")
    hint_rows = 1
    look_again = NO_TEXT
    leaves = True
    views_run = True
    _second = _version = -1
    # Why the engine could not be started again.
    _refused: Text = NO_TEXT

    def __init__(self) -> None:
        super().__init__()
        self.tail: Tail | None = None
        self._arranged: tuple[object, ...] = ()

    @property
    def viewing(self) -> Viewing:
        """The run that is shown."""
        return self.owner.session.viewing

    # --- rows and texts -------------------------------------------------------------------------

    @property
    @override
    def sentence(self) -> Text:
        return run.where(self.viewing)

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        if self._refused is not NO_TEXT:
            return self._refused
        if self.viewing.gone:
            return T(
                "What is done stays done. The engine's own log: journalctl -u {unit}",
                unit=places.UNIT,
            )
        if (stall := run.stall(self.steps.item)) is not None:
            return stall
        if self.tail and self.tail.skipped and widget is self.steps:
            return T(
                "{count} lines were too fast to be shown; Enter shows all.", count=self.tail.skipped
            )
        return super().hint_of(widget)

    @override
    def body(self) -> ComposeResult:
        """Yields the bar, the steps beside the panel, the tail, the last events."""
        self.bar = Bar()
        self.steps = Steps()
        self.last_lines = LastLines()
        self.events_ = Events()
        self.detail = Detail(self.steps)
        yield self.bar
        with Horizontal(id="work"):
            yield self.steps
            yield Divider()
            yield self.detail
        yield self.last_lines
        yield Rule()
        yield self.events_

    @override
    def buttons(self) -> Sequence[Button]:
        self.leave_button = Button(
            T("Leave it running"),
            self._leave,
            T("It needs neither this window nor this line. To see it again: tui-installer"),
        )
        self.start_button = Button(
            T("Start the engine again"), self._start, T("It goes on where it was.")
        )
        self.stop_button = Button(
            T("Stop..."), self._stop, T("Asks first. What is done stays done.")
        )
        return self.leave_button, self.start_button, self.stop_button

    # --- live -----------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        self.viewing.poll()
        self._show()
        serial = self.owner.terminal.serial
        self.timer = self.set_interval(SERIAL_TICK if serial else TICK, self.tick)

    def tick(self) -> None:
        """Draws what is new; else only the seconds advance."""
        if self._hidden:
            return
        self.viewing.poll()
        second = int(self.viewing.now().timestamp())
        if (self.viewing.version, second) != (self._version, self._second):
            self._version, self._second = self.viewing.version, second
            self._show()
        elif self._read_tail():
            self.last_lines.freshen()
            self.tell()
        if self.viewing.stage != Stage.RUNNING and self.is_active:
            self._ended()

    @property
    def _hidden(self) -> bool:
        """Tells whether another screen hides it; a dialog does not."""
        return isinstance(self.app.screen, Frame) and self.app.screen is not self

    def _show(self) -> None:
        self.viewing.foresee()
        self.steps.take()
        self._read_tail()
        self._arrange()
        for pane in (self.bar, self.detail, self.last_lines, self.events_):
            pane.freshen()
        self.tell()

    def _read_tail(self) -> bool:
        """Reads the end of the current step's output; returns whether it has grown."""
        step = self.steps.item
        self.log_source = step.id if step else ""
        path = self.viewing.output(step.id) if step else None
        if path is None:
            return False
        if self.tail is None or self.tail.path != path:
            self.tail = Tail(path, self.viewing.now)
        self.detail.tail = self.last_lines.tail = self.tail
        return self.tail.read()

    def _arrange(self) -> None:
        """Shows the buttons that apply now, and gives the steps their rows."""
        viewing, size = self.viewing, self.app.size
        room = size.height - OTHER_ROWS + (size.height == HEIGHT)
        steps = len(self.steps.items)
        shown = viewing.gone, viewing.standing.newer, viewing.stopping
        now = (shown, room, size.width, steps)
        if now == self._arranged:
            return
        self._arranged = now
        self.start_button.display = viewing.gone and not viewing.standing.newer
        self.stop_button.display = not (viewing.gone or viewing.standing.newer or viewing.stopping)
        if self.focused is not None and not self.focused.display:
            self.leave_button.focus()
        # Where not all steps have room, the last printed line gives up its row.
        self.query_one("#work").styles.height = min(steps or room, room + (steps > room))
        self.steps.styles.width = STEP_CELLS + (TIMES_CELLS if size.width >= WIDE else 0)

    @override
    def on_resize(self, event: events.Resize) -> None:
        self._arrange()

    def _ended(self) -> None:
        """Handles the end of the run while somebody watches."""
        from tui_installer.ui.screens.done import Done
        from tui_installer.ui.screens.failure import Failure

        self.timer.stop()
        screen = Done() if self.viewing.stage == Stage.DONE else Failure()
        screen.calm = 1.5
        self.owner.show(screen)

    # --- actions --------------------------------------------------------------------------------

    def on_listing_opened(self, _event: Listing.Opened) -> None:
        """Shows all output of a step on Enter."""
        if self.steps.item is not None:
            self.owner.over(Log(self.steps.item.id))

    def on_listing_moved(self, _event: Listing.Moved) -> None:
        """Shows the current row's step in the panel."""
        self._read_tail()
        for pane in (self.detail, self.last_lines):
            pane.freshen()
        self.tell()

    def _leave(self) -> None:
        # A rehearsal ends with its screens, so it asks first.
        self.owner.leave() if self.owner.stand_in else self.owner.farewell()

    def _stop(self) -> None:
        self.owner.over(Stop())

    def _start(self) -> None:
        self._refused = NO_TEXT
        self.owner.background(self.viewing.wake, self._started, self._not_started)

    def _started(self, _done: None) -> None:
        self.viewing.expect_engine()
        self._show()

    def _not_started(self, error: Exception) -> bool:
        if not isinstance(error, launch.NotStarted):
            return False
        self._refused = error.text
        self.tell()
        return True
