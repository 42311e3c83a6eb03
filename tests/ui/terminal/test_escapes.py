"""The filter by itself: what it lets through, and that it can be trusted with anything."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.screens.terminal_bytes import violations
from tui_installer.ui.terminal.escapes import Filter, basic_colours


def poor(*, colours: bool = True) -> Filter:
    return Filter(poor=True, colours=colours, lines=False, everything=False)


def rich() -> Filter:
    return Filter(poor=False, colours=True, lines=True, everything=True)


FRAME = "\x1b[3;4H\x1b[0m\x1b[1;33;41mtext\x1b[0m\x1b[K\x1b[?25l\x1b[?7h"
STRANGE = [
    "\x1b[?1000h",
    "\x1b[?1049h",
    "\x1b[>25u",
    "\x1b[<u",
    "\x1b[?2026$p",
    "\x1b[?2026h",
    "\x1b[2 q",
    "\x1b]22;default\x07",
    "\x1b]8;id=1;https://a.b\x1b\\",
    "\x1bP1$r0m\x1b\\",
    "\x1b[!p",
    "\x1b[1;5r",
    "\x1b(0",
    "\x1bc",
    "\x07",
    "\n",
    "\t",
    "\x9b",
]


def test_a_frame_of_basic_sequences_stays_as_it_is() -> None:
    assert poor()(FRAME) == FRAME
    assert rich()(FRAME) == FRAME


@pytest.mark.parametrize("sequence", STRANGE)
def test_what_a_console_does_not_know_goes(sequence: str) -> None:
    assert poor()(f"a{sequence}b") == "ab"


@pytest.mark.parametrize("sequence", STRANGE)
def test_no_terminal_gets_what_the_screens_have_no_use_for(sequence: str) -> None:
    kept = sequence if sequence == "\x1b[?1049h" else ""
    assert rich()(f"a{sequence}b") == f"a{kept}b"


def test_a_terminal_emulator_keeps_its_colours_and_modes() -> None:
    text = "\x1b[?1049h\x1b[?2004h\x1b[3;38;2;1;2;3;48;5;17m中文 \u2500 ok"
    assert rich()(text) == text


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("", "0"),
        ("0", "0"),
        ("1;7;22;27", "1;7;22;27"),
        ("31;49;39", "31;49;39"),
        ("2;3;4;5;9;21;53", None),
        ("3;32", "32"),
        ("91", "1;31"),
        ("97", "1;37"),
        ("90", "39"),
        ("101", "41"),
        ("100", "40"),
        ("38;5;1", "31"),
        ("38;5;9", "1;31"),
        ("48;5;9", "41"),
        ("38;5;196;1", "31;1"),
        ("38;5;203;7", "1;31;7"),
        ("48;5;21", "44"),
        ("38;2;255;0;0;7", "31;7"),
        ("38;2;255;85;85;7", "1;31;7"),
        ("38;2;0;0;0;48;2;250;250;250", "30;47"),
        ("38;2;1;2", None),
        ("38;5;300", None),
        ("38;7;1", "1"),
        ("38", None),
        ("38:2::1:2:3", None),
        (">4;2", None),
        ("31;41", "31;41;37"),
        ("97;107", "1;37;47;30"),
    ],
)
def test_colours_become_the_eight_basic_ones(given: str, sent: str | None) -> None:
    assert basic_colours(given, True) == ("" if sent is None else f"\x1b[{sent}m")


def test_without_colours_attributes_are_left() -> None:
    assert poor(colours=False)("\x1b[1;31;48;5;7mx\x1b[31my\x1b[0m") == "\x1b[1mxy\x1b[0m"


def test_lines_and_blocks_become_ascii() -> None:
    drawn = "┌─┬╭━╮│┃║▏▊█▀▄░▶▼…"
    assert poor()(drawn) == "+-++-+|||||####>v~"
    chinese = Filter(poor=False, colours=True, lines=False, everything=True)
    assert chinese("│中文…") == "|中文~"


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("中文", "????"), ("é", "?"), ("e\u0301", "e"), ("a✓b", "a?b"), ("\u202e", "")],
)
def test_what_cannot_be_drawn_keeps_its_cells(text: str, drawn: str) -> None:
    assert poor()(text) == drawn
    assert cell_len(drawn) == cell_len(text)


PIECES = st.one_of(
    st.sampled_from(
        [*STRANGE, FRAME, "\x1b", "\x1b[", "\x1b]", "\x1b[38;5", "中", "│", "\x1b\x1b["]
    ),
    st.text(max_size=5),
    st.text("\x1b[]0123;:?>$ \x07\\mHuhl", max_size=12),
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS, st.booleans())
def test_nothing_gets_through_to_a_console(text: str, colours: bool) -> None:
    sent = poor(colours=colours)(text).encode()
    assert violations(sent, colours=colours) == []


@given(TEXTS, st.lists(st.integers(0, 60), max_size=4))
def test_it_does_not_matter_where_the_text_is_cut_in_pieces(text: str, cuts: list[int]) -> None:
    for whole, piecewise in ((poor(), poor()), (rich(), rich())):
        places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
        pieces = [piecewise(text[a:b]) for a, b in pairwise(places)]
        # A wide character and what is combined with it are measured together.
        assert "".join(pieces).replace("?", "") == whole(text).replace("?", "")


def test_a_string_without_an_end_does_not_swallow_what_comes_later() -> None:
    clean = poor()
    sent = clean("\x1b]0;" + "x" * 5000) + clean("\x1b[2;2Hlater")
    assert sent.endswith("\x1b[2;2Hlater")


def test_the_grammar_finds_each_of_them() -> None:
    for sequence in [*STRANGE, "\x1b[91m", "\x1b[38;5;1m", "\x1b[3m", "é"]:
        if sequence not in ("\n",):
            assert violations(f"a{sequence}b".encode()), sequence
    assert violations(FRAME.encode()) == []
    assert violations(FRAME.encode(), colours=False)
    assert not re.search(rb"[^\x00-\x7f]", FRAME.encode())
