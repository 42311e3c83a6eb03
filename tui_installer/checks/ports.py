"""Check that the ports of the node's role are free."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Kubernetes, Ports
from tui_installer.model.text import T

CONTROL_PLANE = (6443, 2379, 2380, 10250, 10257, 10259)
WORKER = (10250,)
OWN = (
    "kubelet",
    "kube-apiserver",
    "etcd",
    "kube-controller-manager",
    "kube-scheduler",
    "kube-proxy",
)


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the ports; those that Kubernetes itself holds on a node of a cluster are no fault."""
    needed = CONTROL_PLANE if answers.runs_control_plane else WORKER
    member = facts[Kubernetes].member
    for listener in facts[Ports].listeners:
        own = member and (listener.program in OWN or any(listener.program == o[:15] for o in OWN))
        if listener.port in needed and not own:
            return fail(
                T(
                    "{port} is in use by {program} (pid {pid})",
                    port=listener.port,
                    program=listener.program or "?",
                    pid=listener.pid,
                ),
                wanted=T("free"),
                why=T("a part of Kubernetes must listen there"),
                cure=T("stop that program; ss -ltnp shows it"),
            )
    return ok(
        T("{ports} are free", ports=" ".join(map(str, needed)))
        if not member
        else T("in use by Kubernetes itself")
    )


CHECK = Check(
    id="ports",
    title=T("Ports"),
    about=T(
        "Each part of Kubernetes listens on a port that others know. Where another program holds one, that part cannot start."
    ),
    judge=judge,
    reads=(Ports, Kubernetes),
    kubeadm=tuple(f"Port-{port}" for port in CONTROL_PLANE),
)
