"""Proof that a pod answers over its Service."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import Facts, Traffic
from tui_installer.model.text import T
from tui_installer.proofs.sent import judged


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges by a page that was really fetched."""
    return judged(
        facts[Traffic]["service"],
        unsent=T("not asked"),
        why=T("every program of the cluster is reached over its Service"),
        cure=T("look at kube-proxy: kubectl -n kube-system logs -l k8s-app=kube-proxy"),
    )


PROOF = Check(
    id="service",
    title=T("Service"),
    about=T(
        "A Service is one address for several pods. A page is fetched from a test pod over its Service, from this node."
    ),
    judge=judge,
    reads=(Traffic,),
    follows="dns",
    applies=lambda answers: answers.calico,
)
