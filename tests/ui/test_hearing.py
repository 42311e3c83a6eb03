"""What comes in while a screen is put up waits until there is something to show it on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.machine import Fake
from tests.ui.stage import stage
from tui_installer.model.answers import WORKER
from tui_installer.ui.wizard import Entry, entries

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
        if not page.applies(str(play.app.session.role)):
            play.app.session.set("node.role", WORKER)
        play.app.go(page.id)
        shown = play.app.screen
        with monkeypatch.context() as patch:
            patch.setattr(play.app, "background", at_once)
            play.app.survey()
        await play.settle()
        assert play.app.screen is shown
        assert play.app.language(page.title) in play.rows[0]


async def test_so_may_a_source_answer(machine: Fake) -> None:
    async with stage() as play:
        play.app.probing.begin()
        await play.settle()
        play.app.go("mirrors")
        play.app.probing._pass_on()
        await play.settle()
        assert "mirrors.aliyun.com" in play.text
