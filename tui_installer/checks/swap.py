"""Check that there is no swap."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Files, Swap
from tui_installer.model.text import T
from tui_installer.render.fstab import without_swap

FSTAB = "/etc/fstab"


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges active swap, and swap that returns at the next boot."""
    devices = facts[Swap].devices
    table = facts[Files].text(FSTAB) or ""
    if not devices and without_swap(table) == table:
        return ok(T("off"))
    finding = (
        T("on: {devices}", devices=", ".join(devices))
        if devices
        else T("off now, on again after a boot")
    )
    why = T("the kubelet does not start with swap on, and kubeadm only warns about it")
    return fail(
        finding, wanted=T("off"), why=why, cure=T("the swap step turns it off"), step="swap"
    )


CHECK = Check(
    id="swap",
    title=T("Swap"),
    about=T(
        "Swap is disk space that stands in for memory. The kubelet refuses to start while it is on, also when it comes back after a reboot."
    ),
    judge=judge,
    reads=(Swap, Files),
    files=(FSTAB,),
    kubeadm=("Swap",),
)
