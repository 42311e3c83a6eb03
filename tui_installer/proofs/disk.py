"""Proof that there is room for images and pods."""

from __future__ import annotations

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import Disk, Facts
from tui_installer.model.text import T

# Percent free: the kubelet deletes images below 15, and evicts pods below 10.
LOW, LOWEST = 20, 12


def judge(_answers: Answers, facts: Facts) -> Verdict:
    """Judges the fullest file system."""
    spaces = [space for space in facts[Disk].spaces if space.total]
    if not spaces:
        return unknown(T("cannot be read"))
    worst = min(spaces, key=lambda space: space.free / space.total)
    percent = 100 * worst.free // worst.total
    free_space = T(
        "{path}: {free} of {total} GB free",
        path=worst.path,
        free=f"{worst.free / 1e9:.1f}",
        total=f"{worst.total / 1e9:.1f}",
    )
    if percent >= LOW:
        return ok(free_space)
    wanted = T("{percent} % free", percent=LOW)
    why = T("below 15 % the kubelet removes images, below 10 % it ends pods")
    cure = T("make room: crictl rmi --prune removes unused images")
    if percent < LOWEST:
        return fail(free_space, wanted=wanted, why=why, cure=cure)
    return warn(free_space, wanted=wanted, why=why, cure=cure)


PROOF = Check(
    id="disk",
    title=T("Disk"),
    about=T(
        "Images, containers and the cluster's data need room. The kubelet acts before a disk is full, and not gently."
    ),
    judge=judge,
    reads=(Disk,),
    follows="drift",
)
