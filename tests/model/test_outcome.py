"""What is said of one thing, read back from a file."""

from __future__ import annotations

from tui_installer.model.outcome import PENDING, Outcome, outcome_of, sign_of


def test_every_word_comes_back() -> None:
    assert [outcome_of(str(outcome)) for outcome in Outcome] == list(Outcome)
    assert [sign_of(str(sign)) for sign in (*Outcome, PENDING)] == [*Outcome, PENDING]


def test_a_word_of_another_version_is_nothing_good() -> None:
    assert outcome_of("of a later version") is Outcome.UNKNOWN
    assert sign_of("of a later version") is PENDING
