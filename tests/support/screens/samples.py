"""Small programs for a terminal of their own: python -m tests.support.screens.samples NAME."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import ClassVar

from rich.text import Text
from textual import events, work
from textual.app import App, ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.drivers.linux_driver import LinuxDriver
from textual.screen import ModalScreen
from textual.widgets import (
    Checkbox,
    DataTable,
    Header,
    Input,
    Label,
    OptionList,
    ProgressBar,
    Select,
    Static,
    TextArea,
    Tree,
)

from tui_installer.ui.program.faults import Faultless
from tui_installer.ui.terminal import driver
from tui_installer.ui.terminal.capabilities import terminal_of


class Sample(Faultless[str]):
    """Ends with q; shows the last key, and says when it is ready."""

    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q", "exit_with('left')", priority=True),
        Binding("ctrl+l", "repaint", priority=True),
        Binding("ctrl+y", "allow", priority=True),
    ]

    def compose(self) -> ComposeResult:
        yield Label("READY 中文 \u2500", id="key")
        yield Label(f"SIZE {self.size.width}x{self.size.height}. PID {os.getpid()}.")

    def on_key(self, event: events.Key) -> None:
        self.query_one("#key", Label).update(f"KEY-{event.key}.")

    def action_exit_with(self, result: str) -> None:
        self.exit(result)

    def action_repaint(self) -> None:
        driver.repaint(self)

    def action_allow(self) -> None:
        driver.allow(self, lines=False, everything=True)


class Dialog(ModalScreen[None]):
    """A screen over the screen."""

    CSS = "Static { border: heavy yellow; background: $primary; }"

    def compose(self) -> ComposeResult:
        yield Static("DIALOG")


class Awkward(Sample):
    """Everything that is difficult on a console: borders, bars, marks, every kind of colour, and text from outside."""

    CSS = """
    #tall { border: tall $primary; } #round { border: round red; } #thick { border: thick ansi_bright_blue; }
    DataTable, Tree, TextArea { height: 5; } OptionList, VerticalScroll { height: 4; }
    """

    def compose(self) -> ComposeResult:
        yield Header()
        yield Input("中文 text", id="tall")
        yield Static("round", id="round")
        yield Static(Text("bright", style="bright_red on bright_white"), id="thick")
        yield Static(Text("exact", style="italic underline #ff8800 on #003366 link https://a.b"))
        yield ProgressBar(total=100)
        yield Select([("one", 1), ("two", 2)])
        yield Checkbox("tick", value=True)
        yield OptionList(*[f"option {i}" for i in range(20)])
        yield DataTable()
        yield TextArea("paste\nhere")
        yield Tree[str]("root")
        with VerticalScroll():
            yield Static("x" * 200 + "\n" * 30)
        # The filter is the last place that can stop it.
        yield Label("evil\x1b]0;title\x07\x1b[2;5r\x1b[>25u\x9b31m\x0e\ttail", markup=False)
        yield Label("READY", id="key")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("name", "value")
        table.add_rows([(f"row {i}", "值") for i in range(20)])
        self.query_one(ProgressBar).advance(40)
        self.query_one(Tree).root.add("leaf").expand()
        self.copy_to_clipboard("secret")
        self.bell()

    def on_key(self, event: events.Key) -> None:
        if event.key == "escape":
            self.push_screen(Dialog())


class Broken(Sample):
    """Raises where its name says."""

    where = ""

    def compose(self) -> ComposeResult:
        if self.where == "compose":
            raise ValueError("in compose")
        yield Fragile("fine")
        yield Label("READY", id="key")

    def on_key(self, event: events.Key) -> None:
        if self.where == "handler":
            raise ValueError("in handler")
        if self.where == "worker":
            self.work_async()
        if self.where == "thread":
            self.work_threaded()
        if self.where == "render":
            self.query_one(Fragile).break_down()
        if self.where == "timer":
            self.set_timer(0.01, self.fail)
        if self.where == "task":
            asyncio.get_running_loop().create_task(self.fail_later())
        if self.where == "leaving":
            self.exit()

    def on_unmount(self) -> None:
        if self.where == "leaving":
            self.fail()

    def fail(self) -> None:
        raise ValueError(f"in {self.where}")

    async def fail_later(self) -> None:
        self.fail()

    @work
    async def work_async(self) -> None:
        self.fail()

    @work(thread=True)
    def work_threaded(self) -> None:
        self.fail()


class Fragile(Static):
    broken = False

    def break_down(self) -> None:
        self.broken = True
        self.refresh()

    def render(self) -> RenderResult:
        if self.broken:
            raise ValueError("in render")
        return "fine"


def lost(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def no_thread(**_options: object) -> None:
    raise ValueError("in start")


def in_turn(*names: str) -> None:
    """One after the other, NAME or NAME/WHERE; after each it prints how it ended, and waits for a line."""
    thread = vars(driver)["Thread"]
    for name in names:
        try:
            main(*name.split("/"))
        except SystemExit as end:
            sys.stdout.write(f"{end.code}\n")
        vars(driver)["Thread"] = thread
        sys.stdout.flush()
        sys.stdin.readline()


def main(name: str, where: str = "") -> None:
    """Prints how it ended: the result and the return code; a fault ends it as `sys.exit` with what it was."""
    kind: type[Sample] = {"sample": Sample, "awkward": Awkward, "broken": Broken}[name]
    terminal = terminal_of(os.environ, os.environ.get("TTY", "/dev/pts/0"))
    bare = os.environ.get("DRIVER") == "bare"
    app = kind(driver_class=LinuxDriver if bare else driver.driver_for(terminal))
    if isinstance(app, Broken):
        app.where = where
    if where == "start":
        vars(driver)["Thread"] = no_thread
    # The commands do the same.
    signal.signal(signal.SIGTERM, lost)
    signals = [signal.getsignal(number) for number in driver.OURS]
    try:
        result = App.run(app) if bare else app.show_until_left()
    except ValueError as error:
        assert bare or signals == [signal.getsignal(number) for number in driver.OURS]
        sys.exit(f"FAULT {type(error).__name__} {error}")
    assert bare or signals == [signal.getsignal(number) for number in driver.OURS]
    ended = f"RESULT {result} {app.return_code}"
    if "RESULT" in os.environ:
        Path(os.environ["RESULT"]).write_text(ended)
    sys.stdout.write(f"{ended}\n")


if __name__ == "__main__":
    if sys.argv[1] == "in-turn":
        in_turn(*sys.argv[2:])
    else:
        main(*sys.argv[1:])
