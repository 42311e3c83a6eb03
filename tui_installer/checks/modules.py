"""Check that the kernel has the modules that pods' traffic needs."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Facts, Kernel, System
from tui_installer.model.text import T, verbatim
from tui_installer.render.modules import modules


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Fails on modules that do not exist; the kernel step loads those that do."""
    ipvs = answers.cluster.proxy_mode == "ipvs"
    needed, kernel = modules(facts[System], ipvs=ipvs), facts[Kernel]
    why = T("without them iptables does not see the traffic of pods, and kubeadm stops")
    if gone := [m for m in needed if m not in kernel.available]:
        without = modules(facts[System], ipvs=False)
        other_mode = answers.makes_cluster and set(gone).isdisjoint(without)
        return fail(
            T("this kernel does not have {modules}", modules=", ".join(gone)),
            wanted=verbatim(", ".join(needed)),
            why=why,
            cure=T(
                'boot a kernel that has them (yum install kernel), or set proxy_mode = "iptables"'
            ),
            answer="cluster.proxy_mode" if other_mode else "",
        )
    if missing := [m for m in needed if m not in kernel.loaded]:
        finding = T("not loaded: {modules}", modules=", ".join(missing))
        return warn(finding, why=why, cure=T("the kernel step loads them"), step="kernel")
    return ok(verbatim(", ".join(needed)))


CHECK = Check(
    id="modules",
    title=T("Kernel modules"),
    about=T(
        "The kernel loads parts of itself, the modules, when they are asked for. Containers need overlay, the traffic of pods br_netfilter, kube-proxy in its mode ipvs the modules of ip_vs."
    ),
    judge=judge,
    reads=(Kernel, System),
    kubeadm=("FileContent--proc-sys-net-bridge-bridge-nf-call-iptables",),
    asks=("cluster.proxy_mode",),
)
