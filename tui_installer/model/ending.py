"""The endings of a step or a run."""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """The journal's words for an ending; verdicts of checks and exit codes are of other types."""

    DONE = "done"
    NOTHING = "nothing to do"
    FAILED = "failed"
    STOPPED = "stopped"


# The endings with all work done.
GOOD = (Ending.DONE, Ending.NOTHING)


def ending_of(word: str) -> Ending:
    """Returns the ending of that word; a word of another version is neither good nor a failure of ours."""
    try:
        return Ending(word)
    except ValueError:
        return Ending.STOPPED
