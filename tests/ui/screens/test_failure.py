"""Failure: a run that ends badly before one's eyes is told, and can be gone on with."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.captures import lines
from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import Watch, lay, watch
from tui_installer.host import requests
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.facts import System
from tui_installer.text import measure
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.frame.page import Page
from tui_installer.ui.pages.join import JoinPage
from tui_installer.ui.screens.causes import Causes
from tui_installer.ui.screens.failure import Failure
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.unfinished_run import CHANGE, LEAVE, LOOK, RESUME

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]


@asynccontextmanager
async def ended(
    tape: Tape, language: str = "en", size: tuple[int, int] = (80, 25)
) -> AsyncIterator[Watch]:
    """The run has just ended in that way."""
    begun = Tape(tape.role).begin()
    async with watch(begun, language, going=True, size=size) as play:
        lay(tape)
        now = tape.now
        play.session.viewing.now = lambda: now
        await play.tick()
        play.screen(Failure)
        yield play


async def test_what_failed_and_by_what_evidence() -> None:
    async with ended(Tape.failed()) as play:
        assert "   Failed  " in play.rows[0]
        assert "Failed at step 12 of 12, Control plane. Steps 1-11 are done" in play.text
        assert "Cause           the kubelet runs, but the control plane's" in play.text
        assert "kubeadm ended with code 1" in play.text
        assert "Evidence        " in play.text
        assert "error execution phase wait-control-plane" in play.text
        assert "What to do      find out why with: crictl ps -a" in play.text
        assert "> Try again from step 12" in play.text
        assert "[> Do it <]" in play.text
        async for _ in everywhere(play):
            assert "crictl ps -a" in play.text
            assert "12" in play.row(">")


@pytest.mark.parametrize("size", [(80, 25), (132, 43)])
async def test_kubeadms_advice_is_no_evidence(size: tuple[int, int]) -> None:
    """A journal of an earlier version holds it, too."""
    tape = Tape.running(80)
    tail = lines("init-fail-sandbox-image")[-20:]
    tape.add(0, "step-ended", step="kubeadm_init", outcome="failed", seconds=1, tail=tail)
    tape.end("failed")
    async with ended(tape, size=size) as play:
        assert "timed out waiting for the condition" in play.text
        for advice in ("likely caused", "one example", "grep kube", "systemctl status"):
            assert advice not in play.text


async def test_the_errors_of_the_components_are_whole_and_are_scrolled() -> None:
    async with ended(Tape.diagnosed()) as play:
        assert (
            "Cause           the image that every pod needs first cannot be fetched:" in play.text
        )
        assert "more lines below" in play.text
        assert "[> Do it <]" in play.text
        await play.press("up", "up")
        assert play.row(">").startswith(">Cause")
        assert "Lines 1 to" in play.text
        for _ in range(30):
            await play.press("down")
            if "etcd-centos-master_kube-system" in play.text:
                break
        assert "Last errors     kubelet: E1123 10:13:50.205113" in play.text
        await play.press("end", "down")
        assert "more lines below" not in play.text
        assert "> Try again from step 12" in play.text
        await play.press("enter")
        play.screen(RunScreen)


async def test_where_all_fits_there_is_nothing_to_scroll() -> None:
    async with ended(Tape.diagnosed(), size=(132, 43)) as play:
        assert '142.250.107.82:443: i/o timeout"' in play.text
        assert "more lines below" not in play.text
        await play.press("up", "up", "up")
        assert play.app.focused is play.screen(Failure).actions


async def test_a_run_that_was_stopped_has_not_failed() -> None:
    async with ended(Tape.stopped()) as play:
        assert "   Stopped  " in play.rows[0]
        assert "Stopped at step 11 of 12, Images. Steps 1-10 are done and stay done." in play.text
        assert "ailed" not in play.text
        assert "> Go on from step 11" in play.text


async def test_evidence_is_neither_markup_nor_escape_nor_secret() -> None:
    tape = Tape.running(80)
    tail = ["[red]odd[/nope] \x1b[31mred\x1b[0m", "token 6hhzv0.0123456789abcdef", "安" * 60, "é"]
    tape.add(0, "step-ended", step="kubeadm_init", outcome="failed", seconds=1, tail=tail)
    tape.end("failed")
    async with ended(tape) as play:
        assert "[red]odd[/nope] red" in play.text
        assert "token 6hhzv0.****************" in play.text
        assert "安" * 31 + "\n" in play.text.replace(" ", "")
        assert "~" not in play.text, "lines are whole"
        assert "Cause not known." in play.text
        assert {measure.width(row) for row in play.rows} == {80}


async def test_after_the_same_failure_again_retry_is_not_the_first_choice() -> None:
    async with ended(Tape.stuck()) as play:
        assert "for the same cause as before" in play.text
        assert "> Change answers" in play.text
        async for _ in everywhere(play):
            assert play.screen(Failure).actions.items == [CHANGE, LOOK, RESUME, LEAVE]
        assert "[> What is wrong? <]" in play.text
        await play.press("enter")
        play.screen(Causes)
        await play.press("enter", "up", "enter")
        assert isinstance(play.app.screen, Page)


async def test_it_goes_on_where_no_check_fails_and_the_engine_starts(machine: Fake) -> None:
    async with ended(Tape.failed()) as play:
        before = machine.topics[System]
        machine.set(System(root=False))
        await play.press("enter")
        play.screen(Failure)
        assert "It does not go on yet." in play.text
        assert not at(places.REQUEST).exists()
        machine.set(before)
        machine.engine = "Unit not found"
        await play.press("enter")
        assert "It does not go on yet. nothing was changed: the engine does not start" in play.text
        machine.engine = ""
        await play.press("enter")
        play.screen(RunScreen)
        assert '"node.role": "first-control-plane"' in at(places.REQUEST).read_text()
        assert "The installation begins" in play.text


async def test_somebody_else_was_faster(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(_request: object) -> None:
        at(places.REQUEST).write_text("{}")
        raise requests.Taken

    async with ended(Tape.failed()) as play:
        monkeypatch.setattr(requests, "submit", taken)
        await play.press("enter")
        play.screen(RunScreen)


async def test_look_again_shows_a_run_that_somebody_has_taken_up() -> None:
    async with ended(Tape.failed()) as play:
        await play.press("ctrl+r")
        play.screen(Failure)
        at(places.REQUEST).write_text("{}")
        await play.press("ctrl+r")
        play.screen(RunScreen)


async def test_change_answers_opens_the_pages_with_those_of_the_run() -> None:
    async with ended(Tape.failed()) as play:
        await play.press("up", "up", "down", "enter")
        assert isinstance(play.app.screen, Page)
        assert play.session.draft.values["node.hostname"] == "centos-master"
        assert str(play.session.draft.origin("node.hostname")) == "from the last run"


async def test_the_log_opens_at_the_step_and_leaving_asks() -> None:
    async with ended(Tape.failed()) as play:
        await play.press("ctrl+o")
        assert play.screen(Log).source == "kubeadm_init"
        await play.press("escape")
        play.screen(Failure)
        await play.press("up", "down", "down", "enter")
        assert play.screen(Log).source == "kubeadm_init"
        await play.press("escape")
        play.screen(Failure)
        await play.press("escape")
        assert isinstance(play.app.screen, Leave)
        assert "The installation is not finished; what is done stays" in play.text
        await play.press("enter")
        assert play.app.last_words[1] == "To go on with it: tui-installer"
        assert str(at(places.RUNS)) in play.app.last_words[2]


async def test_a_join_command_that_is_lost_is_pasted_again() -> None:
    async with ended(Tape.join_lost()) as play:
        assert "Stopped at step 12 of 12, Join." in play.text
        assert "The join command was in memory only" in play.text
        assert "> Paste the join command again" in play.text
        await play.press("enter")
        play.screen(JoinPage)
        assert play.session.draft.role == "worker"


async def test_language_and_size_change() -> None:
    async with ended(Tape.failed()) as play:
        await play.press("up", "down")
        before = play.rows
        await play.press("ctrl+y")
        assert play.rows != before
        await play.press("ctrl+y")
        await play.resize(132, 43)
        assert "couldn't initialize a Kubernetes cluster" in play.text
        await play.resize(60, 20)
        await play.resize(80, 25)
        assert play.rows == before
