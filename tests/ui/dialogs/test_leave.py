"""Leaving says what goes on without the screens, and stops nothing."""

from __future__ import annotations

import pytest

from tests.support.journals import Tape
from tests.support.screens.watching import watch
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.dialogs.stop import Stop
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.start import Start

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine", "shanghai")]
NOTHING = "Nothing on this machine has been changed."


async def test_before_anything_was_done() -> None:
    async with watch() as play:
        for key in ("escape", "ctrl+c"):
            await play.press("ctrl+c", key)
            play.screen(Start)
        assert play.app.last_words == []
        await play.press("ctrl+c")
        assert NOTHING in play.text
        assert "Your answers are kept, without secrets." in play.text
        assert "[> Leave <]" in play.text
        assert "[  Stay  ]" in play.text
        assert "Esc Stay" in play.rows[-1]
        assert "Ctrl+C Stay" in play.rows[-1]
        await play.press("enter")
        assert play.app.last_words == [
            NOTHING,
            "Your answers are kept, without secrets.",
            "To go on: tui-installer",
        ]


async def test_a_run_goes_on_and_stopping_it_is_asked_once_more() -> None:
    tape = Tape.pulling()
    async with watch(tape, going=True) as play:
        await play.press("ctrl+c")
        assert play.text.count("[> ") == 1, "no button below looks as if it had the focus"
        await play.press("down")
        focused, before = play.app.focused, play.text
        await play.press("ctrl+y")
        assert play.text != before
        assert play.app.focused is focused
        await play.press("ctrl+y")
        assert play.text == before
        await play.press("down", "enter")
        assert isinstance(play.app.screen, Stop)
        assert not at(places.STOP).exists()
        await play.press("escape")
        play.screen(RunScreen)
        assert "[> Leave it running <]" in play.text
        await play.press("escape")
        assert isinstance(play.app.screen, Leave)
        assert "The installation goes on: step 8 of 12, about 1:3" in play.text
        assert "tui-installer" in play.text
        await play.press("enter")
        assert play.app.last_words == [
            "The installation goes on. See it again: tui-installer",
            "The same in plain lines: tui-installer attach",
            f"Its log: {at(places.RUNS) / tape.run}",
        ]
        assert not at(places.STOP).exists()


async def test_nobody_can_tell_how_long_it_takes() -> None:
    async with watch(Tape.silent(), going=True) as play:
        await play.press("escape")
        assert "The installation goes on: step 11 of 12. It needs" in play.text


async def test_a_run_that_has_not_said_a_word() -> None:
    at(places.REQUEST).write_text("{}")
    async with watch() as play:
        await play.press("escape")
        assert "The installation goes on. It needs neither" in play.text


async def test_a_run_that_rests() -> None:
    async with watch(Tape.pulling(), going=True) as play:
        await play.pass_(0)
        await play.pass_(60)
        await play.press("ctrl+c")
        assert "The installation rests" in play.text
        assert "Stop the installation" not in play.text


async def test_the_pages_say_that_nothing_was_changed_even_after_a_run() -> None:
    async with watch(Tape.failed()) as play:
        await play.press("down", "enter", "ctrl+c")
        assert NOTHING in play.text
