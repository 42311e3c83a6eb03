"""The order of keys: each takes effect before the next one is delivered; and which Enter was deliberate."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from textual import events
from textual.driver import Driver
from textual.message_pump import MessagePump
from textual.screen import Screen
from typing_extensions import override

from tui_installer.ui.program.background import Working
from tui_installer.ui.widgets.owner import Shown

Result = TypeVar("Result")
# An Enter that follows another key faster than this was not pressed by hand.
HAND = 0.1
# Seconds. A widget that is busy for longer delays no other key.
PATIENCE = 0.5


class Keyed(Working):
    """A program whose keys keep their order, however many a slow line delivers at once.

    Textual delivers a key to the focused widget at once, but runs a binding (Backspace in a box, Tab on a
    screen) only after the key has gone up through all parents: of two keys together, the second may act first.
    """

    def __init__(self, driver: type[Driver] | None = None, *, ansi_color: bool = False) -> None:
        super().__init__(driver_class=driver, ansi_color=ansi_color)
        self.clock: Callable[[], float] = time.monotonic
        self._key_at = self._gap = self._shown = 0.0
        # Keys that wait for the one before, each with the time since that one arrived.
        self._waiting: deque[tuple[events.Key | events.Paste, float]] = deque()
        self._handing_on: asyncio.Task[None] | None = None

    @property
    def keys_due(self) -> bool:
        """True while a key has not had its whole effect."""
        return self._handing_on is not None

    @override
    async def on_event(self, event: events.Event) -> None:
        """Queues keys and pastes as they come from the terminal; passes on everything else as usual."""
        if not isinstance(event, events.Key | events.Paste) or event.is_forwarded:
            await super().on_event(event)
            return
        now = self.clock()
        self._waiting.append((event, now - self._key_at))
        self._key_at = now
        if self._handing_on is None:
            self._handing_on = asyncio.create_task(self._hand_on())

    async def _hand_on(self) -> None:
        while self._waiting:
            key, self._gap = self._waiting.popleft()
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._effect(key)
        self._handing_on = None

    async def _effect(self, key: events.Key | events.Paste) -> None:
        taken: list[MessagePump] = []
        await turn(self, partial(self._deliver, key, taken))
        for node in taken:
            await turn(node)

    async def _deliver(self, key: events.Key | events.Paste, taken: list[MessagePump]) -> None:
        """Delivers a key in the program's own turn, as without a queue; records through which widgets it goes."""
        taken.extend((self.focused or self.screen).ancestors_with_self)
        await super().on_event(key)

    def by_hand(self) -> bool:
        """Tells whether the present Enter was deliberate: not held, typed ahead or pasted."""
        calm = self.screen.calm if isinstance(self.screen, Shown) else Shown.calm
        return self._gap >= HAND and self.clock() - self._shown >= calm

    def show(self, screen: Screen[Any]) -> None:
        """Replaces the present screen."""
        self.appeared()
        self.switch_screen(screen)

    def over(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None:
        """Puts a screen over the present one, which stays."""
        self.appeared()

        def closed(result: Result | None) -> None:
            self.appeared()
            if then:
                then(result)

        self.push_screen(screen, closed)

    def appeared(self) -> None:
        """Marks that a new screen has appeared: an Enter on its way was meant for the one before."""
        self._shown = self.clock()


async def turn(node: MessagePump, work: Callable[[], Awaitable[None]] | None = None) -> None:
    """Waits until a node has handled all earlier messages and then has done this work."""
    done = asyncio.Event()

    async def come() -> None:
        try:
            if work is not None:
                await work()
        finally:
            done.set()

    if node.post_message(events.Callback(come)):
        await done.wait()
