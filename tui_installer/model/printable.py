"""Lines of other programs in a form that is safe to show."""

from __future__ import annotations

import re
from unicodedata import category

# CSI, OSC and the other escape sequences of ECMA-48; `CONTROLS` matches the remaining control characters.
ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b[ -/]*[0-~]?"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# The most characters of one line; no tool prints longer ones.
LONGEST = 4000


# Line ends, which could make one text look like two.
ENDS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")


def one_line(text: str) -> str:
    """Returns the text for a cell or a line, with printable characters only."""
    if text.isprintable():
        return text
    text = ENDS.sub(" ", ESCAPES.sub("", text)).expandtabs(8)
    return "".join(map(_printable, text))


def _printable(char: str) -> str:
    if char.isprintable():
        return char
    kind = category(char)
    # The ideographic space takes two cells.
    return ("  " if char == "\u3000" else " ") if kind == "Zs" else "?" if kind == "Cs" else ""


def clean(line: str) -> str:
    """Returns one line without control characters; of progress that overwrites itself, only the last state."""
    line = ESCAPES.sub("", line)
    states = [part for part in line.split("\r") if part.strip()]
    return CONTROLS.sub("", states[-1].expandtabs(8) if states else "").rstrip()
