"""Log: every line of a run can be reached, found and read, however many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.journals import Tape
from tests.support.screens.fits import everywhere
from tests.support.screens.watching import Watch, lay, watch
from tests.support.timeline import WORKER
from tui_installer.host.machine import at
from tui_installer.host.step_output import OutputFile
from tui_installer.model import places
from tui_installer.text import measure
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.log_lines import LinesView
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.start import Start

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]


def output(tape: Tape, step: str = "packages") -> Path:
    return at(places.RUNS) / tape.run / "output" / f"{step}.log"


def view(play: Watch) -> LinesView:
    return play.screen(Log).view


async def read(play: Watch) -> None:
    """Until everything is known."""
    await play.tick()
    while view(play).busy:
        await play.tick()


def current(play: Watch) -> str:
    """The line with the mark."""
    return next(row[1:].rstrip() for row in play.rows[2:] if row.startswith(">"))


async def test_before_the_first_run() -> None:
    async with watch() as play:
        await play.press("ctrl+o")
        assert "No output yet; the run has not begun." in play.text
        assert "[ all ]" in play.text
        await play.press("end", "home", "n", "e", "w", "enter", "left", "right", "pageup")
        play.screen(Log)
        await play.press("ctrl+o")
        play.screen(Start)


async def test_it_opens_at_what_is_current() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        await play.press("ctrl+o")
        assert play.screen(Log).source == "packages"
        assert "[ 8 Packages ]" in play.rows[2]
        assert "RUN 8/12" in play.rows[0]
        path = output(Tape.pulling()).relative_to(at(places.STATE))
        assert f"/var/lib/tui-installer/{path}" in play.text
        assert current(play) == "Complete!"
        assert "Following; Up stops that, End follows again." in play.text
        await play.press("escape")
        play.screen(RunScreen)


async def test_the_events_of_all_steps() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o", "left")
        await play.press(*["left"] * 12)
        assert play.screen(Log).source == ""
        assert "18:14:05                   the run has failed" in play.text
        assert "18:13:13 12 Control plane  $ kubeadm init --config" in play.text
        await play.press("home")
        assert current(play) == "18:12:00                   run 20261123T101200Z"
        await play.press("right")
        assert play.screen(Log).source == "hostname"


async def test_steps_become_sources_as_they_begin() -> None:
    async with watch(Tape.running(1), going=True) as play:
        await play.press("ctrl+o")
        before = play.screen(Log).sources
        assert "images" not in before
        lay(Tape.pulling(), going=True)
        await play.tick()
        assert "images" in play.screen(Log).sources
        assert play.screen(Log).source in before


async def test_titles_where_there_is_room() -> None:
    async with watch(Tape.done(WORKER), size=(170, 43)) as play:
        await play.press("ctrl+o")
        assert play.rows[2].startswith(" [ all ]  1 Host name  2 Swap  3 SELinux")


async def test_walking_stops_following_and_end_begins_it_again() -> None:
    tape = Tape.pulling()
    log = output(tape)
    async with watch(tape, going=True) as play:
        await play.press("ctrl+o", "up")
        assert " End follows what comes." in play.text
        here = current(play)
        with log.open("a") as file:
            file.write("one more\n")
        await read(play)
        assert current(play) == here
        await play.press("end")
        assert current(play) == "one more"
        with log.open("a") as file:
            file.write("and another\n")
        await read(play)
        assert current(play) == "and another"


async def test_a_large_file_is_read_by_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    many = 300_000
    with output(tape).open("w") as file:
        file.writelines(f"this is line number {i}\n" for i in range(many))
    reads, read_it = list[int](), OutputFile._read

    def counted(output: OutputFile, place: int, size: int) -> bytes:
        reads.append(size)
        return read_it(output, place, size)

    monkeypatch.setattr(OutputFile, "_read", counted)
    async with watch(going=True) as play:
        await play.press("ctrl+o")
        assert current(play) == f"this is line number {many - 1}"
        await read(play)
        assert "300,000 lines" in play.rows[2]
        await play.press("home")
        assert current(play) == "this is line number 0"
        await play.press("pagedown", "pagedown")
        height = view(play).size.height
        assert current(play) == f"this is line number {2 * (height - 1)}"
        await play.press("end", "pageup")
        assert current(play) == f"this is line number {many - height}"
        assert max(reads) < output(tape).stat().st_size


async def test_find() -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    lines = [f"line {i}" + (" Needle" if i in (5, 50, 500) else "") for i in range(1000)]
    output(tape).write_text("\n".join(lines) + "\n")
    async with watch(going=True) as play:
        await play.press("ctrl+o", "home", "slash")
        assert " > Find    [" in play.text
        await play.type("needle")
        await play.press("enter")
        await read(play)
        assert current(play) == "line 5 Needle"
        assert '"needle": 1 of 3' in play.text
        await play.press("n")
        assert current(play) == "line 50 Needle"
        await play.press("n", "n")
        assert current(play) == "line 5 Needle"
        await play.press("slash", "ctrl+u")
        await play.type("newe/")
        assert play.screen(Log).find_line.value == "newe/", "every letter"
        assert not view(play).wraps
        await play.press("escape")
        play.screen(Log)
        assert view(play).has_focus


async def test_find_what_is_not_there_and_what_comes_later() -> None:
    tape = Tape.pulling()
    async with watch(tape, going=True) as play:
        await play.press("ctrl+o", "slash")
        await play.type("zebra")
        await play.press("enter")
        await read(play)
        assert '"zebra" is not in these lines.' in play.text
        with output(tape).open("a") as file:
            file.write("a Zebra\n")
        await read(play)
        await play.press("n")
        assert current(play) == "a Zebra"


async def test_errors_only() -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    lines = ["fine", "Warning: old", "fine", "ERROR 7", "fine", "it failed", "fine"]
    output(tape).write_text("\n".join(lines) + "\n")
    async with watch(going=True) as play:
        await play.press("ctrl+o", "e")
        await read(play)
        assert "3 lines" in play.rows[2]
        assert [row.strip(" >") for row in play.rows[3:6]] == [
            "Warning: old",
            "ERROR 7",
            "it failed",
        ]
        await play.press("up")
        assert current(play) == "ERROR 7"
        await play.press("e")
        assert "7 lines" in play.rows[2]
        assert current(play) == "ERROR 7"


async def test_no_errors() -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    output(tape).write_text("fine\n")
    async with watch(going=True) as play:
        await play.press("ctrl+o", "e")
        await read(play)
        assert "No line here tells of a warning, an error or a failure." in play.text


async def test_errors_of_the_events_in_chinese() -> None:
    async with watch(Tape.failed(), "zh") as play:
        await play.press("ctrl+o", *["left"] * 12, "e")
        await read(play)
        assert "失败" in play.text
        assert view(play).count >= 2


async def test_long_lines() -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    long = "".join(f"{i:04d} " for i in range(60))
    output(tape).write_text(f"first\n{long}\nlast {long}\nend\n")
    async with watch(going=True) as play:
        await play.press("ctrl+o", "home", "down")
        assert play.row("0000 0001").endswith("~")
        await play.press("enter")
        assert "0059" in play.text
        assert "last" in play.text
        await play.press("down")
        assert "0059" not in play.text
        await play.press("w")
        assert play.text.count("0059") == 2
        await play.press("w", "up")
        assert "0059" not in play.text


async def test_wrapped_lines_keep_the_current_one_in_sight() -> None:
    tape = Tape.pulling()
    lay(tape, going=True)
    output(tape).write_text("".join(f"{i} {'x' * 300}\n" for i in range(100)))
    async with watch(going=True) as play:
        await play.press("ctrl+o", "w")
        await read(play)
        assert current(play).startswith("99 xxx")
        await play.press(*["up"] * 10)
        assert current(play).startswith("89 xxx")


HOSTILE = (
    (b"\x1b[31mred\x1b[0m [/nope] [bold", "red [/nope] [bold"),
    ("安".encode() * 60, "安" * 39 + "~"),
    (b"broken \xff utf-8", "broken \ufffd utf-8"),
    (b"token 6hhzv0.0123456789abcdef", "token 6hhzv0.****************"),
)


async def test_output_that_is_hostile() -> None:
    tape = Tape.pulling()
    async with watch(tape, going=True) as play:
        await play.press("ctrl+o")
        for printed, seen in HOSTILE:
            with output(tape).open("ab") as log:
                log.write(printed + b"\n")
            await read(play)
            assert current(play) == seen
            assert {measure.width(row) for row in play.rows} == {80}


async def test_the_clock_stops_when_nothing_can_come() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o")
        await read(play)
        timer = play.screen(Log).timer
        assert not timer._active.is_set()
        async for _ in everywhere(play):
            assert current(play).startswith("To see the stack trace")
        await play.press("e")
        assert "6 lines" in play.rows[2]


async def test_size_and_language_change() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o", "up", "up")
        here = current(play)
        await play.resize(132, 43)
        assert current(play).startswith(here.rstrip("~"))
        await play.resize(60, 20)
        await play.resize(80, 24)
        await play.press("ctrl+y")
        assert current(play) == here
        assert view(play).has_focus


async def test_only_one_log_at_a_time() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("ctrl+o", "ctrl+c", "ctrl+o")
        logs = [screen for screen in play.app.screen_stack if isinstance(screen, Log)]
        assert len(logs) == 1
