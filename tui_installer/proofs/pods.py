"""Proof that the pods of kube-system are ready: all of them on a control plane, those of this node on a worker."""

from __future__ import annotations

from tui_installer.causes.pods import CAUSES, POD
from tui_installer.model.answers import Answers
from tui_installer.model.cause import known_cause
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Facts, Workloads
from tui_installer.model.text import T


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Names each pod that hangs, with its cause where the evidence shows one."""
    workloads = facts[Workloads]
    if not workloads.answers:
        return unknown(T("the API server does not answer"))
    mine = [
        pod
        for pod in workloads.pods
        if pod.namespace == "kube-system"
        and (answers.runs_control_plane or pod.node == answers.node.hostname)
    ]
    bad = [pod for pod in mine if not pod.good]
    if not bad:
        return ok(T("{ready} of {count} are ready", ready=len(mine), count=len(mine)))
    first = bad[0]
    finding = T(
        "{ready} of {count} are ready; {pod} on {node}: {state}",
        ready=len(mine) - len(bad),
        count=len(mine),
        pod=first.name,
        node=first.node or "-",
        state=first.state,
    )
    cause = known_cause(CAUSES, POD, (line for pod in bad for line in pod.evidence))
    why = T("Kubernetes' own parts run in these pods")
    if cause:
        finding = T("{found}: {cause}", found=finding, cause=cause.title)
        return fail(finding, wanted=T("all ready"), why=why, cure=cause.cure)
    cure = T("look at it: kubectl -n kube-system describe pod {pod}", pod=first.name)
    return fail(finding, wanted=T("all ready"), why=why, cure=cure)


PROOF = Check(
    id="pods",
    title=T("Pods"),
    about=T(
        "A pod is one or more containers with an address of their own. Those of the namespace kube-system are Kubernetes' own: name server, proxy, pod network, control plane."
    ),
    judge=judge,
    reads=(Workloads,),
    follows="node",
)
