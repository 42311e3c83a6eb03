"""The record of a preflight check, and its verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from tui_installer.model.answers import Answers
from tui_installer.model.facts import Facts, NotRead
from tui_installer.model.outcome import Outcome
from tui_installer.model.step import always
from tui_installer.model.text import T, Text


@dataclass(frozen=True)
class Verdict:
    """One check's finding, with the wanted state, why it matters and what to do about it."""

    outcome: Outcome
    found: Text
    wanted: Text | None = None
    why: Text | None = None
    cure: Text | None = None
    # The step of this run that corrects it; a FAIL or warn becomes `planned` if the step does.
    step: str = ""
    # The key of the answer that corrects it, one of its check's `asks`; or "join".
    answer: str = ""

    def planned(self) -> Verdict:
        """Returns the same finding as planned: a step of this run corrects it."""
        return replace(self, outcome=Outcome.PLANNED)


def ok(found: Text) -> Verdict:
    """Makes a good verdict."""
    return Verdict(Outcome.OK, found)


def warn(
    found: Text,
    *,
    why: Text,
    cure: Text,
    wanted: Text | None = None,
    step: str = "",
    answer: str = "",
) -> Verdict:
    """Makes a verdict on something that works but needs attention."""
    return Verdict(Outcome.WARN, found, wanted, why, cure, step, answer)


def fail(
    found: Text, *, wanted: Text, why: Text, cure: Text, step: str = "", answer: str = ""
) -> Verdict:
    """Makes a verdict on something to correct, or to accept by name, before the run."""
    return Verdict(Outcome.FAIL, found, wanted, why, cure, step, answer)


def unknown(found: Text, *, why: Text | None = None) -> Verdict:
    """Makes a verdict on something that could not be determined; it never counts as good."""
    return Verdict(Outcome.UNKNOWN, found, why=why)


@dataclass(frozen=True)
class Check:
    """One condition for the start of the work; `judge` is pure."""

    id: str
    title: Text
    # Its meaning and importance, for somebody who has never seen Kubernetes.
    about: Text
    judge: Callable[[Answers, Facts], Verdict]
    reads: tuple[type, ...]
    files: tuple[str, ...] = ()
    applies: Callable[[Answers], bool] = always
    # kubeadm's own names for the condition; kubeadm gets them when a person accepts the FAIL.
    kubeadm: tuple[str, ...] = ()
    # The keys of the answers that it judges, or "join": another answer may correct it.
    asks: tuple[str, ...] = ()
    # In a proof: the id of the proof before it.
    follows: str = ""


@dataclass(frozen=True)
class Judged:
    """A check with its verdict."""

    check: Check
    verdict: Verdict
    accepted: bool = False

    def to_json(self, say: Callable[[Text], str]) -> dict[str, Any]:
        """Returns the row of `check --json`, in the current language."""
        v = self.verdict
        row: dict[str, Any] = {
            "id": self.check.id,
            "outcome": str(v.outcome),
            "detail": say(v.found),
            "cure": say(v.cure) if v.cure else "",
            "title": say(self.check.title),
            "wanted": say(v.wanted) if v.wanted else "",
            "why": say(v.why) if v.why else "",
        }
        if v.step:
            row["step"] = v.step
        if self.accepted:
            row["accepted"] = True
        return row


def broken(error: BaseException) -> Verdict:
    """Returns the verdict of a check that failed to run, or whose facts are unknown."""
    if isinstance(error, NotRead):
        return unknown(error.unread.text)
    return unknown(T("could not be checked: {error}", error=f"{type(error).__name__}: {error}"))
