"""Lines of other programs as a person may see them."""

from __future__ import annotations

import re

# CSI, OSC and the other escape sequences of ECMA-48; what is left of control characters goes too.
ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b[PX^_][^\x1b]*(?:\x1b\\)?|\x1b[ -/]*[0-~]?"
)
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# Characters of one line that are kept; no tool says more in one.
LONGEST = 4000


def clean(line: str) -> str:
    """One line without control characters; of progress that overwrites itself only the last state."""
    line = ESCAPES.sub("", line)
    states = [part for part in line.split("\r") if part.strip()]
    return CONTROLS.sub("", states[-1].expandtabs(8) if states else "").rstrip()
