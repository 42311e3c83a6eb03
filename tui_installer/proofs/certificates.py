"""Proof that no certificate of this node ends soon."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import Certificates, Clock, Facts
from tui_installer.model.text import T

DAY = 86400
SOON, NOW = 30, 7


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the certificates: the kubelet renews its own; kubeadm's last a year."""
    rows = facts[Certificates].rows
    if not rows:
        return unknown(T("none can be read"))
    first, days = rows[0], int((rows[0].ends - facts[Clock].now) // DAY)
    finding = T("the first ends in {days} days: {name}", days=days, name=first.name)
    if days >= SOON:
        return ok(finding)
    why = T("with an expired certificate the node and kubectl are refused")
    cure = T("on the control plane: kubeadm certs renew all, then restart its four pods")
    if not answers.runs_control_plane:
        cure = T("the kubelet renews it by itself; look why not: journalctl -u kubelet")
    wanted = T("{days} days or more", days=SOON)
    if days < NOW:
        return fail(finding, wanted=wanted, why=why, cure=cure)
    return warn(finding, wanted=wanted, why=why, cure=cure)


PROOF = Check(
    id="certificates",
    title=T("Certificates"),
    about=T(
        "The parts of a cluster prove who they are by certificates. kubeadm's last one year; the kubelet's own is renewed by itself."
    ),
    judge=judge,
    reads=(Certificates, Clock),
    follows="api_server",
)
