"""Keys that a slow line brings all at once have the effect that they have one by one."""

from __future__ import annotations

import asyncio
import time

import pytest
from textual import events

from tests.support.machine import Fake
from tests.support.screens.stage import LONG, Stage, stage
from tests.ui.pages.test_node import ENS33, ENS34, NAME, network
from tui_installer.ui.dialogs.set_address import SetAddress
from tui_installer.ui.pages.node import NodePage

pytestmark = pytest.mark.anyio


async def together(play: Stage, *keys: str) -> None:
    """One read from the terminal."""
    play.send(*keys)
    await play.settle()


def name(play: Stage) -> str:
    page = play.app.screen
    assert isinstance(page, NodePage)
    return page.name_field.value


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("backspace", "x"), "master0x"),
        ((*["backspace"] * 3, *"xyz"), "mastexyz"),
        (("x", "backspace", "y", "backspace", "z"), "master01z"),
        (("home", "a", "delete", "end", "left", "b"), "aaster0b1"),
    ],
)
async def test_in_a_box(machine: Fake, keys: tuple[str, ...], expected: str) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*NAME)
        assert name(play) == "master01"
        await together(play, *keys)
        assert name(play) == expected


async def test_from_field_to_field(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press("enter", "enter", "right", "right", "enter")
        dialog = play.app.screen
        assert isinstance(dialog, SetAddress)
        before = dialog.address.value
        dialog.address.box.focus()
        await together(play, *["backspace"] * len(before), *"10.0.0.7/24", "tab", "backspace", "9")
        assert dialog.address.value == "10.0.0.7/24"
        assert dialog.gateway.value == "192.168.40.9"


async def test_a_paste_between_keys(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*NAME)
        play.send("backspace")
        play.app.post_message(events.Paste("-paste"))
        await together(play, "backspace", "s")
        assert name(play) == "master0-pasts"


async def test_a_busy_widget_holds_up_no_other_key(machine: Fake) -> None:
    machine.set(network(ENS33, ENS34))
    async with stage() as play:
        await play.press(*NAME)
        page = play.app.screen
        assert isinstance(page, NodePage)
        over = asyncio.Event()

        async def busy() -> None:
            await over.wait()

        page.name_field.post_message(events.Callback(busy))
        play.send("x", "ctrl+g")
        end = time.monotonic() + LONG
        while "Help" not in play.text:
            assert time.monotonic() < end
            await asyncio.sleep(0.01)
        over.set()
        await play.settle()
