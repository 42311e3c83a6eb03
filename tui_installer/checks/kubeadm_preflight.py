"""Check by kubeadm's own preflight, once kubeadm is installed."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, KubeadmPreflight, Kubernetes
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# The errors that steps of this run cure before they call kubeadm.
PLANNED = {
    "CRI": "containerd",
    "Swap": "swap",
    "Hostname": "hostname",
    "Firewalld": "firewall",
    "Service-Kubelet": "kubeadm_init",
    "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables": "kernel",
    "FileContent--proc-sys-net-ipv4-ip_forward": "kernel",
}


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Shows every error of kubeadm by its own name; leaves out the images, which kubeadm would pull."""
    report = facts[KubeadmPreflight]
    if facts[Kubernetes].member:
        return ok(T("not run: this node already belongs to a cluster"))
    if not report.asked:
        finding = T("kubeadm is not installed yet; it checks before it starts")
        return Verdict(Outcome.PLANNED, finding, step="kubeadm_init")
    findings = [*report.errors, *report.warnings]
    if not findings:
        return ok(T("no errors, no warnings"))
    name, text = findings[0]
    finding = T("{name}: {text}", name=name, text=text)
    why = T("this is what kubeadm itself says")
    step = next((PLANNED[n] for n, _ in findings if n in PLANNED), "")
    if report.errors and not all(n in PLANNED for n, _ in report.errors):
        return fail(finding, wanted=T("no errors"), why=why, cure=T("fix it; kubeadm stops there"))
    return warn(finding, why=why, cure=T("read it, and fix it if you can"), step=step)


CHECK = Check(
    id="kubeadm_preflight",
    title=T("kubeadm preflight"),
    about=T(
        "kubeadm looks at the machine itself before it starts, and stops at what it calls an error. This is its own list, asked for ahead."
    ),
    judge=judge,
    reads=(KubeadmPreflight, Kubernetes),
    applies=lambda answers: answers.makes_cluster,
)
