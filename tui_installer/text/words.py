"""The words of outcomes and states, the same in every line and on every screen."""

from __future__ import annotations

from tui_installer.model.ending import Ending
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.step_standing import StepState
from tui_installer.model.text import T, Text, verbatim

# Cells of the column for an outcome, and of the column for a step's state, in both languages.
VERDICT, STATE = 8, 14
WORDS: dict[str, Text] = {
    Outcome.OK: T("ok"),
    Outcome.WARN: T("warn"),
    Outcome.FAIL: T("FAIL"),
    Outcome.PLANNED: T("planned"),
    Outcome.UNKNOWN: T("unknown"),
    Ending.DONE: T("done"),
    Ending.NOTHING: T("nothing to do"),
    Ending.FAILED: T("failed"),
    Ending.STOPPED: T("stopped"),
    PENDING: T("--"),
    StepState.WAITING: T("waiting"),
    StepState.RUNNING: T("running"),
    StepState.VERIFYING: T("looks again"),
    "STALLED": T("STALLED"),
}


def word(state: str) -> Text:
    """Returns the word for an outcome or a state; an unknown one stands for itself."""
    return WORDS.get(state, verbatim(str(state)))
