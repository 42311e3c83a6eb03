"""What a kubeadm of ours that did not end well has left may be cleared."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import Accepted, Facts, Kubernetes, NotRead, Past, Remains
from tui_installer.model.ownership import accepted, attempt_of, made, strange, used
from tui_installer.model.text import T, Text


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Cleared without a question is only what is ours, and unused; never what is not known."""
    step = "kubeadm_init" if answers.control_plane else "kubeadm_join"
    cluster, past = facts[Kubernetes], facts[Past]
    if step not in past.unfinished or not (cluster.member or cluster.ca):
        return ok(T("no kubeadm of this program has left one"))
    if answers.control_plane and made(cluster):
        return ok(T("it works"))
    odd, missed = strange(attempt_of(step, facts), facts[Remains]), used(facts[Remains])
    if odd:
        return _refused(odd)
    if _works(answers, cluster):
        return ok(T("it works, and this run finishes it"))
    if not missed:
        return warn(
            T("left by an interrupted kubeadm of this program, and used by nobody"),
            why=T("kubeadm does not start again over what is left"),
            cure=T("this run clears it and starts again"),
            step=step,
        )
    if step in past.asking or accepted(facts) or _works(answers, cluster) is False:
        return _refused(missed)
    return unknown(
        T("it is in use ({reason}), and does not answer: the run waits for it", reason=missed[0])
    )


def _works(answers: Answers, cluster: Kubernetes) -> bool | None:
    """None: not known. A kubelet that does not listen may just be starting."""
    if answers.worker:
        return cluster.kubelet_healthy or None
    try:
        return cluster.api_answers
    except NotRead:
        return None


def _refused(reasons: list[Text]) -> Verdict:
    return fail(
        T("a half-made cluster; {reason}", reason=reasons[0]),
        wanted=T("one of this program's own making, and used by nobody"),
        why=T("to start again, kubeadm reset would delete it with all its data"),
        cure=T(
            "if it is needed, get it to work by hand; if it may go: --accept half_made_cluster (etcd and /etc/kubernetes are saved first)"
        ),
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
