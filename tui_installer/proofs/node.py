"""Proof that the node is Ready, according to the API server."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import Facts, Workloads
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges this node; another one that is not Ready is a warning."""
    workloads, name = facts[Workloads], answers.node.hostname
    if not workloads.answers:
        return unknown(T("the API server does not answer"))
    node = workloads.node(name)
    why = T("no pod is placed on a node that is not Ready, and its Services get no traffic")
    if node is None:
        return fail(
            T("the cluster has no node {name}", name=name),
            wanted=T("a node of that name"),
            why=why,
            cure=T("look at the kubelet: journalctl -u kubelet"),
        )
    if not node.ready:
        return fail(
            T("{name} is not Ready: {why}", name=name, why=node.message or node.reason or "-"),
            wanted=T("Ready"),
            why=why,
            cure=T(
                "without a pod network a node stays so; else look at the kubelet: journalctl -u kubelet"
            ),
        )
    away = [other.name for other in workloads.nodes if not other.ready]
    counted = {"ready": len(workloads.nodes) - len(away), "count": len(workloads.nodes)}
    if away:
        return warn(
            T(
                "{name} is Ready; {ready} of {count} nodes are, not: {away}",
                name=name,
                away=", ".join(away),
                **counted,
            ),
            why=T("their pods are moved to other nodes after five minutes"),
            cure=T("look at those nodes: tui-installer status"),
        )
    return ok(T("{name} is Ready; {ready} of {count} nodes are", name=name, **counted))


PROOF = Check(
    id="node",
    title=T("Node"),
    about=T(
        "A node is Ready when its kubelet reports that containers and the pod network work. Only then are pods placed on it."
    ),
    judge=judge,
    reads=(Workloads,),
)
