"""The step that installs containerd and Kubernetes in exactly the versions that belong together.

Two transactions finish soonest: containerd and crictl first, so that images arrive while the second
transaction fetches Kubernetes. Other packages come last, so that nothing waits for them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from tui_installer.assets import base_packages, release
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.facts import Facts, Packages
from tui_installer.model.preparation import Preparation
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.render.packages import (
    PACKAGES_LOCK,
    PACKAGES_METER,
    REINSTALL,
    removal,
    transaction,
)

FIRST = ("containerd.io", "cri-tools")
NFS = "nfs-utils"
# The milestone of the packages that Kubernetes does not need.
FURTHER = "further"


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(n) for n in re.findall(r"\d+", version))


def _newer(now: Packages, name: str, version: str) -> bool:
    return bool(version) and _number(now.version(name)) > _number(version)


def transactions(
    wanted: Mapping[str, str], now: Packages, *, reaches: str = "", beside: Sequence[str] = ()
) -> list[Change]:
    """Returns the transactions that install these packages in their versions ("": any version).

    There is one transaction for each kind: packages with damaged files, newer ones, and all others.
    `beside` is named too where an installation might change its version.
    """
    wrong = [n for n, v in wanted.items() if not now.version(n) or (v and now.version(n) != v)]
    damaged = [n for n in wanted if n in now.damaged and n not in wrong]
    newer = [n for n in wrong if _newer(now, n, wanted[n])]
    older = [n for n in wrong if n not in newer]
    commands: list[Change] = []
    for verb, chosen in ((REINSTALL, damaged), ("downgrade", newer), ("install", older)):
        if not chosen:
            continue
        packages = tuple(f"{n}-{wanted[n]}" if wanted[n] else n for n in chosen)
        new = [n for n in chosen if not now.version(n)]
        commands.append(
            RunCommand(
                transaction(verb, (*packages, *(beside if verb != REINSTALL else ()))),
                T("install {packages}", packages=", ".join(packages)),
                undo=(removal(new),) if new else (),
                timeout=7200,
                resource=PACKAGES_LOCK,
                meter=PACKAGES_METER,
                reaches=reaches,
            )
        )
    return commands


def needed(answers: Answers) -> dict[str, str]:
    """Returns every package that the step names, with its version ("": any version)."""
    return dict(release(answers.cluster.kubernetes).packages)


def tools(answers: Answers) -> dict[str, str]:
    """Returns what Kubernetes' programs use: for ipvs, and for the completion of kubectl's words."""
    ipvs = ("ipset", "ipvsadm") if answers.cluster.proxy_mode == "ipvs" else ()
    return dict.fromkeys((*ipvs, "bash-completion"), "")


def further(answers: Answers) -> dict[str, str]:
    """Returns the packages that the answers ask for and Kubernetes does not need."""
    base = base_packages() if answers.options.base_packages else ()
    return dict.fromkeys((*base, *((NFS,) if answers.options.nfs_client else ())), "")


def _first(answers: Answers, now: Packages) -> dict[str, str]:
    """Returns containerd and crictl; docker too, where a newer docker requires a newer containerd."""
    pinned = needed(answers)
    first = {name: pinned[name] for name in FIRST}
    if answers.options.docker and _newer(now, FIRST[0], pinned[FIRST[0]]):
        docker = release(answers.cluster.kubernetes).docker
        first |= {name: v for name, v in docker.items() if _newer(now, name, v)}
    return first


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Installs only packages that are missing or have another version."""
    now, pinned = facts[Packages], needed(answers)
    needed_changes: list[Change] = []
    if now.torn:
        why = T("remove files that an interrupted installation left unfinished")
        # yum's lock: a running transaction has such files of its own.
        needed_changes.append(
            RunCommand(("rm", "-f", "--", *now.torn), why, resource=PACKAGES_LOCK)
        )
    rest = {name: version for name, version in pinned.items() if name not in FIRST}
    asked = {name: v for name, v in further(answers).items() if name not in tools(answers)}
    return [
        *needed_changes,
        *transactions(_first(answers, now), now, reaches="containerd"),
        *transactions(rest, now, reaches="kubernetes"),
        *transactions(tools(answers), now),
        *transactions(asked, now, reaches=FURTHER),
    ]


def _lacking(facts: Facts) -> list[str]:
    return [name for name in base_packages() if not facts[Packages].version(name)]


def _base(facts: Facts) -> Text:
    count = len(base_packages())
    return T("{have} of {count}", have=count - len(_lacking(facts)), count=count)


def _base_tick(_answers: Answers, facts: Facts) -> Text:
    count = len(_lacking(facts) if Packages in facts else base_packages())
    return T("{count} more, often wanted: gcc, vim...", count=count)


def _base_hint(_answers: Answers | None, _facts: Facts | None, _value: str) -> Text:
    return T(
        "The list that guides install on every server, without epel-release (its mirror list is gone, and then every yum fails) and ntp (chrony is there). Kubernetes needs none of it; it comes last."
    )


def _asks_for(change: Change, names: Iterable[str]) -> bool:
    """Tells whether the change installs one of these packages, which Kubernetes does not need."""
    return (
        isinstance(change, RunCommand)
        and change.reaches == FURTHER
        and not set(names).isdisjoint(change.argv)
    )


def _is_base(change: Change) -> bool:
    return _asks_for(change, (name for name in base_packages() if name != NFS))


def _nfs_hint(_answers: Answers | None, _facts: Facts | None, _value: str) -> Text:
    return T(
        "A pod that mounts a volume of an NFS server needs the client on its node. It is one of the base packages too."
    )


STEP = Step(
    id="packages",
    title=T("Packages"),
    about=T(
        "containerd runs the containers, the kubelet looks after them on this node, kubeadm makes or joins a cluster, kubectl gives it orders. They are installed in exactly the versions that belong together, with the few tools that they use and what else was asked for."
    ),
    changes=changes,
    reads=(Packages,),
    after=("sources",),
    follows="sources",
    prepares=(
        Preparation(
            T("Base packages"),
            _base,
            _base_hint,
            "options.base_packages",
            tick=_base_tick,
            mine=_is_base,
        ),
        Preparation(
            T("NFS volumes"),
            lambda facts: T("installed") if facts[Packages].version(NFS) else T("no client"),
            _nfs_hint,
            "options.nfs_client",
            tick=lambda _answers, _facts: T("install nfs-utils"),
            mine=lambda change: _asks_for(change, [NFS]),
        ),
    ),
)
