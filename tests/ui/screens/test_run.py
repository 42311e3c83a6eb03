"""Run shows the run of this machine, to anyone who looks, whatever the commands print."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.scenes import hangs
from tests.support.screens.watching import Watch, engine, lay, watch
from tui_installer.host import requests
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.text import measure
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.dialogs.stop import Stop
from tui_installer.ui.screens.done import Done
from tui_installer.ui.screens.failure import Failure
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.run import SERIAL_TICK, TICK, RunScreen
from tui_installer.ui.widgets.pane import Pane

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]
SIZES = [(80, 25), (80, 24), (132, 43)]


def fits(play: Watch) -> None:
    """Every row has as many cells as the screen."""
    width = play.app.size.width
    assert {measure.width(row) for row in play.rows} == {width}


async def test_a_run_that_goes_on_is_shown_without_a_question() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        play.screen(RunScreen)
        assert play.row("Step 8 of 12, Packages, 0:3").endswith("left.")
        assert play.row("Host name").startswith("   1 Host name     done           0:00")
        assert "12 Control plane waiting" in play.text
        assert "[> Leave it running <]" in play.text
        assert "29 %" in play.text
        # Enter shows the whole output of a step.
        await play.press("up", "enter")
        assert play.screen(Log).source == "packages"
        await play.press("escape")
        play.screen(RunScreen)


async def test_images_come_side_by_side_and_fit() -> None:
    async with watch(Tape.stalled(), going=True) as play:
        assert "4 of 7 images are here" in play.text
        assert "etcd             4.0 of 102.0 MB    3 %" in play.text
        assert "STALLED 0:23" in play.text
        assert "No byte of etcd:3.5.4-0 for 23 s: its source is silent." in play.text
        async for _ in everywhere(play):
            assert "Image is up to date" in play.text


async def test_nothing_comes_at_all() -> None:
    async with watch(Tape.silent(), going=True) as play:
        assert "STALLED" in play.row("11 Images")
        assert "left: not known" in play.text
        assert "No byte for 21 s: the source is silent, or the line." in play.text


async def test_the_row_follows_the_work_until_it_is_moved() -> None:
    tape = Tape.running(10)
    async with watch(tape, going=True) as play:
        assert play.row(" 8 Packages").startswith(" > 8")
        await play.press("up", "up", "up")
        assert play.row(" 6 Time").startswith(" > 6")
        later = Tape.running(50)
        lay(later, going=True)
        play.session.viewing.now = lambda: later.now
        await play.tick()
        assert play.row(" 6 Time").startswith(" > 6")
        assert "Home Follow the work" in play.text
        await play.press("home")
        assert play.row(" >11 Images")


async def test_what_comes_is_shown() -> None:
    tape = Tape.running(10)
    async with watch(tape, going=True) as play:
        assert "9 containerd    waiting" in play.text
        before = play.session.viewing.forecast.percent
        tape = Tape.running(80)
        lay(tape, going=True)
        play.session.viewing.now = lambda: tape.now
        await play.tick()
        assert play.row("12 Control plane").startswith(" >12 Control plane running")
        assert play.session.viewing.forecast.percent > before
        assert play.row("18:13:13 Control plane  $ kubeadm init")


async def test_where_nothing_has_changed_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    async with watch(Tape.pulling(), going=True) as play:
        await play.tick()
        drawn = list[Pane]()
        monkeypatch.setattr(Pane, "refresh", lambda self, *_a, **_k: drawn.append(self))
        play.screen(RunScreen).tick()
        assert drawn == []
        now = play.session.viewing.now() + timedelta(seconds=1)
        play.session.viewing.now = lambda: now
        play.screen(RunScreen).tick()
        assert {type(pane).__name__ for pane in drawn} >= {"Steps", "Detail", "Sentence"}
        assert "Events" not in {type(pane).__name__ for pane in drawn}


@pytest.mark.parametrize(("tty", "seconds"), [("/dev/pts/0", TICK), ("/dev/ttyS0", SERIAL_TICK)])
async def test_how_often_it_looks(tty: str, seconds: float) -> None:
    async with watch(Tape.pulling(), going=True, tty=tty) as play:
        assert play.screen(RunScreen).timer._interval == seconds


async def test_a_flood_of_output_leaves_the_end_and_a_count() -> None:
    tape = Tape.pulling()
    async with watch(tape, going=True) as play:
        log = at(places.RUNS) / tape.run / "output" / "packages.log"
        with log.open("a") as file:
            file.writelines(f"line {i}\n" for i in range(100_000))
        await play.press("up")
        await play.tick()
        assert "\n   line 99999" in play.text
        assert "99800 lines were too fast to be shown" in play.text
        await play.press("up")
        assert "too fast" not in play.text


HOSTILE = (
    (b"\x1b[31mred\x1b[0m\x1b]0;title\x07 and \x1b[2Jgone", "red and gone"),
    (b"[red]not red[/nope] [bold", "[red]not red[/nope] [bold"),
    ("安".encode() * 60, "安" * 30),
    (b"broken \xff\xfe utf-8", "broken \ufffd\ufffd utf-8"),
    (b"10 %\r50 %\r100 %", "100 %"),
    (b"token 6hhzv0.0123456789abcdef here", "token 6hhzv0.**************** here"),
    ("mark e\u0301\u200b end".encode(), "mark e end"),
)


async def test_output_that_is_hostile() -> None:
    run = lay(Tape.pulling(), going=True)
    async with watch(going=True) as play:
        for printed, seen in HOSTILE:
            with (run / "output" / "packages.log").open("ab") as log:
                log.write(printed + b"\n")
            await play.tick()
            assert seen in play.text
            fits(play)


async def test_what_the_journal_says_is_no_markup_and_no_secret() -> None:
    tape = Tape.running(10)
    what = {"text": "[red]{what}[/nope]", "params": {"what": "6hhzv0.0123456789abcdef \x1b[2J"}}
    tape.add(0, "waiting", step="packages", what=what)
    async with watch(tape, going=True) as play:
        assert "waits for [red]6hhzv0.****************" in play.text
        assert "0123456789abcdef" not in play.text
        fits(play)


async def test_stopping_is_asked_first_and_leaving_lets_it_go_on() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        await play.press("right", "enter")
        play.screen(Stop)  # type: ignore[type-var]
        assert "What is done stays done" in play.text
        await play.press("enter")
        assert not at(places.STOP).exists()
        await play.press("enter", "down", "enter")
        assert at(places.STOP).exists()
        await play.tick()
        assert "It was asked to stop" in play.text
        assert "[> Leave it running <]" in play.text
        assert "Stop..." not in play.text
        await play.press("enter")
        assert play.app.last_words[0] == "The installation goes on. See it again: tui-installer"
        assert len(play.app.last_words) == 3
        assert play.app._exit


async def test_every_viewer_sees_that_it_was_asked_to_stop() -> None:
    at(places.STOP).touch()
    async with watch(Tape.pulling(), going=True) as play:
        assert "It was asked to stop" in play.text
        assert "Stop..." not in play.text


async def test_it_cannot_be_asked_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(requests, "ask_to_stop", refuse)
    async with watch(Tape.pulling(), going=True) as play:
        await play.press("right", "enter", "down", "enter")
        assert "It cannot be asked to stop: No space left on" in play.text


async def test_an_engine_that_is_gone_can_be_started_again(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = list[str]()

    def start() -> str:
        starts.append("once")
        return machine.engine

    monkeypatch.setattr(machine, "start_engine", start)
    async with watch(Tape.pulling(), going=True) as play:
        await play.pass_(0)
        await play.pass_(5)
        assert "The engine is not running; its unit starts it again" in play.text
        assert "Start the engine again" not in play.text
        await play.pass_(30)
        assert "was not started again" in play.text
        assert "Stop..." not in play.text
        machine.engine = "Unit not found"
        await play.press("right", "enter")
        assert "the engine does not start: Unit not found" in play.text
        machine.engine = ""
        await play.press("enter")
        assert starts == ["once", "once"]
        assert "Unit not found" not in play.text
        with engine():
            await play.pass_(2)
            assert "Step 8 of 12" in play.text
            assert "Start the engine again" not in play.text
            assert "[> Leave it running <]" in play.text


async def test_a_later_version_made_it_look_only() -> None:
    tape = Tape.running(10)
    run = lay(tape, going=True)
    journal = run / "journal.jsonl"
    journal.write_text(journal.read_text().replace('"version": 1', '"version": 2'))
    async with watch() as play:
        assert "A later version of this program makes this run" in play.text
        assert "Stop..." not in play.text
        assert "[> Leave it running <]" in play.text


async def test_taken_up_again() -> None:
    async with watch(Tape.resumed(), going=True) as play:
        assert "Taken up again at 18:22" in play.text
        assert "nothing to do  0:00" in play.row("Host name")


async def test_it_has_not_said_a_word_yet() -> None:
    at(places.REQUEST).write_text("{}")
    async with watch() as play:
        play.screen(RunScreen)
        assert "The installation begins" in play.text
        lay(Tape.running(3), going=True)
        await play.tick()
        assert "Packages" in play.text


@pytest.mark.parametrize(
    ("scene", "screen", "title"),
    [
        (Tape.done, Done, "Done"),
        (Tape.failed, Failure, "Failed"),
        (Tape.stopped, Failure, "Stopped"),
    ],
)
async def test_it_ends_by_itself(scene: Any, screen: type[Done | Failure], title: str) -> None:
    async with watch(Tape.running(10), going=True) as play:
        lay(scene())
        await play.tick()
        assert play.screen(screen).calm == 1.5
        assert f"   {title} " in play.rows[0]


async def test_it_ends_while_a_dialog_is_open() -> None:
    async with watch(Tape.running(10), going=True) as play:
        await play.press("ctrl+c")
        lay(Tape.done())
        await play.tick()
        assert isinstance(play.app.screen, Leave)
        await play.press("escape")
        await play.tick()
        play.screen(Done)


async def test_it_ends_while_the_log_is_open() -> None:
    async with watch(Tape.running(10), going=True) as play:
        await play.press("ctrl+o")
        lay(Tape.failed())
        await play.tick()
        play.screen(Log)
        await play.press("escape")
        await play.tick()
        play.screen(Failure)


async def test_the_language_changes_in_mid_run() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        await play.press("up", "up")
        steps = play.screen(RunScreen).steps
        assert play.row(" 7 Sources").startswith(" > 7")
        await play.press("ctrl+y")
        assert steps.has_focus
        assert play.row(" 7 软件源").startswith(" > 7 软件源        完成")
        fits(play)
        await play.press("ctrl+y")
        assert "done, looked at again" in play.text


async def test_the_window_changes_its_size() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        for dialog in (False, True):
            if dialog:
                await play.press("ctrl+c")
            before = play.rows
            await play.resize(132, 43)
            fits(play)
            assert dialog or "Installing       : kubelet-1.25.0" in play.text
            assert dialog or "18:12:14  18:12:17" in play.row("9 containerd")
            await play.resize(60, 20)
            fits(play)
            assert dialog or play.rows[0].startswith("80x24 needed, this is 60x20.")
            await play.resize(80, 25)
            assert play.rows == before


async def test_a_step_that_waits_says_for_what() -> None:
    async with watch(Tape.running(3), going=True) as play:
        await play.press("up", "end")
        assert "│ begins after: " in play.text


async def test_what_is_waited_for_with_its_limit() -> None:
    async with watch(Tape.waiting(), going=True) as play:
        assert "| wait until calico-node is ready" in play.text.replace("\u2502", "|")
        assert "0:52 of 3:00; ok: 1 of 4" in play.text
        rows = [row[41:].rstrip() for row in play.rows]
        first = rows.index("--      calico-kube-contro~7b4c5f-9ld5z")
        assert rows[first + 1] == "        ContainerCreating on centos-ma~"
        assert rows[first + 6] == "ok      calico-node-7h4xk  Running on ~"
        await play.pass_(8)
        assert "1:00 of 3:00" in play.text


async def test_a_cause_stands_before_all_that_waits() -> None:
    async with watch(hangs(), going=True) as play:
        said = " ".join(row[41:].strip() for row in play.rows[4:])
        assert "cause: the image docker.io/calico/node:v3.24.5 cannot be fetched" in said
        assert "What to do: choose a source that answers" in said
        assert said.index("cause:") < said.index("calico-kube-contro~")
        assert "2 more below" in said
        await play.resize(132, 43)
        assert "calico-kube-controllers-7~7b4c5f-9ld5z  ContainerCreating" in play.text
        assert "more below" not in play.text


async def test_proofs_as_they_end() -> None:
    async with watch(Tape.proving(), going=True) as play:
        rows = [row[41:].rstrip() for row in play.rows]
        assert rows.index("FAIL    DNS") < rows.index("ok      kube-proxy  ipvs")
        assert "ok: 3 of 4" in play.text
