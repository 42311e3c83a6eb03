"""The whole program on a machine that the test makes, in a real terminal: python -m tests.support.screens.tour SCENE RESTS."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from itertools import count
from pathlib import Path

import pytest
from textual import events

from tests.support.machine import fake
from tests.support.screens.scenes import SCENES
from tests.support.screens.stage import resting
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Screens
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.terminal.capabilities import terminal_of


class Told(Screens):
    """The program; whenever it is idle, it writes to a file how many keys have had their effect.

    The screen of a busy machine does not show whether the program is ready for a key.
    """

    rests: Path
    keys = 0

    async def on_event(self, event: events.Event) -> None:
        self.keys += isinstance(event, events.Key) and not event.is_forwarded
        await super().on_event(event)

    def on_mount(self) -> None:
        self.telling = asyncio.create_task(self.tell())

    async def tell(self) -> None:
        while True:
            if resting(self) and not (self.at_work and not isinstance(self.screen, RunScreen)):
                self.rests.with_suffix(".new").write_text(str(self.keys))
                self.rests.with_suffix(".new").rename(self.rests)
            await asyncio.sleep(0.05)


def main(scene: str, rests: str) -> None:
    """Prints the last words, and `left` at the very end. Every Enter counts."""
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        machine, session = fake(Path(folder), patch), Session({})
        SCENES[scene].prepare(machine, session)
        app = Told(Language("en"), terminal_of(os.environ, "/dev/tty1"), {}, session)
        app.rests, ticks = Path(rests), count(10.0, 2.0)
        app.clock = lambda: next(ticks)
        app.show_until_left()
        for line in app.last_words:
            sys.stdout.write(f"{line}\n")
        sys.stdout.write("left\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
