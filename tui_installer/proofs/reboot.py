"""Proof that every setting survives a reboot."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Drift, Facts
from tui_installer.model.text import T

# The steps whose settings must exist at boot: their verification also reads the files for it.
LASTING = ("hostname", "swap", "selinux", "kernel", "containerd", "kubeadm_init", "kubeadm_join")


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Passes if these steps have nothing left to do: they compare both the present state and that of a boot."""
    left = {step: texts for step, texts in facts[Drift].steps.items() if step in LASTING}
    hidden = {step: why for step, why in facts[Drift].unknown.items() if step in LASTING}
    if not left and hidden:
        step, why = next(iter(hidden.items()))
        return unknown(T("{step}: {why}", step=step, why=why))
    if not left:
        return ok(T("units, swap, kernel settings and modules stay"))
    first = next(iter(left.values()))
    return fail(
        T("still to do: {what}", what=first[0]),
        wanted=T("nothing left to do"),
        why=T("after a reboot the node would not come up as it is now"),
        cure=T("apply the same answers again"),
    )


PROOF = Check(
    id="reboot",
    title=T("Reboot"),
    about=T(
        "Services that start at boot, swap that stays off, kernel modules and settings that come back: what is in force now must be so after a reboot too."
    ),
    judge=judge,
    reads=(Drift,),
    follows="services",
)
