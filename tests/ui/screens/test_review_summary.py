"""Review begins with what the run makes of this machine."""

from __future__ import annotations

import pytest

from tests.support.machine import Fake
from tests.ui.screens.test_review import at_review

pytestmark = pytest.mark.anyio


async def test_it_begins_with_a_summary_that_can_be_read_whole(machine: Fake) -> None:
    async with at_review(size=(80, 24)) as play:
        assert ">    Summary" in play.text
        assert "Role       first control plane of a new cluster" in play.text
        assert "Permanent  name, address, version, networks: other" in play.text
        await play.press("ctrl+g")
        assert "It begins with a summary" in play.text
        await play.press("escape", "enter")
        assert " Summary " in play.rows[0]
        assert "mirrors.aliyun.com" in play.text
        await play.press("escape", "right", "left", "slash")
        await play.type("in a new cluster")
        await play.press("enter")
        assert ">    Summary" in play.text
