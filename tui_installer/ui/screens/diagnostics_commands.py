"""The page "ctr and crictl": twenty tasks in each tool, and commands that change nothing, run in place."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.help.tool_tasks import TASKS
from tui_installer.model.change import Argv
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.model.tool_task import Tool, ToolTask
from tui_installer.node import tool_answers
from tui_installer.node.tool_answers import SeenTools, ToolAnswer
from tui_installer.ui.frame.details import Details
from tui_installer.ui.frame.findable import Findable
from tui_installer.ui.rows import tool_tasks
from tui_installer.ui.rows.cells import Row, Say, lines
from tui_installer.ui.rows.tool_tasks import Trial
from tui_installer.ui.screens.diagnostics_tab import DiagnosticsTab, TabEntry
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing, ListingLook
from tui_installer.ui.widgets.pane import Pane

NOT_ROOT = T(
    "Only root may ask containerd, so nothing is run here. With sudo tui-installer this page runs the reading commands and counts what they list."
)


class ToolHeads(Pane):
    """The column titles: each tool with the version that was found."""

    DEFAULT_CSS = """
    ToolHeads { height: 1; }
    """
    seen: SeenTools | None = None

    @override
    def rows(self, width: int) -> list[Row]:
        return [[("  ", ""), *tool_tasks.heads(self.seen, self.say, width - 2)]]


class CommandsTab(DiagnosticsTab[SeenTools]):
    """The table of tasks; nothing that changes the machine is ever run."""

    seen: SeenTools | None = None
    # Enter came before it was known which tools are here.
    _wanted = False

    @property
    @override
    def sentence(self) -> Text:
        if self.seen is not None and not self.seen.root:
            return T("You are not root: the commands are shown, and nothing is run.")
        return T("ctr is containerd's own tool. crictl asks as kubelet asks: for pods, trust it.")

    @override
    def compose(self) -> ComposeResult:
        look = ListingLook[ToolTask](
            row=lambda task, width: tool_tasks.task_row(task, self.owner.language, width),
            hint=lambda task: tool_tasks.hint(task, self.seen),
            text=lambda task: tool_tasks.searched(task, self.owner.language),
            topic=lambda task: f"task:{task.id}",
        )
        keys = [(T("Up/Down"), T("Task")), (T("Enter"), T("Run or show"))]
        self.heads = ToolHeads()
        self.listing = Findable(look, TASKS, keys=keys)
        self.listing.topic = f"task:{TASKS[0].id}"
        yield self.heads
        yield self.listing

    @override
    def buttons(self) -> Sequence[Button]:
        both = T(
            "Runs the commands of this row, which change nothing, and shows what they print, one above the other."
        )
        whole = T("The whole commands of this row, to copy.")
        text = T(
            "All tasks with their whole commands, without a frame, so that they can be copied."
        )
        self.run_button = Button(T("Run both"), self.open_task, both)
        self.show_button = Button(T("Show the commands"), self.open_task, whole)
        return self.run_button, self.show_button, Button(T("Show as text"), self._as_text, text)

    @override
    def offers(self, button: Button) -> bool:
        if button in (self.run_button, self.show_button):
            return self._runs() == (button is self.run_button)
        return True

    @override
    def first_focus(self) -> Widget:
        return self.listing

    @override
    def detail_of(self, widget: Widget | None) -> Text:
        if widget is not self.listing:
            return super().detail_of(widget)
        detail = self.listing.hint
        return lines([self.listing.said, detail]) if self.listing.said is not NO_TEXT else detail

    @override
    def read(self) -> SeenTools:
        return tool_answers.look()

    @override
    def take(self, found: SeenTools) -> None:
        self.seen = self.heads.seen = found
        self.heads.redraw()
        both = set(found.versions) == {Tool.CTR, Tool.CRICTL}
        self.run_button.rename(T("Run both") if both else T("Run it"))
        # A service that hangs keeps nobody from the commands.
        self.owner.background(
            lambda: tool_answers.count(found), self._count, lambda e: isinstance(e, OSError)
        )
        if self._wanted:
            self.open_task()

    def _count(self, counted: SeenTools) -> None:
        if self.is_attached:
            self.seen = counted
            self.changed()

    # --- a task ---------------------------------------------------------------------------------

    @property
    def current_task(self) -> ToolTask:
        """The task of the current row."""
        return self.listing.item or TASKS[0]

    def _runs(self) -> bool:
        """Tells whether the commands of the current task can be run here and now."""
        seen = self.seen
        reads = self.current_task.reads if self.is_mounted else TASKS[0].reads
        return reads and (seen is None or (seen.root and bool(seen.commands_of(self.current_task))))

    def on_listing_moved(self, event: Listing.Moved) -> None:
        """Offers what the row of the pointer can do."""
        event.stop()
        self.changed()

    def on_listing_opened(self, event: Listing.Opened) -> None:
        """Runs the commands of the row, or shows them."""
        event.stop()
        self.open_task()

    def open_task(self) -> None:
        """Runs the commands of the current task, which change nothing; else shows them whole."""
        seen, task = self.seen, self.current_task
        self._wanted = seen is None and task.reads
        if self._wanted:
            return
        if seen is not None and self._runs():
            self._run(task, seen)
        else:
            self._show(task)

    def _show(self, task: ToolTask) -> None:
        note = NOT_ROOT if task.reads and self.seen is not None and not self.seen.root else None
        said = T("These commands change this machine: they are shown and never run.")
        if task.reads:
            said = T("These commands change nothing.")
        self.owner.over(
            Details(
                task.title,
                said,
                lambda say, width: tool_tasks.commands(task, say, width, note=note),
            )
        )

    def _as_text(self) -> None:
        said = T("{count} tasks; IMAGE, CONTAINER and POD stand for yours.", count=len(TASKS))
        self.owner.over(Details(T("ctr and crictl"), said, tool_tasks.as_text))

    def _run(self, task: ToolTask, seen: SeenTools) -> None:
        """Runs the commands in the background, and shows each answer as it comes."""
        owner, began = self.owner, self.owner.clock()
        trials = [Trial(argv) for argv in seen.commands_of(task)]
        recorded = owner.stand_in is not None
        said = T("Commands that change nothing, run now: {count}.", count=len(trials))

        def draw(say: Say, width: int) -> list[Row]:
            seconds = int(owner.clock() - began)
            return tool_tasks.outputs(
                task, seen, trials, seconds=seconds, recorded=recorded, say=say, width=width
            )

        details = Details(task.title, said, draw)

        def drawn() -> None:
            if details.is_attached:
                details.scroll.redraw()
                details.tell()

        def answered(argv: Argv, answer: ToolAnswer | None) -> None:
            trial = next(one for one in trials if one.argv == argv)
            trial.answered, trial.answer = True, answer
            drawn()

        def tell(argv: Argv, answer: ToolAnswer | None) -> None:
            owner.call_later(answered, argv, answer)

        timer = self.set_interval(1.0, drawn)
        owner.background(
            lambda: tool_answers.ask_all([trial.argv for trial in trials], tell),
            lambda _none: timer.stop(),
        )
        owner.over(details)


TAB = TabEntry("diagnostics_commands", T("ctr and crictl"), CommandsTab, place=2)
