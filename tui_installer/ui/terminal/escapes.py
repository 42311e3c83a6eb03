"""The filter of output: only sequences that the terminal knows, only characters that it can draw.

The console of kernel 3.10 prints the tail of every sequence that it does not know, and reads the parts of an
extended colour as separate attributes. Other terminals get colours unchanged, and few other sequences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice

from rich.cells import cell_len
from rich.color import Color, ColorSystem

TOKEN = re.compile(
    r"\x1b\[(?P<params>[0-?]*)(?P<between>[ -/]*)(?P<final>[@-~])"
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)"  # titles, pointer shapes, clipboard: strings with an end
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x1f\x7f-\x9f]"
    r"|(?P<drawn>[^\x00-\x9f]+)"
)
# A sequence that is not complete yet.
CUT_OFF = re.compile(r"\x1b(?:[ -/]*|\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?)\Z")
# Cursor moves, erasing, colours.
KNOWN = re.compile(r"(?:\d+(?:;\d+)?)?[Hf]|\d*[ABCDGd]|[0-2]?[JK]|[\d;:]*m")
# Cursor visibility, line wrap; then what a terminal emulator knows too: bracketed paste, a second screen.
BASIC_MODES = frozenset({"?25", "?7"})
MODES = BASIC_MODES | {"?2004", "?1049"}
RESET, BOLD, REVERSE = 0, 1, 7
ATTRIBUTES = frozenset({RESET, BOLD, REVERSE, 22, 27})
BLACK, WHITE, BRIGHT, DEFAULT = 0, 7, 8, 9
FOREGROUND, BACKGROUND = 30, 40
# Extended colours by their kind: an index, or red, green and blue.
LENGTHS = {5: 1, 2: 3}

GLYPHS = str.maketrans(
    {
        **dict.fromkeys(map(chr, range(0x2500, 0x2580)), "+"),
        **dict.fromkeys(map(chr, range(0x2580, 0x25A0)), "#"),
        **dict.fromkeys("─━┄┅┈┉╌╍═╴╶╸╺╼╾▁▔▬", "-"),
        **dict.fromkeys("│┃┆┇┊┋╎╏║╵╷╹╻╽╿▏▎▍▌▋▊▉▐▕", "|"),
        **dict.fromkeys("▶►▸▷→❯", ">"),
        **dict.fromkeys("◀◄◂◁←❮", "<"),
        **dict.fromkeys("▼▾↓", "v"),
        **dict.fromkeys("▲▴↑", "^"),
        **dict.fromkeys("•●", "*"),
        **dict.fromkeys("○◯⭘", "o"),
        "…": "~",
    }
)
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")


class Filter:
    """Filters the output of one terminal, piece by piece in order; a piece may end within a sequence.

    The cells of a text stay the same. `lines` and `everything` may change at any time: whether box lines
    and blocks pass unchanged, and whether characters beyond ASCII pass at all.
    """

    def __init__(self, *, poor: bool, colours: bool, lines: bool, everything: bool) -> None:
        self._poor, self._colours = poor, colours
        self.lines, self.everything = lines, everything
        self._rest = ""

    def __call__(self, text: str) -> str:
        """Returns the part that may be sent."""
        text = self._rest + text
        cut = CUT_OFF.search(text)
        end = cut.start() if cut else len(text)
        self._rest = text[end:]
        return TOKEN.sub(self._kept, text[:end])

    def _kept(self, token: re.Match[str]) -> str:
        if token["drawn"]:
            return self._drawn(token["drawn"])
        # Control characters are dropped, line feeds too: a cursor move follows each.
        if token["final"] is None or token["between"]:
            return ""
        if token["final"] == "m" and self._poor:
            return basic_colours(token["params"], self._colours)
        return token[0] if self._known(token["params"], token["final"]) else ""

    def _known(self, params: str, final: str) -> bool:
        if final in ("h", "l"):
            return params in (BASIC_MODES if self._poor else MODES)
        return KNOWN.fullmatch(params + final) is not None

    def _drawn(self, text: str) -> str:
        if not self.lines:
            text = text.translate(GLYPHS)
        if not self.everything:
            text = BEYOND_ASCII.sub(lambda run: "?" * cell_len(run[0]), text)
        return text


@lru_cache(maxsize=1024)
def basic_colours(params: str, colours: bool) -> str:
    """Reduces a sequence of colours and attributes to the 8 basic colours, bold and reverse."""
    if not re.fullmatch(r"[\d;]*", params):
        return ""
    codes = list(_basic(iter([int(code or RESET) for code in params.split(";")])))
    if not colours:
        codes = [code for code in codes if code in ATTRIBUTES]
    # Two near colours may have become the same one.
    for number in range(8):
        if FOREGROUND + number in codes and BACKGROUND + number in codes:
            codes.append(FOREGROUND + (BLACK if number == WHITE else WHITE))
    return f"\x1b[{';'.join(map(str, codes))}m" if codes else ""


def _basic(codes: Iterator[int]) -> Iterator[int]:
    for code in codes:
        if code in (38, 48):
            number = _nearest(codes)
            if number is not None:
                yield from _shown(number, code - BRIGHT)
        elif 90 <= code <= 97 or 100 <= code <= 107:
            yield from _shown(code % 10 + BRIGHT, code // 10 * 10 - 60)
        elif code in ATTRIBUTES or (FOREGROUND <= code <= 49 and code % 10 != BRIGHT):
            yield code


def _nearest(codes: Iterator[int]) -> int | None:
    """Returns the nearest of the 16 colours; consumes the parts of the extended one."""
    kind = next(codes, RESET)
    parts = list(islice(codes, LENGTHS.get(kind, 0)))
    if len(parts) != LENGTHS.get(kind) or max(parts) > 255:
        return None
    colour = Color.from_ansi(parts[0]) if len(parts) == 1 else Color.from_rgb(*parts)
    return colour.downgrade(ColorSystem.STANDARD).number


def _shown(number: int, ground: int) -> Iterator[int]:
    """Yields a bright text colour as the basic one in bold; grey becomes the terminal's default, as bold black is rarely grey."""
    if number == BRIGHT and ground == FOREGROUND:
        yield FOREGROUND + DEFAULT
        return
    if number >= BRIGHT and ground == FOREGROUND:
        yield BOLD
    yield ground + number % BRIGHT
