"""The screens on a machine that the test makes, driven by keys, read as text."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest
from rich.console import RenderableType
from textual import events
from textual._compositor import Compositor
from textual._context import visible_screen_stack
from textual._wait import wait_for_idle
from textual.keys import _character_to_key
from textual.message_pump import MessagePump
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.screen import Screen

from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Screens
from tui_installer.ui.terminal.capabilities import Terminal, terminal_of

SIZE = (80, 25)
XTERM = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}
LINUX = {"TERM": "linux", "LANG": "en_US.UTF-8"}
# Seconds; only a failing test waits that long.
LONG = 120.0


def terminal(environment: dict[str, str] | None = None, tty: str = "/dev/pts/0") -> Terminal:
    return terminal_of(environment or XTERM, tty)


def screens(
    language: str = "en", session: Session | None = None, environment: dict[str, str] | None = None
) -> Screens:
    """Returns the program; its clock advances by two seconds with every reading, so that every Enter counts."""
    app = Screens(Language(language), terminal(environment), {}, session or Session({}))
    ticks = count(10.0, 2.0)
    app.clock = lambda: next(ticks)
    app.probing.clock = lambda: 0.0
    return app


def shown(app: Screens) -> list[str]:
    """Returns the text of the screen, row by row."""
    # What lies behind a dialog is drawn from this stack, once.
    visible_screen_stack.set(list(app._background_screens))
    rows = app.screen._compositor.render_strips()
    return ["".join(segment.text for segment in row) for row in rows]


def key_event(key: str) -> events.Key:
    """Returns the event of a key, given as its character or its name."""
    if len(key) == 1:
        return events.Key(_character_to_key(key), key)
    return events.Key(key, {"space": " ", "enter": "\r", "tab": "\t", "slash": "/"}.get(key))


def waiting(pump: MessagePump) -> bool:
    """Tells whether a widget has handled all its messages and waits for the next, or takes none any more."""
    if pump._closing:
        return True
    due = pump.message_queue_size or pump._next_callbacks
    return not due and bool(pump._message_queue.ready_event._waiters)


def resting(app: Screens) -> bool:
    """Tells whether no key, no message and no drawing is due.

    A pause alone ends too soon where the machine has no time for this process: Textual takes that for rest.
    """
    # A program that a fault has ended waits for nothing.
    if not app.is_running:
        return True
    screen = app.screen
    due = app.keys_due or screen._callbacks or screen._layout_required
    return not due and all(map(waiting, (app, *screen.walk_children(with_self=True))))


@contextmanager
def undrawn() -> Iterator[None]:
    """Lays screens out, and draws them only where a test asks for rows or a picture.

    That each change is drawn as it comes is proven by the pictures, by the dialogs' and by whole walks.
    """
    draw = Compositor.render_update

    def drawn_if_whole(
        compositor: Compositor,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> RenderableType | None:
        if full:
            return draw(compositor, full, screen_stack, simplify)
        compositor._dirty_regions.clear()
        return None

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", drawn_if_whole)
        yield


@dataclass
class Stage:
    """A running program."""

    app: Screens
    pilot: Pilot[None]
    # Each change is drawn at once; if not, see `undrawn`.
    draws: bool = field(default=True, kw_only=True)
    # What was shown, until the loop turns: nothing is drawn before.
    _shown: list[str] | None = field(default=None, kw_only=True)

    async def settle(self) -> None:
        """Waits until the work in the background has returned and everything is drawn."""
        await self._rests(lambda: self.settled)

    async def drawn(self) -> None:
        """Waits until all keys have had their effect and everything is drawn, regardless of the background."""
        await self._rests(lambda: resting(self.app))

    async def _rests(self, still: Callable[[], bool]) -> None:
        async with asyncio.timeout(LONG):
            await self.turn()
            while not still():
                await asyncio.sleep(0.005)
                await self.turn()

    async def turn(self) -> None:
        """Makes one pause of Textual's, and lays out what has changed.

        Where changes are drawn too, every widget is asked whether it is done. Textual gives up where one is removed
        meanwhile; the next pause asks the widgets that exist by then.
        """
        while self.draws:
            with suppress(WaitForScreenTimeout):
                await self.pilot._wait_for_screen(timeout=5)
                break
        await wait_for_idle(0)
        self.app.screen._on_timer_update()

    @property
    def settled(self) -> bool:
        """Tells whether no work, no message and no drawing is due."""
        return resting(self.app) and not (self.app.is_running and self.app.at_work)

    def send(self, *keys: str) -> None:
        """Sends keys as a terminal does: it does not wait for their effect, and none can be late."""
        for key in keys:
            self.app.post_message(key_event(key))

    async def press(self, *keys: str) -> None:
        """Presses key by key; "@PAGE" goes to that page of the wizard at once, like a person who returns to it."""
        for key in keys:
            if key.startswith("@") and key[1:]:
                self.app.go(key[1:])
            else:
                self.send(key)
            await self.settle()

    async def type(self, text: str) -> None:
        self.send(*text)
        await self.settle()

    @property
    def text(self) -> str:
        return "\n".join(row.rstrip() for row in self.rows)

    @property
    def rows(self) -> list[str]:
        if self._shown is None:
            self._shown = shown(self.app)
            asyncio.get_running_loop().call_soon(self._turned)
        return self._shown

    def _turned(self) -> None:
        self._shown = None


async def until(play: Stage, words: str) -> None:
    """Waits until the screen shows what has a pace of its own, like the reading of a paste."""
    end = time.monotonic() + LONG
    while words not in play.text:
        assert time.monotonic() < end, f"{words} does not appear:\n{play.text}"
        await asyncio.sleep(0.01)
        await play.drawn()


@asynccontextmanager
async def stage(
    language: str = "en",
    *,
    session: Session | None = None,
    size: tuple[int, int] = SIZE,
    environment: dict[str, str] | None = None,
    draws: bool = False,
) -> AsyncIterator[Stage]:
    """Starts the program; with `draws`, each change is drawn at once, as on a terminal."""
    app = screens(language, session, environment)
    with nullcontext() if draws else undrawn():
        async with app.run_test(size=size) as pilot:
            playing = Stage(app, pilot, draws=draws)
            await playing.settle()
            yield playing
