"""Keys: each has had its effect before the next one is handed on, and which Enter was meant."""

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
# Seconds. A widget that is busy for longer holds up no other key.
PATIENCE = 0.5


class Keyed(Working):
    """A program whose keys keep their order, however many a slow line brings at once.

    Textual hands a key to the focused widget at once, but what a key is bound to (Backspace in a box, Tab on a
    screen) is done only when it has gone up through all parents: of two that come together, the second may be first.
    """

    def __init__(self, driver: type[Driver] | None = None, *, ansi_color: bool = False) -> None:
        super().__init__(driver_class=driver, ansi_color=ansi_color)
        self.clock: Callable[[], float] = time.monotonic
        self._key_at = self._gap = self._shown = 0.0
        # What waits for the key before, each with the time since that one came.
        self._waiting: deque[tuple[events.Key | events.Paste, float]] = deque()
        self._handing_on: asyncio.Task[None] | None = None

    @property
    def keys_due(self) -> bool:
        """A key has not had its whole effect yet."""
        return self._handing_on is not None

    @override
    async def on_event(self, event: events.Event) -> None:
        """Takes keys and pastes as they come from the terminal; everything else goes its usual way."""
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
        """In the program's own turn, as without any order; tells through whom the key goes."""
        taken.extend((self.focused or self.screen).ancestors_with_self)
        await super().on_event(key)

    def by_hand(self) -> bool:
        """Whether the Enter that is being handled was meant: not held, typed ahead or pasted."""
        calm = self.screen.calm if isinstance(self.screen, Shown) else Shown.calm
        return self._gap >= HAND and self.clock() - self._shown >= calm

    def show(self, screen: Screen[Any]) -> None:
        """Puts a screen in the place of the one that is shown."""
        self.appeared()
        self.switch_screen(screen)

    def over(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None:
        """Puts a screen over the one that is shown, which stays."""
        self.appeared()

        def closed(result: Result | None) -> None:
            self.appeared()
            if then:
                then(result)

        self.push_screen(screen, closed)

    def appeared(self) -> None:
        """A screen has come up: an Enter on its way was meant for the one before."""
        self._shown = self.clock()


async def turn(node: MessagePump, work: Callable[[], Awaitable[None]] | None = None) -> None:
    """Waits until a node has dealt with all that it was sent before, and then has done this work."""
    done = asyncio.Event()

    async def come() -> None:
        try:
            if work is not None:
                await work()
        finally:
            done.set()

    if node.post_message(events.Callback(come)):
        await done.wait()
