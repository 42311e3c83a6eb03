"""Diagnostics: its pages, and what the page "ctr and crictl" runs and never runs."""

from __future__ import annotations

import threading

import pytest
from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere, fits, keeps_focus_and_text
from tests.support.screens.stage import until
from tests.support.screens.watching import Watch, watch
from tests.support.tools import Tools
from tui_installer.help.tool_tasks import TASKS
from tui_installer.host.shell import NOT_FOUND, Output
from tui_installer.model.facts import NotRead, Packages, System, Unread
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T, Text
from tui_installer.ui.frame.details import Details
from tui_installer.ui.screens import diagnostics
from tui_installer.ui.screens.diagnostics import Diagnostics
from tui_installer.ui.screens.diagnostics_commands import CommandsTab
from tui_installer.ui.screens.diagnostics_tab import DiagnosticsTab, TabEntry
from tui_installer.ui.screens.start import Start
from tui_installer.ui.screens.status import StatusScreen
from tui_installer.ui.widgets.button import Button

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]


@pytest.fixture
def tools(machine: Fake) -> Tools:
    machine.prints = found = Tools("ctr", "crictl")
    return found


async def opened(play: Watch, *pressed: str) -> CommandsTab:
    play.app.over(Diagnostics("diagnostics_commands"))
    await play.settle()
    await play.press(*pressed)
    shown = next(s for s in play.app.screen_stack if isinstance(s, Diagnostics))
    assert isinstance(shown.tab, CommandsTab)
    return shown.tab


def whole(play: Watch) -> str:
    """The text of a screen of details, also what is out of sight."""
    rows = play.screen(Details).draw(play.app.language, 80)
    return "\n".join("".join(span for span, _ in row) for row in rows)


async def test_start_and_status_lead_there_and_esc_leads_back(tools: Tools) -> None:
    async with watch() as play:
        await play.press("right", "right")
        assert "[> Diagnostics <]" in play.text
        assert "whoever made the node" in play.text
        await play.press("enter")
        play.screen(Diagnostics)
        await play.press("escape")
        play.screen(Start)
    async with watch(Tape.done()) as play:
        play.screen(StatusScreen)
        while "> Diagnostics" not in play.text:
            await play.press("down")
        await play.press("enter")
        play.screen(Diagnostics)
        await play.press("escape")
        play.screen(StatusScreen)


async def test_where_no_node_can_be_made_it_can_be_opened_too(tools: Tools, machine: Fake) -> None:
    machine.set(System(os_id="debian", os_name="Debian GNU/Linux 12 (bookworm)", release=""))
    async with watch() as play:
        assert "[> Rehearsal <]" in play.text
        await play.press("right", "enter")
        play.screen(Diagnostics)


async def test_both_are_run_and_shown_one_above_the_other(tools: Tools) -> None:
    tools.printed["ctr images ls"] = Output(0, "REF\nr/pause:3.8\nsha256:9b75\n")
    tools.printed["crictl images"] = Output(1, "", "connect: connection refused\n")
    async with watch() as play:
        await opened(play)
        assert "ctr 1.6.6, always -n k8s.io" in play.text
        assert "crictl 1.26.0" in play.text
        assert "Rows on this machine: ctr -n k8s.io images ls: 2" in play.text
        tools.asked = []
        await play.press("enter")
        assert tools.asked == [("ctr", "-n", "k8s.io", "images", "ls"), ("crictl", "images")]
        rows = [row.rstrip() for row in play.rows]
        at = rows.index("$ ctr -n k8s.io images ls")
        assert rows[at + 1 : at + 5] == [
            "exit code 0; lines: 3",
            "REF",
            "r/pause:3.8",
            "sha256:9b75",
        ]
        at = rows.index("$ crictl images")
        assert rows[at + 1 : at + 3] == ["exit code 1; lines: 1", "connect: connection refused"]
        await play.press("escape")
        play.screen(Diagnostics)


async def test_what_changes_something_is_shown_and_never_run(tools: Tools) -> None:
    async with watch() as play:
        tab = await opened(play)
        tools.asked = []
        for task in TASKS:
            tab.listing.go(TASKS.index(task))
            await play.settle()
            labels = [b.say(b.label) for b in play.app.screen.query(Button) if b.display]
            first = "Run both" if task.reads else "Show the commands"
            assert labels == [first, "Show as text"], task.id
            if not task.reads:
                await play.press("enter")
                assert "they are shown and never run" in play.text, task.id
                for argv in (argv for usage in task.usages.values() for argv in usage.commands):
                    assert " ".join(argv) in whole(play)
                await play.press("escape")
        assert tools.asked == []


async def test_the_buttons_do_the_same(tools: Tools) -> None:
    async with watch() as play:
        tab = await opened(play)
        tab.run_button.focus()
        await play.settle()
        assert "which change nothing" in play.text
        await play.press("enter")
        assert "$ crictl images" in play.text
        await play.press("escape", "right", "enter")
        assert "20 tasks" in play.text
        text = whole(play)
        assert all(play.app.language(task.title) in text for task in TASKS)
        assert "crictl rmi --prune" in text
        count = len(text.splitlines())
        await play.press("end")
        assert f" to {count} of {count}." in play.text
        await play.press("up")
        assert f" to {count - 1} of {count}." in play.text


async def test_a_tool_that_is_absent_says_so(machine: Fake) -> None:
    machine.prints = tools = Tools("ctr")
    async with watch() as play:
        await opened(play)
        assert "crictl: not installed" in play.text
        tools.asked = []
        await play.press("enter")
        assert tools.asked == [("ctr", "-n", "k8s.io", "images", "ls")]
        assert "crictl: not installed" in play.text
        await play.press("escape")
        assert "[  Run it  ]" in play.text
        await play.press(*["down"] * 8)
        assert play.app.screen.query(Button).first().say(T("Show the commands")) in play.text
        await play.press("enter")
        assert "These commands change nothing." in play.text


