"""The grammar of the bytes that may reach a limited terminal."""

from __future__ import annotations

import re

# The sequences that the console of kernel 3.10 handles without printing any part of them.
TEXT = rb"[\x20-\x7e\r\n]+"
MOVE = rb"\x1b\[(?:\d+(?:;\d+)?)?[Hf]|\x1b\[\d*[ABCDGd]"
ERASE = rb"\x1b\[[0-2]?[JK]"
MODE = rb"\x1b\[\?(?:25|7)[hl]"
ATTRIBUTE = rb"(?:0|1|7|22|27)?"
COLOUR = rb"(?:0|1|7|22|27|3[0-7]|39|4[0-7]|49)?"
# The extent of one violation: the whole of a sequence, of a string, or of a run of foreign bytes.
WHOLE = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b.?|[\x80-\xff]+|.",
    re.DOTALL,
)


def _allowed(code: bytes) -> re.Pattern[bytes]:
    attributes = rb"\x1b\[" + code + rb"(?:;" + code + rb")*m"
    return re.compile(b"|".join((TEXT, MOVE, ERASE, MODE, attributes)))


ALLOWED = {True: _allowed(COLOUR), False: _allowed(ATTRIBUTE)}


def violations(data: bytes, *, colours: bool = True) -> list[str]:
    """Returns everything in the bytes that must not reach such a terminal, in order."""
    found, at = [], 0
    while at < len(data):
        if allowed := ALLOWED[colours].match(data, at):
            at = allowed.end()
            continue
        whole = WHOLE.match(data, at)
        assert whole
        found.append(repr(whole[0])[2:-1])
        at = whole.end()
    return found
