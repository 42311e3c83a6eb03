"""The whole program on a recorded machine, driven by keys: real pages, a real engine in a process of its own."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.support.screens.stage import SIZE, XTERM, Stage, screens
from tui_installer.host import runs
from tui_installer.host.machine import here
from tui_installer.rehearsal import machines
from tui_installer.rehearsal.stand_in import NAME
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.widgets.button import Button

SPEED = 300.0
# Seconds for a run of the engine, which starts forty processes, on a machine with other work.
PATIENCE = 300.0
# One reading of the screen takes a hundredth of a second.
OFTEN = 0.2
ENGLISH = Language("en")
PAGES = ("Role", "Node", "Mirrors", "Cluster", "Options", "Preflight", "Review")
WORKERS_PAGES = ("Role", "Node", "Mirrors", "Join", "Options", "Preflight", "Review")
JOIN = (
    "kubeadm join 10.77.0.31:6443 --token abcdef.0123456789abcdef "
    f"--discovery-token-ca-cert-hash sha256:{'0123456789abcdef' * 4}"
)


def engine_at_work() -> psutil.Process | None:
    """The engine that holds the present rehearsal; None before it does."""
    if runs.latest() is None or not runs.engine_at_work():
        return None
    folder = str(here().root.parent)
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.cmdline()[-1:] == ["engine"] and process.environ().get(NAME) == folder:
                return process
    return None


@dataclass
class Play(Stage):
    """A running program, and the names of the screens that it has shown."""

    session: Session
    seen: set[str] = field(default_factory=set)

    def note(self) -> None:
        """Records the name of the present screen."""
        self.seen |= {type(screen).__name__ for screen in self.app.screen_stack}

    def look(self) -> str:
        """Returns the text of the present screen."""
        self.note()
        return self.text

    async def settle(self) -> None:
        """Does not wait for the background: a run is read again and again, without an end."""
        await self.turn()
        while self.app.is_running and (
            self.app.keys_due or (self.app.at_work and not isinstance(self.app.screen, RunScreen))
        ):
            await asyncio.sleep(0.005)
            await self.turn()

    async def press(self, *keys: str) -> None:
        for key in keys:
            self.send(key)
            await self.settle()
            self.note()

    async def when(self, true: Callable[[], bool], seconds: float = PATIENCE) -> None:
        """Waits until a condition holds that no screen has to show."""
        end = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < end, f"not within {seconds} s:\n{self.look()}"
            await asyncio.sleep(OFTEN)

    async def until(self, pattern: str, seconds: float = PATIENCE) -> str:
        """Waits until the screen shows the pattern."""
        end = time.monotonic() + seconds
        while not re.search(pattern, shown := self.look(), re.MULTILINE):
            assert time.monotonic() < end, f"{pattern} not within {seconds} s:\n{shown}"
            await asyncio.sleep(OFTEN)
            await self.turn()
        return shown

    async def page(self, heading: str) -> str:
        """Waits for the screen with that heading, which always names the rehearsal, and for what it reads."""
        await self.until(rf"^ tui-installer \S+   {heading} .*(REHEARSAL|演练)")
        await self.settle()
        return self.look()

    async def button(self, label: str) -> None:
        """Goes to that button by Tab, and presses it."""
        await self.focus(label)
        await self.press("enter")

    async def focus(self, label: str) -> None:
        for _ in range(60):
            at = self.app.focused
            if isinstance(at, Button) and ENGLISH(at.label) == label:
                return
            await self.press("tab")
        raise AssertionError(f"no button {label} by Tab:\n{self.text}")

    async def begin(self, pages: tuple[str, ...] = PAGES) -> None:
        """Goes from Start to Review by Enter alone."""
        await self.until(r"\[> Begin <\]")
        for page in pages:
            await self.press("enter")
            await self.page(page)

    async def to_join(self) -> None:
        """Goes from Start to the page for the join command, as a worker."""
        await self.until(r"\[> Begin <\]")
        await self.press("enter")
        await self.page("Role")
        await self.press("down")
        assert re.search(r"> \(\*\) (Worker|工作节点)", self.text), self.text
        await self.press("down")
        for page in WORKERS_PAGES[1:4]:
            await self.press("enter")
            await self.page(page)

    async def to_preflight(self) -> str:
        """Goes from Start to the checks; returns what they have found."""
        await self.until(r"\[> Begin <\]")
        await self.press("enter")
        for page in PAGES[1:3]:
            await self.page(PAGES[PAGES.index(page) - 1])
            await self.press("enter")
            await self.page(page)
        for page in PAGES[3:-1]:
            await self.button("Next")
            await self.page(page)
        return await self.until("Nothing was changed")

    async def start(self) -> None:
        """Starts the run from Review, which begins with its summary."""
        assert re.search(r">    (Summary|总览) ", self.text), self.text
        await self.press("tab", "enter")
        await self.page("Run")

    @asynccontextmanager
    async def mid_run(self) -> AsyncIterator[None]:
        """Starts the run from Review and keeps its engine standing still meanwhile: no run ends too early."""
        await self.button("Start installation")
        await self.when(lambda: engine_at_work() is not None)
        engine = engine_at_work()
        assert engine is not None
        engine.suspend()
        try:
            await self.page("Run")
            yield
        finally:
            engine.resume()

    async def to(self, topic: str) -> None:
        """Goes by Tab to the widget for that key of the answers."""
        for _ in range(60):
            if getattr(self.app.focused, "topic", "") == topic:
                return
            await self.press("tab")
        raise AssertionError(f"nothing asks for {topic} by Tab:\n{self.text}")

    async def write(self, topic: str, text: str) -> None:
        """Types another text into a field."""
        await self.to(topic)
        await self.press("end", "ctrl+u")
        await self.type(text)

    async def choose(self, topic: str, value: object) -> None:
        """Moves along a row of choices until the wanted one is chosen."""
        await self.to(topic)
        for key in ("left", "left", "left", "left", "right", "right", "right", "right"):
            if self.session.draft.value(topic) == value:
                return
            await self.press(key)
        assert self.session.draft.value(topic) == value, self.text

    async def row(self, words: str) -> None:
        """Moves down a list until the current row holds these words."""
        for _ in range(60):
            if any(row.startswith(">") and words in row for row in map(str.strip, self.rows)):
                return
            await self.press("down")
        raise AssertionError(f"no row {words}:\n{self.text}")


@asynccontextmanager
async def shown(
    language: str = "en",
    size: tuple[int, int] = SIZE,
    environment: dict[str, str] | None = None,
    seen: set[str] | None = None,
) -> AsyncIterator[Play]:
    """Runs the program on the machine of the present rehearsal."""
    session = Session({})
    app = screens(language, session, environment or XTERM)
    async with app.run_test(size=size) as pilot:
        play = Play(app, pilot, session, set() if seen is None else seen)
        await play.settle()
        yield play


@asynccontextmanager
async def rehearsal(
    machine: str,
    folder: Path,
    language: str = "en",
    size: tuple[int, int] = SIZE,
    seen: set[str] | None = None,
    speed: float = SPEED,
) -> AsyncIterator[Play]:
    """Runs the program on that recorded machine; removes all of it afterwards."""
    with machines.on(machine, speed, {"XDG_STATE_HOME": str(folder)}):
        async with shown(language, size, seen=seen) as play:
            yield play
    assert not await asyncio.to_thread(lambda: list(folder.rglob("at-*")))