async def test_who_is_not_root_sees_what_root_would_run(machine: Fake, tools: Tools) -> None:
    machine.set(System(root=False))
    async with watch() as play:
        await opened(play)
        assert "You are not root" in play.text
        await play.press("enter")
        assert "crictl images" in play.text
        assert "With sudo tui-installer" in play.text
    assert {argv[1:] for argv in tools.asked} == {("--version",)}


async def test_a_recorded_machine_says_what_is_not_recorded(machine: Fake) -> None:
    machine.stand_in = StandIn({"en": "a node"}, "node", T("recorded"))
    machine.prints = lambda *argv: Output(NOT_FOUND, "", f"{argv[0]}: the recording does not say")
    machine.set(Packages({"containerd.io": "1.6.6-3.1.el7", "cri-tools": "1.25.0-0"}))
    async with watch() as play:
        await opened(play)
        assert "crictl 1.25.0" in play.text
        await play.press("enter")
        assert play.text.count("The recording of this machine does not hold its answer.") == 2


async def test_what_takes_its_time_shows_its_seconds_and_can_be_left(
    machine: Fake, tools: Tools
) -> None:
    goes_on = threading.Event()
    async with watch() as play:
        await opened(play)

        def waits(*argv: str) -> Output:
            goes_on.wait(60)
            return tools(*argv)

        machine.prints = waits
        play.send("enter")
        await play.drawn()
        assert "s of 10 s at most" in play.text
        play.send("escape")
        await play.drawn()
        play.screen(Diagnostics)
        goes_on.set()
        await play.settle()
        play.screen(Diagnostics)


async def test_where_containerd_hangs_the_tools_are_known_and_an_early_enter_counts(
    machine: Fake, tools: Tools
) -> None:
    goes_on, names_them = threading.Event(), threading.Event()

    def waits(*argv: str) -> Output:
        (names_them if argv[1:] == ("--version",) else goes_on).wait(60)
        return tools(*argv)

    machine.prints = waits
    async with watch() as play:
        play.app.over(Diagnostics("diagnostics_commands"))
        await play.drawn()
        play.send("enter")
        await play.drawn()
        play.screen(Diagnostics)
        names_them.set()
        await until(play, "s of 10 s at most")
        play.send("escape")
        await until(play, "crictl 1.26.0")
        assert "Rows on this machine" not in play.text
        goes_on.set()
        await play.settle()
        assert "Rows on this machine" in play.text


async def test_a_task_is_found_by_the_words_of_its_commands(tools: Tools) -> None:
    async with watch() as play:
        tab = await opened(play, "slash")
        await play.type("imagefsinfo")
        await play.press("enter")
        assert tab.current_task.id == "image_space"
        assert '"imagefsinfo": 1 of 1 rows' in play.text


async def test_help_tells_of_the_task(tools: Tools) -> None:
    async with watch() as play:
        await opened(play, "ctrl+g")
        assert "Why the answers differ" in play.text
        assert "crictl images" in play.text
        await play.press("right")
        assert "by which command" in play.text
        await play.press("escape", "down", "ctrl+g")
        assert "Its commands, which change something" in play.text


async def test_it_is_whole_at_every_size_in_both_languages(tools: Tools) -> None:
    async with watch() as play:
        tab = await opened(play)
        await keeps_focus_and_text(play)
        await fits(play)
        async for _ in everywhere(play):
            shown = 4 if play.app.size.width > 100 else 2
            assert play.text.count("image inspect") == shown - 2
            assert tab.listing.has_focus


# --- pages of other files ---------------------------------------------------------------------------


class OtherTab(DiagnosticsTab[int]):
    """A page that counts its looks; every second one fails."""

    looks = 0
    seen = 0

    @property
    @override
    def sentence(self) -> Text:
        return T("{count} looks", count=self.seen)

    @override
    def compose(self) -> ComposeResult:
        self.only = Button(T("Inside"), lambda: None, T("a detail"))
        yield self.only

    @override
    def first_focus(self) -> Widget:
        return self.only

    @override
    def read(self) -> int:
        self.looks += 1
        if self.looks % 2 == 0:
            raise NotRead(Unread(T("containerd"), T("no answer")))
        return self.looks

    @override
    def take(self, found: int) -> None:
        self.seen = found


async def test_pages_stand_side_by_side_and_keep_their_state(
    tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = TabEntry("diagnostics_other", T("Other"), OtherTab, place=1)
    commands = next(one for one in diagnostics.entries() if one.tab is CommandsTab)
    ours = (other, commands)
    monkeypatch.setattr(diagnostics, "entries", lambda: ours)
    async with watch() as play:
        play.app.over(Diagnostics())
        await play.settle()
        assert " [ Other ]   ctr and crictl " in play.text
        assert "Left/Right Other page" in play.text
        assert "1 looks" in play.text
        assert "a detail" in play.text
        assert "Run both" not in play.text
        await play.press("ctrl+r")
        assert "containerd" in play.rows[-8] + play.rows[-7]
        assert "no answer" in play.text
        await play.press("right", "down")
        assert " Other   [ ctr and crictl ] " in play.text
        assert "> pull" in play.text
        assert "Show the commands" in play.text
        await play.press("right", "left", "right")
        assert "> pull" in play.text
        await play.press("left", "left", "ctrl+r")
        assert "3 looks" in play.text
