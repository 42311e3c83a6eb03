"""Check that the kernel forwards IPv4 packets."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Kernel
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Fails where forwarding is off: kubeadm stops there."""
    value = facts[Kernel].sysctl.get("net.ipv4.ip_forward", "")
    if value == "1":
        return ok(T("on"))
    return fail(
        T("off"),
        wanted=T("on"),
        why=T("the node has to forward the packets of its pods"),
        cure=T("the kernel step turns it on"),
        step="kernel",
    )


CHECK = Check(
    id="ip_forward",
    title=T("IP forwarding"),
    about=T(
        "A Linux machine passes packets on from one card to another only if it is told to. A node has to: its pods have a network of their own behind it."
    ),
    judge=judge,
    reads=(Kernel,),
    kubeadm=("FileContent--proc-sys-net-ipv4-ip_forward",),
)
