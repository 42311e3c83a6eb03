"""What another program printed is fit to be shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.printable import clean, one_line

CLEAN = {
    "as it is": ("plain words", "plain words"),
    "colours": ("\x1b[0;37mKERNEL\x1b[0m: \x1b[31;1mmissing\x1b[m", "KERNEL: missing"),
    "private modes": ("\x1b[?25l\x1b[>4;2mwords\x1b[=1u\x1b[?2026h", "words"),
    "a title": ("\x1b]0;window title\x07words", "words"),
    "a title with the long end": ("\x1b]8;;http://x\x1b\\words", "words"),
    "a device string": ("\x1bP1$r0m\x1b\\words", "words"),
    "a character set": ("\x1b(Bwords\x1b)0", "words"),
    "an escape at the end": ("words\x1b", "words"),
    "a cut sequence": ("words\x1b[3", "words3"),
    "progress that overwrites itself": ("10%\r50%\r100%", "100%"),
    "progress that ends with a return": ("10%\r100%\r", "100%"),
    "line ends of Windows": ("words\r", "words"),
    "only returns": ("\r\r", ""),
    "control characters": ("a\x00b\x07c\x08d\x7fe\x9bf", "abcdef"),
    "letters that turn the direction": ("a\u202eb\u2066c", "abc"),
    "a tab": ("\t[ERROR]", "        [ERROR]"),
    "blanks at the end": ("words   ", "words"),
    "Chinese": ("安装 containerd", "安装 containerd"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("line", "wanted"), CLEAN.values(), ids=CLEAN.keys())
def test_one_line(line: str, wanted: str) -> None:
    assert clean(line) == wanted


@given(st.text(st.characters(codec="utf-8", exclude_characters="\n"), max_size=80))
def test_nothing_is_left_that_moves_the_cursor(line: str) -> None:
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in clean(line))


@given(st.text(max_size=80))
def test_a_clean_line_stays_as_it_is(line: str) -> None:
    assert clean(clean(line)) == clean(line)


@given(st.text(max_size=80))
def test_cells_hold_printable_characters_alone(text: str) -> None:
    assert one_line(text).isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("ALL\x1b[1;1H\x1b[2J PROOFS ok", "ALL PROOFS ok"),
        ("waits\n19:43:42 done", "waits 19:43:42 done"),
        ("a\u2028b\x85c\r\nd", "a b c d"),
        ("\x1b]52;c;cm0=\x07copied", "copied"),
        ("half \ud800 of one", "half ? of one"),
        ("a\tb", "a       b"),
        ("no\u00a0break, \u3000wide", "no break,   wide"),
    ],
)
def test_what_is_shown_of_it(text: str, shown: str) -> None:
    assert one_line(text) == shown
