"""While a run goes on: another size, another language, help, log and leaving; it goes on all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.stage import UNHURRIED, rehearsal

pytestmark = pytest.mark.anyio


async def test_size_and_language_change_while_it_runs(tmp_path: Path) -> None:
    async with rehearsal("fresh", tmp_path, speed=UNHURRIED) as play:
        await play.begin()
        await play.start()
        for width, height in ((132, 43), (60, 20), (80, 24), (80, 25)):
            await play.pilot.resize_terminal(width, height)
            await play.pilot.pause()
            shown = play.look()
            assert "REHEARSAL" in shown
            assert ("80x24 needed" in shown) == (width == 60)
        await play.press("ctrl+y")
        assert "演练" in play.look()
        await play.press("ctrl+y")
        assert "REHEARSAL" in play.look()
        await play.press("ctrl+o")
        await play.page("Log")
        await play.press("ctrl+o", "ctrl+g")
        await play.until("Help:")
        await play.press("ctrl+g")
        await play.press("ctrl+c")
        await play.until("The rehearsal ends")
        await play.press("escape")
        await play.page("Done")
