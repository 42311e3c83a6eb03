"""What comes in while a screen is put up waits until there is something to show it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.machine import Fake
from tests.support.screens.stage import SIZE, Stage, screens, stage
from tui_installer.model.answers import WORKER
from tui_installer.ui.frame.page import Entry
from tui_installer.ui.program.routes import entries

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("page", entries(), ids=lambda entry: entry.id)
async def test_a_survey_may_end_before_the_page_stands(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, page: Entry
) -> None:
    def at_once(
        work: Callable[[], Any], then: Callable[[Any], None], _failed: object = None
    ) -> None:
        then(work())

    async with stage() as play:
        if not page.applies(str(play.app.session.draft.role)):
            play.app.session.set("node.role", WORKER)
        play.app.go(page.id)
        shown = play.app.screen
        with monkeypatch.context() as patch:
            patch.setattr(play.app, "background", at_once)
            play.app.survey()
        await play.settle()
        assert play.app.screen is shown
        assert play.app.language(page.title) in play.rows[0]


@pytest.mark.parametrize("key", ["ctrl+g", "ctrl+o", "ctrl+c"])
async def test_what_was_read_behind_another_screen_is_shown(
    machine: Fake, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    handed: list[Callable[[], None]] = []

    def later(work: Callable[[], Any], then: Callable[[Any], None], _failed: object = None) -> None:
        handed.append(lambda: then(work()))

    app = screens()
    monkeypatch.setattr(app, "background", later)
    async with app.run_test(size=SIZE) as pilot:
        play = Stage(app, pilot)
        await play.settle()
        assert "CentOS" not in play.text
        await play.press(key)
        for arrives in handed:
            arrives()
        await play.settle()
        await play.press("escape")
        assert "CentOS" in play.text


async def test_so_may_a_source_answer(machine: Fake) -> None:
    async with stage() as play:
        play.app.probing.begin()
        await play.settle()
        play.app.go("mirrors")
        play.app.probing._pass_on()
        await play.settle()
        assert "mirrors.aliyun.com" in play.text
