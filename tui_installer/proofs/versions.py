"""Proof that the versions are those of the answers."""

from __future__ import annotations

from tui_installer.assets import release
from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, ok, warn
from tui_installer.model.facts import Facts, Packages, Workloads
from tui_installer.model.text import T, verbatim


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges the versions of the packages, and of the running kubelet."""
    pinned, now = release(answers.cluster.kubernetes).packages, facts[Packages]
    wrong = {name: now.version(name) or "-" for name in pinned if now.version(name) != pinned[name]}
    node = facts[Workloads].node(answers.node.hostname)
    if node is not None and node.kubelet and node.kubelet != pinned["kubelet"]:
        wrong["kubelet"] = node.kubelet
    if not wrong:
        packages = ("kubelet", "containerd.io", "cri-tools")
        return ok(verbatim(", ".join(f"{name} {pinned[name]}" for name in packages)))
    return warn(
        verbatim(", ".join(f"{name} {version}" for name, version in wrong.items())),
        wanted=verbatim(", ".join(f"{name} {pinned[name]}" for name in wrong)),
        why=T("only versions that belong together are known to work together"),
        cure=T("apply the same answers again, which puts them right"),
    )


PROOF = Check(
    id="versions",
    title=T("Versions"),
    about=T(
        "containerd, the kubelet and their tools are installed in versions that belong together. An update of the system may have moved one of them."
    ),
    judge=judge,
    reads=(Packages, Workloads),
    follows="certificates",
)
