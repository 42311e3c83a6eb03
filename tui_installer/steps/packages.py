"""Installs containerd and Kubernetes in exactly the versions that belong together.

Two transactions finish soonest: containerd and crictl first, so that images come while the second
transaction fetches Kubernetes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from tui_installer.catalogue import release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.facts import Facts, Packages
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.render.yum import yum

FIRST = ("containerd.io", "cri-tools")


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _transaction(
    names: Sequence[str], pinned: dict[str, str], now: Packages, reaches: str
) -> list[Change]:
    damaged = [n for n in names if n in now.damaged and now.version(n) == pinned[n]]
    wrong = [n for n in names if now.version(n) != pinned[n]]
    newer = [n for n in wrong if _number(now.version(n)) > _number(pinned[n])]
    older = [n for n in wrong if n not in newer]
    found: list[Change] = []
    for verb, chosen in (("reinstall", damaged), ("downgrade", newer), ("install", older)):
        if not chosen:
            continue
        packages = tuple(f"{n}-{pinned[n]}" for n in chosen)
        new = [n for n in chosen if not now.version(n)]
        found.append(
            RunCommand(
                yum(verb, packages),
                T("install {packages}", packages=", ".join(packages)),
                undo=(("yum", "-y", "remove", *new),) if new else (),
                timeout=7200,
                resource="yum",
                meter="yum",
                reaches=reaches,
            )
        )
    return found


def needed(answers: Answers) -> dict[str, str]:
    """Every package that is asked for by name, with its version ("" where any will do)."""
    return dict(release(answers.cluster.kubernetes).packages)


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Only what is missing or has another version; the kubelet starts with every boot."""
    now, pinned = facts[Packages], needed(answers)
    found: list[Change] = []
    if now.torn:
        why = T("remove files that an interrupted installation left unfinished")
        # yum's lock: a transaction that goes on has such files of its own.
        found.append(RunCommand(("rm", "-f", "--", *now.torn), why, resource="yum"))
    found += _transaction(FIRST, pinned, now, "containerd")
    found += _transaction([n for n in pinned if n not in FIRST], pinned, now, "kubernetes")
    extra = [
        p
        for p in ("ipset", "ipvsadm")
        if answers.cluster.proxy_mode == "ipvs" and not now.version(p)
    ]
    if extra:
        why = T("install what ipvs needs: {packages}", packages=", ".join(extra))
        undo = (("yum", "-y", "remove", *extra),)
        found.append(
            RunCommand(yum("install", extra), why, undo, timeout=3600, resource="yum", meter="yum")
        )
    return found


STEP = Step(
    id="packages",
    title=T("Packages"),
    about=T(
        "containerd runs the containers, the kubelet looks after them on this node, kubeadm makes or joins a cluster, kubectl gives it orders. They are installed in exactly the versions that belong together."
    ),
    changes=changes,
    reads=(Packages,),
    after=("sources",),
    follows="sources",
)
