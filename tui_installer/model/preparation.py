"""The record of one line of the Options page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.facts import Facts
from tui_installer.model.text import Text

# What is chosen where the answer is true or false.
YES, NO = "yes", "no"


def _every(_change: Change) -> bool:
    return True


def _nothing(_answers: Answers, _facts: Facts) -> Text:
    return Text("")


@dataclass(frozen=True)
class Preparation:
    """How a step says what it finds on this machine, and what can be chosen about it.

    For `hint` answers and facts are None before this machine has been looked at; for `tick` they lack what was not read.
    """

    label: Text
    now: Callable[[Facts], Text]
    # What the value means that is chosen.
    hint: Callable[[Answers | None, Facts | None, str], Text]
    # The key of the answers; empty: there is no choice.
    key: str = ""
    # Values of the answer with their words; the first is what the step does. Empty: a box to tick.
    choices: tuple[tuple[str, Text], ...] = ()
    # What stands beside that box.
    tick: Callable[[Answers, Facts], Text] = _nothing
    # Which of the step's changes are those of this line.
    mine: Callable[[Change], bool] = _every
