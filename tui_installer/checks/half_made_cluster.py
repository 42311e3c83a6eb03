"""Check that the remains of an unfinished kubeadm of ours may be cleared."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import Accepted, Facts, Kubernetes, Past, Remains
from tui_installer.model.ownership import (
    BY_HAND,
    INIT,
    JOIN,
    Fate,
    accepted,
    broken_off,
    joined,
    made,
    outlook,
)
from tui_installer.model.text import T, Text

WANTED = T("one of this program's own making, and used by nobody")
WHY = T("to start again, kubeadm reset would delete it with all its data")
NOT_YET = T("its kubelet does not answer yet: the run waits for it")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Passes without a question only remains that are ours and unused; never unknown ones."""
    cluster, past = facts[Kubernetes], facts[Past]
    if not broken_off(past) or not (cluster.member or cluster.ca):
        return ok(T("no kubeadm of this program has left one"))
    if made(cluster) if answers.makes_cluster else joined(facts):
        return ok(T("it works"))
    step = INIT if answers.makes_cluster else JOIN
    remains = outlook(step, facts)
    if remains.fate is Fate.FINISH:
        return ok(T("it works, and this run finishes it"))
    if remains.fate is Fate.NEVER:
        return _never(remains.reason)
    if not remains.reasons:
        return unknown(NOT_YET) if remains.fate is Fate.WAIT else _cleared(step)
    if remains.fate is Fate.WAIT and not (step in past.asking or accepted(facts)):
        return unknown(
            T(
                "it is in use ({reason}), and does not answer: the run waits for it",
                reason=remains.reason,
            )
        )
    return _refused(remains.reason)


def _cleared(step: str) -> Verdict:
    return warn(
        T("left by an interrupted kubeadm of this program, and used by nobody"),
        why=T("kubeadm does not start again over what is left"),
        cure=T("this run clears it and starts again"),
        step=step,
    )


def _refused(reason: Text) -> Verdict:
    return fail(
        T("a half-made cluster; {reason}", reason=reason),
        wanted=WANTED,
        why=WHY,
        cure=T(
            "if it is needed, get it to work by hand; if it may go: --accept half_made_cluster (etcd and /etc/kubernetes are saved first)"
        ),
    )


def _never(reason: Text) -> Verdict:
    return fail(
        T(
            "a cluster that this program does not delete, whatever is accepted; {reason}",
            reason=reason,
        ),
        wanted=WANTED,
        why=WHY,
        cure=BY_HAND,
    )


CHECK = Check(
    id="half_made_cluster",
    title=T("Half-made cluster"),
    about=T(
        "A kubeadm that was cut off leaves half a cluster, and cannot start over it. It is cleared without a question only if this program has made it and nobody has used it. All else is yours to decide."
    ),
    judge=judge,
    reads=(Kubernetes, Past, Remains, Accepted),
)
