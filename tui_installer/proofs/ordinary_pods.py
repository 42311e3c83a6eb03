"""Proof that users' pods can be placed on some node."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, unknown, warn
from tui_installer.model.facts import CORDONED, Facts, NodeState, Workloads
from tui_installer.model.text import T

# The number of nodes that one sentence names.
SHOWN = 3


def _keeps(node: NodeState) -> str:
    """Returns why no ordinary pod is placed there, in kubectl's words."""
    if not node.ready:
        return "NotReady"
    taints = [taint for taint in node.taints or () if taint.keeps_away]
    if any(taint.key == CORDONED for taint in taints) or not taints:
        return "SchedulingDisabled"
    return ", ".join(taint.text for taint in taints)


def tainted(node: NodeState | None) -> bool:
    """Tells whether kubeadm's own taint keeps ordinary pods away from the node."""
    return node is not None and any(taint.of_kubeadm for taint in node.taints or ())


def _only_kubeadms(node: NodeState | None) -> bool:
    """Tells whether nothing but kubeadm's taint keeps them away."""
    if node is None or not node.ready:
        return False
    taints = [taint for taint in node.taints or () if taint.keeps_away]
    return bool(taints) and all(taint.of_kubeadm for taint in taints)


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Passes if any node takes them; otherwise warns, because nothing is broken."""
    workloads, name = facts[Workloads], answers.node.hostname
    if not workloads.answers:
        return unknown(T("the API server does not answer"))
    takes = [node for node in workloads.nodes if node.ready and node.schedulable]
    if takes:
        counted = {"takes": len(takes), "count": len(workloads.nodes)}
        return ok(T("{takes} of {count} nodes take them", **counted))
    if any(node.ready and node.taints is None for node in workloads.nodes):
        return unknown(T("the API server does not tell the taints of the nodes"))
    workers = [node for node in workloads.nodes if not node.control_plane]
    if not workers and _only_kubeadms(workloads.node(name)):
        return warn(
            T("your own pods wait for a worker"),
            why=T(
                "kubeadm keeps a control plane for Kubernetes' own pods: those of users stay Pending until a worker has joined"
            ),
            cure=T(
                "join a worker with what this prints: kubeadm token create --print-join-command; or let this server run them: pods_on_control_plane = true in the answers"
            ),
        )
    node_texts = [f"{node.name} ({_keeps(node)})" for node in workloads.nodes]
    more = ["..."] if len(node_texts) > SHOWN else []
    return warn(
        T(
            "your own pods wait, no node takes them now: {nodes}",
            nodes=", ".join(node_texts[:SHOWN] + more),
        ),
        why=T("pods of users stay Pending until a node takes them"),
        cure=T(
            "a node takes them when it is Ready, not cordoned, and has no taint: kubectl describe nodes"
        ),
    )


PROOF = Check(
    id="ordinary_pods",
    title=T("Ordinary pods"),
    about=T(
        "Pods of users need a node that takes them. A control plane that kubeadm has made does not, so a cluster of one server runs them only if it is told to."
    ),
    judge=judge,
    reads=(Workloads,),
    follows="disk",
    applies=lambda answers: answers.runs_control_plane,
)
