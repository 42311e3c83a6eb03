"""The outcomes of one examined thing."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """The outcome of a check; the words are those of the screens and of `--json`."""

    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"
    PLANNED = "planned"
    UNKNOWN = "unknown"


class Pending(StrEnum):
    """A sign before there is an outcome."""

    PENDING = "--"


# The sign before an item of a list.
Sign = Outcome | Pending
PENDING = Pending.PENDING
# The order of checks: an unknown result may be an obstacle.
WORST_FIRST = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PLANNED, Outcome.OK)


def outcome_of(word: str) -> Outcome:
    """Returns the outcome with that word; a word of another version counts as unknown."""
    return Outcome(word) if word in list(Outcome) else Outcome.UNKNOWN


def sign_of(word: str) -> Sign:
    """Returns the sign with that word; a word of another version counts as pending."""
    return Outcome(word) if word in list(Outcome) else PENDING
