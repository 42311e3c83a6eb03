"""Check that the operating system and the processor are those of the packages."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, System
from tui_installer.model.text import T


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Accepts only CentOS 7 on x86_64: the packages of the sources are built for nothing else."""
    system = facts[System]
    finding = T(
        "{name}, kernel {kernel}, {arch}",
        name=system.release or system.os_name,
        kernel=system.kernel,
        arch=system.arch,
    )
    seven = "release 7." in system.release
    if system.os_id == "centos" and seven and system.arch == "x86_64":
        return ok(finding)
    return fail(
        finding,
        wanted=T("CentOS Linux 7.9, x86_64"),
        why=T("the packages are built for CentOS 7 on x86_64 only"),
        cure=T("run it on a CentOS 7.9 server"),
    )


CHECK = Check(
    id="system",
    title=T("System"),
    about=T(
        "The packages that this program installs are built for CentOS 7 on x86_64. Elsewhere they do not install, or do not start."
    ),
    judge=judge,
    reads=(System,),
    kubeadm=("SystemVerification",),
)
