"""Log: the output of the run and its steps, and the logs of services; secrets are stars."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from textual.widgets import Input
from typing_extensions import override

from tui_installer.model import places
from tui_installer.model.standing import StepState
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.runs.view import Stage, Viewing
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.cells import lines
from tui_installer.ui.screens.log_lines import LinesView
from tui_installer.ui.screens.log_parts import ALL, SERVICE, FindLine, Tabs, source_of
from tui_installer.ui.screens.log_services import ServiceLogs
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Judgement

TICK, SERIAL_TICK = 0.1, 0.5
# Seconds of one tick that may go into reading: keys come first.
SHARE = 0.03


class Log(Frame):
    """The log; every screen opens it with Ctrl+O, at its present step."""

    DEFAULT_CSS = """
    Log Sentence { display: none; }
    Log #hint-rule { display: none; }
    Log FindLine { display: none; }
    Log FindLine.-open { display: block; }
    """
    id_ = "log"
    heading = T("Log")
    hint_rows = 2
    look_again = NO_TEXT
    views_run = True

    def __init__(self, source: str = ALL, viewing: Viewing | None = None) -> None:
        super().__init__()
        self.source = source
        # Another run than the one that the program watches.
        self._other = viewing
        self.sources: list[str] = [ALL]
        self._version = -1

    @property
    def viewing(self) -> Viewing:
        """The run that is shown."""
        return self._other or self.owner.session.viewing

    @property
    @override
    def mark(self) -> Text:
        standing = self.viewing.standing
        if self.viewing.stage != Stage.RUNNING or standing.current is None:
            return NO_TEXT
        number = standing.place(standing.current.id)
        return T("RUN {number}/{count}", number=number, count=len(standing.steps))

    # --- what is shown --------------------------------------------------------------------------

    @override
    def body(self) -> ComposeResult:
        self.tabs, self.view = Tabs(self.viewing), LinesView()
        self.services = ServiceLogs(self.owner, self._service_changed)
        yield self.tabs
        yield self.view
        self.find_line = FindLine(
            T("Find"), "", lambda _words: Judgement(None), label_width=8, cells=40
        )
        yield self.find_line

    @override
    def buttons(self) -> Sequence[Button]:
        return (Button(T("Close"), self.close_),)

    @override
    def first_focus(self) -> Widget | None:
        return self.view

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        state = self._state()
        if self._shows_service:
            return lines([state, self.services.command(self.source)])
        path = self._path()
        run = self.viewing.run
        if path is None or run is None:
            return state
        # The whole path, so that a mouse can copy it.
        shown = places.RUNS / run.name / path.relative_to(run)
        return Text("{state}\n{path}", {"state": state, "path": str(shown)})

    def _path(self) -> Path | None:
        """Returns the path of the file that is shown."""
        viewing = self.viewing
        if self.source == ALL:
            return viewing.run / "journal.jsonl" if viewing.run else None
        return viewing.output(self.source)

    def _state(self) -> Text:
        view = self.view
        if self._shows_service and (state := self.services.state(self.source)) is not NO_TEXT:
            return state
        if not view.count and not view.busy:
            return self._empty()
        if view.seeking:
            return T('Looking for "{words}", {count} found so far.', **self._found())
        if view.missed:
            return T('"{words}" is not in these lines.', words=view.words)
        if view.hits is not None:
            return T('"{words}": {place} of {count}', **self._found())
        if self._shows_service:
            # What a service says is read on request, a run's output by itself.
            return T("Line {number} of {count}. Ctrl+R reads it again.", **self._place())
        if view.follows:
            return T("Following; Up stops that, End follows again.")
        return T("Line {number} of {count}. End follows what comes.", **self._place())

    def _place(self) -> dict[str, object]:
        return {"number": f"{self.view.current + 1:,}", "count": f"{self.view.count:,}"}

    def _found(self) -> dict[str, object]:
        view = self.view
        assert view.hits is not None
        place = view.hits.place(view.current)
        return {"words": view.words, "place": place, "count": len(view.hits.numbers)}

    def _empty(self) -> Text:
        if not self.viewing.standing.passes and not self._shows_service:
            return T("No output yet; the run has not begun.")
        if self.view.errors is not None:
            return T("No line here tells of a warning, an error or a failure.")
        return T("Nothing was printed here so far.")

    # --- live -----------------------------------------------------------------------------------

    @override
    def on_mount(self) -> None:
        self.viewing.poll()
        self._list_sources()
        if self.source not in self.sources:
            self.source = ALL
        self._open(self.source)
        serial = self.owner.terminal.serial
        self.timer = self.set_interval(SERIAL_TICK if serial else TICK, self.tick)
        if self._other is None:
            # Services tell of the present, not of a run long ago.
            self.services.find()

    def tick(self) -> None:
        """Reads more lines; stops the timer once nothing is left to read and no run is in progress."""
        self.viewing.poll()
        self._list_sources()
        end = time.monotonic() + SHARE
        before = (self.view.count, self.view.seeking, self.viewing.version)
        self.view.work(lambda: time.monotonic() > end)
        if before != (self.view.count, self.view.seeking, self._version):
            self._version = self.viewing.version
            self._count()
            self.tell()
        if self.viewing.stage != Stage.RUNNING and not self.view.busy:
            self.timer.pause()

    def _list_sources(self) -> None:
        begun = [
            step.id
            for step in self.viewing.standing.steps
            if step.state != StepState.WAITING or step.earlier
        ]
        sources = [ALL, *begun, *self.services.sources]
        if sources != self.sources:
            self.tabs.sources = self.sources = sources
            self._count()

    def _open(self, source: str) -> None:
        self.source = source
        if self._shows_service:
            self.services.read(source)
        self._show()

    @property
    def _shows_service(self) -> bool:
        return self.source.startswith(SERVICE)

    @override
    def again(self) -> None:
        if self._shows_service:
            self.services.read(self.source)

    def _service_changed(self, source: str) -> None:
        """Shows what is known now."""
        if not self.is_attached:
            return
        if not source:
            self._list_sources()
        elif source == self.source:
            self._show()

    def _show(self) -> None:
        if self._shows_service:
            self.view.open(self.services.told(self.source))
        else:
            self.view.open(source_of(self.viewing, self.source, self.view.say))
        self.view.work(lambda: True)
        self._count()
        self.tell()

    def _count(self) -> None:
        self.tabs.put(self.source, self.view.count)

    # --- keys -----------------------------------------------------------------------------------

    def on_lines_view_asked(self, event: LinesView.Asked) -> None:
        """Shows another source, or finds words; any other request may need another tick."""
        if event.key == "slash":
            self.find_line.add_class("-open")
            self.find_line.box.focus()
        elif event.key in ("left", "right"):
            step = 1 if event.key == "right" else -1
            at = self.sources.index(self.source) + step
            if 0 <= at < len(self.sources):
                self._open(self.sources[at])
        self._look_again()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Finds the words."""
        event.stop()
        self.view.find(self.find_line.value)
        self._close_find()
        self._look_again()

    def _look_again(self) -> None:
        """Restarts the timer, because there may be something to read again."""
        self.timer.resume()
        self.tick()
        self._count()
        self.tell()

    def _close_find(self) -> None:
        self.find_line.remove_class("-open")
        self.view.focus()

    @override
    def on_screen_resume(self, _event: events.ScreenResume) -> None:
        if self.is_mounted and hasattr(self, "timer"):
            self.timer.resume()

    @override
    def back(self) -> None:
        """Removes the search line on Esc; else goes back to the screen before."""
        if self.find_line.has_class("-open"):
            self._close_find()
        else:
            self.close_()

    def close_(self) -> None:
        """Goes back."""
        self.dismiss(None)
