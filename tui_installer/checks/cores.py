"""Check that there are enough processor cores."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, System
from tui_installer.model.text import T, verbatim


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Requires two on a control plane and none on a worker, as kubeadm does (kubeadm 1.25, checks.go)."""
    cores, needed = facts[System].cores, 2 if answers.runs_control_plane else 1
    if cores >= needed:
        return ok(T("{count}, needed {needed}", count=cores, needed=needed))
    return fail(
        verbatim(cores),
        wanted=T("{needed} or more", needed=needed),
        why=T("kubeadm refuses a control plane with fewer"),
        cure=T("give this machine more cores"),
        answer="node.role" if answers.runs_control_plane else "",
    )


CHECK = Check(
    id="cores",
    title=T("Cores"),
    about=T(
        "A control plane runs four programs at once beside the kubelet. kubeadm refuses to make one on fewer than two cores; a worker does with one."
    ),
    judge=judge,
    reads=(System,),
    kubeadm=("NumCPU",),
    asks=("node.role",),
)
