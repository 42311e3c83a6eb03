"""Previews of steps and checks for a draft, by the facts that are known."""

from __future__ import annotations

from tui_installer import registry
from tui_installer.model.address import own_address
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import NotRead
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, Text
from tui_installer.preflight.draft import Draft
from tui_installer.steps.hostname import names as hosts_names


def hosts_line(draft: Draft) -> tuple[str, list[str]]:
    """Returns the address and the names for /etc/hosts; an empty address: no line is written."""
    return own_address(draft.answers, draft.facts), hosts_names(draft.answers)


def changes(draft: Draft, step: str, answers: Answers | None = None) -> list[Change] | None:
    """Returns what a step would change, by the facts that are known; None: too little is known."""
    asked, answers = registry.step(step), answers or draft.answers
    if not asked.applies(answers):
        return []
    try:
        return list(asked.changes(answers, draft.facts)) if draft.looked else None
    except (KeyError, NotRead):
        return None


def judge(draft: Draft, check: str, answers: Answers | None = None) -> Verdict:
    """Judges one preflight check by the last look at the machine."""
    return registry.check(check).judge(answers or draft.answers, draft.facts)


def checks(draft: Draft) -> list[Check]:
    """Returns the checks that the preflight will make."""
    known = registry.checks()
    return [c for c in known if c.applies(draft.answers)] if draft.looked else list(known)


def refused(draft: Draft) -> Text | None:
    """Returns why nothing can be done on this machine, and the cure; None: something can, or that is unknown."""
    for name in ("system", "root") if draft.looked else ():
        verdict = judge(draft, name)
        if verdict.outcome is Outcome.FAIL:
            return T(
                "This program cannot work here ({found}): {why}.\nWhat to do: {cure}.",
                found=verdict.found,
                why=verdict.why or "",
                cure=verdict.cure or "",
            )
    return None
