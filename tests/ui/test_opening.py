"""The program opens at once, and then with what was typed before."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.support.screens.stage import SIZE, Stage, key_event, terminal
from tui_installer.exits import by_signal
from tui_installer.host.drafts import AFTER
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.preflight import saved_answers
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Opening, Screens

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine")]


async def test_what_was_typed_before_is_there_again() -> None:
    before = Session({})
    before.set("node.hostname", "web01")
    saved_answers.keep(saved_answers.typed(before.draft))
    app = Screens(Language("en"), terminal(), {})
    async with app.run_test(size=SIZE) as pilot:
        play = Stage(app, pilot)
        while not app.loaded:
            await pilot.pause()
        await play.settle()
        assert not isinstance(app.screen, Opening)
        assert "What will happen" in play.text
        app.go("node")
        await play.settle()
        assert "[web01" in play.text


async def test_what_was_typed_and_cannot_be_used_is_told_of_once() -> None:
    at(places.DRAFT).write_text(f'[node]\nzone = "a"\n{AFTER}none\n')
    for told in (True, False):
        app = Screens(Language("en"), terminal(), {})
        async with app.run_test(size=SIZE) as pilot:
            play = Stage(app, pilot)
            while not app.loaded:
                await pilot.pause()
            await play.settle()
            assert ("what was typed here before cannot be used" in play.text) is told
            await play.press("escape")
            assert "What will happen" in play.text


async def test_ctrl_c_before_there_is_anything_is_nobody_who_leaves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gate = threading.Event()

    def loaded_late(_app: Screens) -> Session:
        gate.wait()
        return Session({})

    monkeypatch.setattr(Screens, "_load", loaded_late)
    app = Screens(Language("en"), terminal(), {})
    async with app.run_test(size=SIZE) as pilot:
        app.post_message(key_event("ctrl+c"))
        while app.is_running:
            await pilot.pause()
    gate.set()
    assert app.return_code == by_signal(signal.SIGINT)
