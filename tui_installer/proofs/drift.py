"""Proof that the node is as its last answers want it."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, unknown, warn
from tui_installer.model.facts import Drift, Facts
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the plan: anything that a run would do is a difference."""
    steps, hidden = facts[Drift].steps, facts[Drift].unknown
    if not steps and hidden:
        step, why = next(iter(hidden.items()))
        return unknown(T("{step}: {why}", step=step, why=why))
    if not steps:
        return ok(T("nothing differs from the last answers"))
    first = next(texts[0] for texts in steps.values())
    count = sum(len(texts) for texts in steps.values())
    return warn(
        T("{count} to do in {steps}: {what}", count=count, steps=", ".join(steps), what=first),
        wanted=T("nothing left to do"),
        why=T("something has changed this node since the last run"),
        cure=T(
            "see it: tui-installer plan --answers /etc/tui-installer/answers.toml --diff; apply puts it back"
        ),
    )


PROOF = Check(
    id="drift",
    title=T("Drift"),
    about=T(
        "A run would do what is not yet as the answers want it. On a finished node that is nothing; what there is has been changed since, by hand or by another program."
    ),
    judge=judge,
    reads=(Drift,),
    follows="reboot",
)
