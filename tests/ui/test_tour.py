"""The program from Start to Review, and during a run, on consoles that take little."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.screens.child import Child, child
from tests.support.screens.terminal_bytes import violations

TERMS = {
    "linux": {"TERM": "linux", "LANG": "en_US.UTF-8"},
    "vt100": {"TERM": "vt100", "LANG": "C"},
}
PAGES = ("Role", "Node", "Mirrors", "Cluster", "Options", "Preflight", "Review")
ENTER, HELP, LOG, LEAVE, REPAINT = "\r", "\x07", "\x0f", "\x03", "\x0c"
TAB, ESCAPE = "\t", "\x1b"


class Tour:
    """The program, and its keys."""

    def __init__(self, program: Child, rests: Path) -> None:
        self.program, self._rests, self._keys = program, rests, 0

    def rest(self) -> None:
        """Until every key has had its effect, and the program waits for the next."""
        wanted = str(self._keys)
        self.program.when(lambda: self._rests.exists() and self._rests.read_text() == wanted)

    def press(self, key: str, shows: str) -> None:
        self.rest()
        at = len(self.program.data)
        self._keys += 1
        self.program.send(key)
        self.program.until(shows.encode(), at)


@contextmanager
def tour(scene: str, term: str, folder: Path) -> Iterator[Tour]:
    argv = ("-m", "tests.support.screens.tour", scene, str(folder / "rests"))
    with child(*argv, environment=TERMS[term]) as program:
        yield Tour(program, folder / "rests")


@pytest.mark.parametrize("term", TERMS)
def test_not_a_byte_that_the_console_cannot_take(term: str, tmp_path: Path) -> None:
    with tour("start", term, tmp_path) as play:
        program = play.program
        program.until(b"What will happen")
        program.until(b"[> Begin <]")
        for heading in PAGES:
            play.press(ENTER, heading)
        play.press(HELP, "Help:")
        play.press(ESCAPE, "Ctrl+G Help")
        play.press(LOG, "the run has not begun")
        play.press(ESCAPE, "Review")
        play.press(TAB, "[> Start installation <]")
        play.press(REPAINT, "Review")
        play.rest()
        program.resize(132, 43)
        program.until(b"Takes", len(program.data))
        program.resize(60, 20)
        program.until(b"80x24 needed")
        program.resize(80, 24)
        play.press(LEAVE, "Leave this screen?")
        play.press(ENTER, "left")
        assert program.ended() == 0
        assert violations(program.data, colours=term == "linux") == []


@pytest.mark.parametrize("term", TERMS)
def test_nor_while_a_run_is_shown(term: str, tmp_path: Path) -> None:
    with tour("run-stalled", term, tmp_path) as play:
        program = play.program
        program.until(b"STALLED")
        play.press(LOG, "Close")
        play.press(LOG, "STALLED")
        play.press(LEAVE, "Leave, it goes on")
        play.press(ENTER, "left")
        assert program.ended() == 0
        assert b"tui-installer" in program.data.rpartition(b"\x1b[?25h")[2]
        assert violations(program.data, colours=term == "linux") == []
