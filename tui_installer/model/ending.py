"""How a step or a run ended."""

from __future__ import annotations

from enum import StrEnum


class Ending(StrEnum):
    """The words of the journal for it; no verdict of a check and no exit code is one of these."""

    DONE = "done"
    NOTHING = "nothing to do"
    FAILED = "failed"
    STOPPED = "stopped"


# What is to be done is done.
GOOD = (Ending.DONE, Ending.NOTHING)


def ending_of(word: str) -> Ending:
    """The ending of that word; one that only another version knows is none that is good, nor a failure of ours."""
    try:
        return Ending(word)
    except ValueError:
        return Ending.STOPPED
