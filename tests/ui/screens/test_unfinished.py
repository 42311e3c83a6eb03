"""Start, on a machine whose last run did not end well: it tells of it, and goes on with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import lay, watch
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.facts import System
from tui_installer.model.text import T
from tui_installer.runs.launch import AtRisk
from tui_installer.runs.view import LineAtRisk
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.dialogs.support_bundle import SupportBundle
from tui_installer.ui.frame.page import Page
from tui_installer.ui.pages.join import JoinPage
from tui_installer.ui.screens import unfinished_run
from tui_installer.ui.screens.causes import Causes
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.unfinished import Unfinished

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]


async def test_it_tells_what_happened() -> None:
    async with watch(Tape.failed()) as play:
        play.screen(Unfinished)
        assert "not finished. It failed at step 12 of 12." in play.text
        assert "Role      First control plane; begun 2026-11-23 18:12 by root" in play.text
        assert "Failed    18:14:05, 0 s ago, Control plane: the kubelet runs, but" in play.text
        assert "Done      11 of 12 steps: 1-11" in play.text
        assert "> (*) Resume      look at step 12 again, do what is missing" in play.text
        assert "Undo" not in play.text
        async for _ in everywhere(play):
            assert play.screen(Unfinished).choice.has_focus


async def test_how_long_ago() -> None:
    tape = Tape.stopped()
    lay(tape)
    async with watch() as play:
        now = tape.now + timedelta(minutes=3)
        play.session.viewing.now = lambda: now
        await play.press("ctrl+y", "ctrl+y")
        assert "Stopped   18:13:00, 3 min ago, Images: it was asked to stop" in play.text
        assert "It stopped at step 11 of 12." in play.text
        assert "go on to 12" in play.text


async def test_a_run_that_nobody_can_take_up_was_cut_off() -> None:
    async with watch(Tape.running(40)) as play:
        play.screen(Unfinished)
        assert "it was cut off" in play.text


async def test_enter_resumes() -> None:
    async with watch(Tape.stopped()) as play:
        await play.press("enter")
        play.screen(RunScreen)
        assert at(places.REQUEST).exists()


async def test_resume_asks_about_the_ssh_line(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def resume(line: str) -> None:
        if line:
            raise LineAtRisk(AtRisk([T("Your ssh line is at risk.")], []))
        begun.append("begun")

    monkeypatch.setattr(unfinished_run, "resume", resume)
    async with watch(Tape.stopped()) as play:
        line = "192.168.40.1 51512 192.168.40.180 22"
        play.session.draft = replace(play.session.draft, ssh_line=line)
        await play.press("enter")
        assert "Your ssh line is at risk." in play.text
        await play.press("enter")
        assert begun == []
        assert "looked at before it goes on" not in play.text
        await play.press("enter", "down", "enter")
        assert begun == ["begun"]


async def test_resume_is_refused_with_a_reason(machine: Fake) -> None:
    machine.set(System(root=False))
    async with watch(Tape.stopped()) as play:
        await play.press("enter")
        play.screen(Unfinished)
        assert "It does not go on yet." in play.text
        assert not at(places.REQUEST).exists()


async def test_change_opens_the_pages() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("down", "enter")
        assert isinstance(play.app.screen, Page)
        assert play.session.draft.values["node.hostname"] == "centos-master"


async def test_look_opens_the_log() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("down", "down", "down", "enter")
        play.screen(Log)
        await play.press("escape")
        play.screen(Unfinished)


async def test_the_join_command_is_lost() -> None:
    async with watch(Tape.join_lost()) as play:
        assert "Role      Worker" in play.text
        assert "the join command was in memory only" in play.text
        assert "(*) Resume      paste the join command again, then go on from step 12" in play.text
        await play.press("enter")
        play.screen(JoinPage)


async def test_what_the_run_was_asked_for_is_lost() -> None:
    tape = Tape.failed()
    run = lay(tape)
    (run / "request.json").unlink()
    async with watch() as play:
        assert "First control plane" in play.text
        await play.press("enter")
        assert "no run is left that could be taken up again" in play.text
        await play.press("down", "enter")
        assert isinstance(play.app.screen, Page)


async def test_escape_asks_before_it_leaves() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("escape")
        assert isinstance(play.app.screen, Leave)
        await play.press("escape")
        play.screen(Unfinished)


async def test_language_and_size_change() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("down")
        before = play.rows
        await play.press("ctrl+y", "ctrl+y")
        await play.resize(132, 43)
        await play.resize(60, 20)
        await play.resize(80, 25)
        assert play.rows == before


async def test_what_is_wrong_and_a_bundle_for_whoever_helps() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("tab", "right", "enter")
        play.screen(Causes)
        await play.press("escape", "right", "enter")
        assert isinstance(play.app.screen, SupportBundle)
        await play.press("escape")
        play.screen(Unfinished)
