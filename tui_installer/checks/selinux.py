"""Check that SELinux is not enforcing."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, warn
from tui_installer.model.facts import Facts, Selinux
from tui_installer.model.text import T, verbatim


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Warns of enforcing: Kubernetes documents permissive for CentOS 7."""
    mode = facts[Selinux].mode
    if mode != "enforcing":
        return ok(verbatim(mode))
    return warn(
        T("enforcing"),
        why=T("it keeps containers from reading the host's files that the kubelet mounts for them"),
        cure=T("the selinux step makes it permissive"),
        step="selinux",
        answer="options.selinux",
    )


CHECK = Check(
    id="selinux",
    title=T("SELinux"),
    about=T(
        "SELinux forbids programs whatever no rule allows. When it is enforcing, containers cannot read the files of the host that the pod network and others need."
    ),
    judge=judge,
    reads=(Selinux,),
    asks=("options.selinux",),
)
