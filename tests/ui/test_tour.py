"""The program from Start to Review, and during a run, on consoles that take little."""

from __future__ import annotations

import time

import pytest

from tests.ui.bytes import violations
from tests.ui.child import Child, child

TERMS = {
    "linux": {"TERM": "linux", "LANG": "en_US.UTF-8"},
    "vt100": {"TERM": "vt100", "LANG": "C"},
}
PAGES = ("Role", "Node", "Mirrors", "Cluster", "Options", "Preflight", "Review")
ENTER, HELP, LOG, LEAVE, REPAINT = "\r", "\x07", "\x0f", "\x03", "\x0c"
DOWN, ESCAPE = "\x1b[B", "\x1b"


def press(program: Child, key: str, shows: bytes) -> None:
    """As a person does: a moment after the screen has come up."""
    time.sleep(0.45)
    at = len(program.data)
    program.send(key)
    program.until(shows, at)


@pytest.mark.parametrize("term", TERMS)
def test_not_a_byte_that_the_console_cannot_take(term: str) -> None:
    environment = TERMS[term]
    with child("-m", "tests.ui.tour", "start", environment=environment) as program:
        program.until(b"What will happen")
        program.until(b"[> Begin <]")
        for heading in PAGES:
            press(program, ENTER, heading.encode())
        press(program, HELP, b"Help:")
        press(program, ESCAPE, b"Ctrl+G Help")
        press(program, LOG, b"the run has not begun")
        press(program, ESCAPE, b"Review")
        press(program, DOWN, b"[> Start installation <]")
        press(program, REPAINT, b"Review")
        program.resize(132, 43)
        program.until(b"To take it back", len(program.data))
        program.resize(60, 20)
        program.until(b"80x24 needed")
        program.resize(80, 24)
        press(program, LEAVE, b"Leave this screen?")
        press(program, ENTER, b"left")
        assert program.ended() == 0
        assert violations(program.data, colours=term == "linux") == []


@pytest.mark.parametrize("term", TERMS)
def test_nor_while_a_run_is_shown(term: str) -> None:
    with child("-m", "tests.ui.tour", "run-stalled", environment=TERMS[term]) as program:
        program.until(b"STALLED")
        press(program, LOG, b"Close")
        press(program, LOG, b"STALLED")
        press(program, LEAVE, b"Leave, it goes on")
        press(program, ENTER, b"left")
        assert program.ended() == 0
        assert b"tui-installer" in program.data.rpartition(b"\x1b[?25h")[2]
        assert violations(program.data, colours=term == "linux") == []
