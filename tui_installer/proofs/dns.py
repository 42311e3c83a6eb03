"""Proof that the cluster's name server answers."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import Facts, Traffic
from tui_installer.model.text import T
from tui_installer.proofs.sent import judged


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the reply to a real query."""
    return judged(
        facts[Traffic]["dns"],
        unsent=T("not asked"),
        why=T("programs in pods find each other and the outside by names only"),
        cure=T("look at CoreDNS: kubectl -n kube-system logs -l k8s-app=kube-dns"),
    )


PROOF = Check(
    id="dns",
    title=T("DNS"),
    about=T(
        "CoreDNS is the cluster's name server: it knows the address of every Service. It is asked for a name that every cluster has, from a pod where that can be done."
    ),
    judge=judge,
    reads=(Traffic,),
    follows="kube_proxy",
    applies=lambda answers: answers.calico,
)
