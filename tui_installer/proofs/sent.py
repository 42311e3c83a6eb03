"""What a proof says of test traffic."""

from __future__ import annotations

from tui_installer.model.check import Verdict, fail, ok, unknown
from tui_installer.model.facts import Sent
from tui_installer.model.text import T, Text, verbatim


def judged(sent: Sent, *, unsent: Text, why: Text, cure: Text) -> Verdict:
    """By an answer that really came; `unsent` says why nothing was asked."""
    found = verbatim(sent.found)
    if sent.good is None:
        return unknown(unsent)
    if sent.good:
        return ok(found)
    return fail(found, wanted=T("an answer"), why=why, cure=cure)
