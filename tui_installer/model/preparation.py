"""Preparation of the machine: the record of one line of the Options page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.facts import Facts
from tui_installer.model.text import Text

# The values of a choice whose answer is true or false.
YES, NO = "yes", "no"


def _every(_change: Change) -> bool:
    return True


def _nothing(_answers: Answers, _facts: Facts) -> Text:
    return Text("")


@dataclass(frozen=True)
class Preparation:
    """A step's report on this machine, and the choices about it.

    `hint` gets None for answers and facts until this machine has been read; `tick` gets facts that may lack
    unread topics.
    """

    label: Text
    now: Callable[[Facts], Text]
    # The meaning of the chosen value.
    hint: Callable[[Answers | None, Facts | None, str], Text]
    # The key of the answers; empty: there is no choice.
    key: str = ""
    # Values of the answer with their words; the first is what the step does. Empty: a box to tick.
    choices: tuple[tuple[str, Text], ...] = ()
    # The text beside that box.
    tick: Callable[[Answers, Facts], Text] = _nothing
    # Tells which of the step's changes belong to this line.
    mine: Callable[[Change], bool] = _every
