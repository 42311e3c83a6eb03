"""What is said of one thing that was looked at."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended; the words are those of the screens and of `--json`."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    PLANNED = "planned"
    UNKNOWN = "unknown"


class Pending(StrEnum):
    """In the place of an outcome: nobody has looked yet, or it has not come so far."""

    PENDING = "--"


# What stands before one thing in a list.
Sign = Outcome | Pending
PENDING = Pending.PENDING
# The order of checks: what is unknown may stand in the way.
WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PLANNED, Outcome.OK)


def outcome_of(word: str) -> Outcome:
    """The outcome of that word; what only another version says counts as unknown."""
    return Outcome(word) if word in list(Outcome) else Outcome.UNKNOWN


def sign_of(word: str) -> Sign:
    """The sign of that word; what only another version says counts as pending."""
    return Outcome(word) if word in list(Outcome) else PENDING
