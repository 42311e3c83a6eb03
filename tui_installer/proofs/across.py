"""Proof that traffic flows from a pod of this node to a pod of another one."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict
from tui_installer.model.facts import Facts, Traffic
from tui_installer.model.text import T
from tui_installer.proofs.sent import judged


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the traffic where there is another node."""
    unsent = T("after the first worker has joined")
    if not answers.runs_control_plane:
        unsent = T("no pod that could answer runs on another node")
    return judged(
        facts[Traffic]["across"],
        unsent=unsent,
        why=T("nodes can be Ready and every pod can run, and still no packet passes between nodes"),
        cure=T(
            "look whether firewalld runs on one of the two, and whether what the pod network needs is open between them: TCP 179 and IP protocol 4, or UDP 4789"
        ),
    )


PROOF = Check(
    id="across",
    title=T("Pod to pod"),
    about=T(
        "A test pod on this node asks one on another node, over its Service. That is what Ready does not tell."
    ),
    judge=judge,
    reads=(Traffic,),
    follows="service",
    applies=lambda answers: answers.calico,
)
