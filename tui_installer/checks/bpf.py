"""Check that the kernel has the file system that Calico mounts."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Kernel
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Fails without the folder: Calico's manifest mounts it from 3.24 on, and its pods never start without it."""
    if facts[Kernel].bpf:
        return ok(T("/sys/fs/bpf is there"))
    return fail(
        T("/sys/fs/bpf is missing"),
        wanted=T("the folder /sys/fs/bpf"),
        why=T("Calico's pods would wait for it for ever, and the node would never become Ready"),
        cure=T("boot the newest kernel of CentOS 7.9: yum update kernel, then reboot"),
    )


CHECK = Check(
    id="bpf",
    title=T("BPF"),
    about=T(
        "BPF lets programs run in the kernel. The pod network Calico mounts its file system, /sys/fs/bpf, into its pods; early kernels of CentOS 7 do not have it."
    ),
    judge=judge,
    reads=(Kernel,),
    applies=lambda answers: answers.calico,
)
