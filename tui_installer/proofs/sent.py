"""The verdict on test traffic."""

from __future__ import annotations

from tui_installer.model.check import Verdict, fail, ok, unknown
from tui_installer.model.facts import Sent
from tui_installer.model.text import T, Text, verbatim


def judged(sent: Sent, *, unsent: Text, why: Text, cure: Text) -> Verdict:
    """Judges by an answer that really arrived; `unsent` says why no test was made."""
    result = verbatim(sent.found)
    if sent.good is None:
        return unknown(unsent)
    if sent.good:
        return ok(result)
    return fail(result, wanted=T("an answer"), why=why, cure=cure)
