"""Runs on the machine of a test, watched through the screens."""

from __future__ import annotations

import fcntl
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from tests.support.journals import Tape
from tests.support.screens.stage import SIZE, Stage, screens, terminal
from tests.support.timeline import answers
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers_file import dump
from tui_installer.model.request import Request
from tui_installer.session import Session
from tui_installer.ui.frame.screen import Frame

Kind = TypeVar("Kind", bound=Frame)


def lay(tape: Tape, *, going: bool = False) -> Path:
    """Writes the run where the engine would write it; `going`: it is still in progress."""
    run = tape.write(at(places.RUNS))
    public = Request(answers(tape.role, tape.network)).public()
    (run / "request.json").write_text(json.dumps(public), encoding="utf-8")
    at(places.ANSWERS).write_text(dump(answers(tape.role, tape.network)), encoding="utf-8")
    for path in (at(places.REQUEST), at(places.UNFINISHED)):
        if going:
            path.write_text(tape.run, encoding="utf-8")
        else:
            path.unlink(missing_ok=True)
    return run


@contextmanager
def engine() -> Iterator[None]:
    """Holds the lock, as an engine at work does."""
    with at(places.LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@dataclass
class Watch(Stage):
    """A running program that shows a run."""

    session: Session

    def screen(self, kind: type[Kind]) -> Kind:
        """Returns the present screen, which must be of that kind."""
        assert isinstance(self.app.screen, kind), type(self.app.screen)
        return self.app.screen

    async def tick(self) -> None:
        """Makes one tick of the run's screen."""
        for screen in self.app.screen_stack:
            tick = getattr(screen, "tick", None)
            if tick:
                tick()
        await self.settle()

    async def pass_(self, seconds: float) -> None:
        """Advances the clock, and makes a tick."""
        viewing = self.session.viewing
        now, clock = viewing.now() + timedelta(seconds=seconds), viewing.clock() + seconds
        viewing.now, viewing.clock = lambda: now, lambda: clock
        await self.tick()

    async def resize(self, *size: int) -> None:
        """Changes the size of the window."""
        await self.pilot.resize_terminal(*size)
        await self.settle()

    def row(self, words: str) -> str:
        """Returns the first row that holds these words."""
        return next((row.rstrip() for row in self.rows if words in row), "")


@asynccontextmanager
async def watch(
    tape: Tape | None = None,
    language: str = "en",
    *,
    going: bool = False,
    size: tuple[int, int] = SIZE,
    environment: dict[str, str] | None = None,
    tty: str = "/dev/pts/0",
) -> AsyncIterator[Watch]:
    """Runs the program on a machine with that run, at the time of its last event."""
    session = Session({})
    if tape is not None:
        lay(tape, going=going)
        session.viewing.now = lambda: tape.now
        # Only `pass_` advances the clock, however slow this machine is.
        session.viewing.clock = lambda: 0.0
    app = screens(language, session)
    app.terminal = terminal(environment, tty)
    async with app.run_test(size=size) as pilot:
        playing = Watch(app, pilot, session)
        await playing.settle()
        yield playing
