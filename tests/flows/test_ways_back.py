"""Esc leads back page by page and keeps every answer; leaving changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.rehearsal import PAGES, rehearsal

pytestmark = pytest.mark.anyio


async def test_back_from_every_page_with_the_answers_kept(tmp_path: Path) -> None:
    async with rehearsal("fresh", tmp_path) as play:
        await play.until(r"\[> Begin <\]")
        await play.press("enter", "enter")
        await play.page("Node")
        # The name: over to its field, and another one into it.
        await play.press("up", "up", "up", "up", "up", "up")
        await play.press("end", "ctrl+u")
        await play.type("api7")
        await play.until("api7")
        for page in PAGES[2:]:
            await play.button("Next")
            await play.page(page)
        for page in reversed(PAGES[:-1]):
            await play.press("escape")
            await play.page(page)
        await play.press("escape")
        await play.page("Start")
        await play.press("escape")
        await play.until("The rehearsal ends")
        await play.button("Stay")
        # Enter, Enter, Enter: what each page offers is good enough.
        await play.begin()
        assert "Nothing has been changed yet" in play.text
        await play.press("escape")
        assert play.session.draft.values["node.hostname"] == "api7"


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_leaving_says_that_the_rehearsal_ends(tmp_path: Path, language: str) -> None:
    words = {"en": "The rehearsal ends", "zh": "演练将结束"}
    async with rehearsal("fresh", tmp_path, language) as play:
        await play.page({"en": "Start", "zh": "开始"}[language])
        await play.press("ctrl+c")
        await play.until(words[language])
        await play.press("escape")
        assert words[language] not in play.text
