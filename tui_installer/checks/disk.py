"""Check for room, and for the right file system, where containerd, the kubelet and etcd write."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, warn
from tui_installer.model.facts import Disk, Facts, Space
from tui_installer.model.text import T

GB = 1 << 30
# Packages, and the packed and unpacked images of a control plane, take about 3 GB.
NEEDED, GOOD = 4 * GB, 10 * GB


def _full(space: Space) -> Verdict:
    return fail(
        T("{free} GB free in {path}", free=round(space.free / GB, 1), path=space.path),
        wanted=T("{needed} GB or more", needed=NEEDED // GB),
        why=T("packages and images need it, and the kubelet evicts pods when the disk fills up"),
        cure=T("make room, or mount a larger disk there"),
    )


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the file system with the least room."""
    spaces = facts[Disk].spaces
    tightest = min(spaces, key=lambda s: s.free)
    if tightest.free < NEEDED:
        return _full(tightest)
    if bad := next((s for s in spaces if s.d_type is False), None):
        return fail(
            T("{path} is on an xfs file system made with ftype=0", path=bad.path),
            wanted=T("ftype=1"),
            why=T("containerd's overlayfs cannot work on it"),
            cure=T("mount a file system made with ftype=1 there: mkfs.xfs -n ftype=1"),
        )
    free_space = T(
        "{free} GB free in {path}", free=round(tightest.free / GB, 1), path=tightest.path
    )
    if tightest.free < GOOD:
        why = T("the images of your applications need more room than Kubernetes itself")
        return warn(free_space, why=why, cure=T("plan for more than {good} GB", good=GOOD // GB))
    return ok(free_space)


CHECK = Check(
    id="disk",
    title=T("Disk"),
    about=T(
        "Images, pods and the cluster's data live in /var: when the disk fills up, the kubelet ends pods to make room. An xfs file system there must have been made with ftype=1, or containerd cannot put the layers of images together."
    ),
    judge=judge,
    reads=(Disk,),
)
