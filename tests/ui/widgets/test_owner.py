from __future__ import annotations

import pytest
from textual.dom import DOMNode
from textual.screen import Screen

from tests.support.machine import Fake
from tests.support.screens.stage import stage

pytestmark = pytest.mark.anyio


async def test_a_new_screen_finds_its_styles_once(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its widgets get theirs as they are mounted; to find all of them again is a tenth of opening a page."""
    again: list[DOMNode] = []
    async with stage() as play:
        find = play.app.update_styles

        def found_again(node: DOMNode, animate: bool = True) -> None:
            again.append(node)
            find(node, animate)

        monkeypatch.setattr(play.app, "update_styles", found_again)
        await play.press("@role", "ctrl+g", "ctrl+g", "ctrl+o", "ctrl+o", "@cluster")
        assert again, "the focus has moved"
        assert [node for node in again if isinstance(node, Screen)] == []
