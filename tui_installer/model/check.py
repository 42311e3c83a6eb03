"""The record of one preflight check and of what it found."""

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
    """What one check found, what it wants, why that matters and what to do about it."""

    outcome: Outcome
    found: Text
    wanted: Text | None = None
    why: Text | None = None
    cure: Text | None = None
    # The step of this run that puts it right; makes a FAIL or warn `planned` when it does.
    step: str = ""
    # The key of the answer that puts it right, one of those that its check `asks`; or "join".
    answer: str = ""

    def planned(self) -> Verdict:
        """The same finding, once a step of this run is known to put it right."""
        return replace(self, outcome=Outcome.PLANNED)


def ok(found: Text) -> Verdict:
    """Nothing to say but what was found."""
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
    """Works, but should be read."""
    return Verdict(Outcome.WARN, found, wanted, why, cure, step, answer)


def fail(
    found: Text, *, wanted: Text, why: Text, cure: Text, step: str = "", answer: str = ""
) -> Verdict:
    """Must be put right, or accepted by name, before the run."""
    return Verdict(Outcome.FAIL, found, wanted, why, cure, step, answer)


def unknown(found: Text, *, why: Text | None = None) -> Verdict:
    """Could not be found out; said so, never taken for good."""
    return Verdict(Outcome.UNKNOWN, found, why=why)


@dataclass(frozen=True)
class Check:
    """One thing that must hold before the work begins; `judge` is pure."""

    id: str
    title: Text
    # What it is and why it matters, for somebody who has never seen Kubernetes.
    about: Text
    judge: Callable[[Answers, Facts], Verdict]
    reads: tuple[type, ...]
    files: tuple[str, ...] = ()
    applies: Callable[[Answers], bool] = always
    # kubeadm's own names for the same thing, told to kubeadm when a person accepts the FAIL.
    kubeadm: tuple[str, ...] = ()
    # The keys of the answers that it judges, or "join": another answer may put it right.
    asks: tuple[str, ...] = ()
    # Of a proof: the one that is made and shown before it.
    follows: str = ""


@dataclass(frozen=True)
class Judged:
    """A check with its verdict."""

    check: Check
    verdict: Verdict
    accepted: bool = False

    def to_json(self, say: Callable[[Text], str]) -> dict[str, Any]:
        """The row of `check --json`, in the language of the moment."""
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
    """The verdict of a check that could not be carried out, or whose facts are not known."""
    if isinstance(error, NotRead):
        return unknown(error.unread.text)
    return unknown(T("could not be checked: {error}", error=f"{type(error).__name__}: {error}"))
