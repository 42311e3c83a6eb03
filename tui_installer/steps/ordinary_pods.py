"""The step that lets users' pods run on this control plane, or keeps them away, as the answers ask."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand
from tui_installer.model.facts import (
    CONTROL_PLANE_TAINTS,
    Facts,
    Kubernetes,
    NotRead,
    Taint,
    Unread,
    Workloads,
)
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text
from tui_installer.steps.calico import KUBECTL

OF_KUBEADM = Taint(CONTROL_PLANE_TAINTS[0], "NoSchedule")
_API_SERVER = T("the API server")


def _present(answers: Answers, facts: Facts) -> Sequence[Taint]:
    """Returns this node's taints; for a cluster still to come, those that kubeadm will set. Raises NotRead."""
    workloads, name = facts[Workloads], answers.node.hostname
    if not workloads.answers:
        if facts[Kubernetes].member:
            raise NotRead(Unread(_API_SERVER, T("there is no kubeconfig here"), lasting=True))
        return (OF_KUBEADM,)
    node = workloads.node(name)
    if node is None:
        why = T("the cluster has no node {name}", name=name)
        raise NotRead(Unread(_API_SERVER, why, lasting=True))
    if node.taints is None:
        why = T("it does not tell the taints of {name}", name=name)
        raise NotRead(Unread(_API_SERVER, why, lasting=True))
    return node.taints


def _taint(name: str, words: Sequence[str]) -> Argv:
    return (*KUBECTL, "taint", "nodes", name, *words)


def _change(name: str, why: Text, taints: Sequence[Taint], *, off: bool) -> RunCommand:
    """Returns a command that removes the taints by key and effect alone, or adds them as they were."""
    on = _taint(name, [taint.text for taint in taints])
    away = _taint(name, [f"{taint.key}:{taint.effect}-" for taint in taints])
    return RunCommand(away, why, undo=(on,)) if off else RunCommand(on, why, undo=(away,))


def _let_in(name: str, present: Sequence[Taint]) -> list[Change]:
    own = [taint for taint in present if taint.of_kubeadm]
    if not own:
        return []
    other_taints = ", ".join(
        taint.text for taint in present if taint.keeps_away and taint not in own
    )
    why = T("let ordinary pods run on {name}: take kubeadm's taint off", name=name)
    if other_taints:
        why = T(
            "take kubeadm's taint off {name}; pods still stay away from it by what is kept: {kept}",
            name=name,
            kept=other_taints,
        )
    return [_change(name, why, own, off=True)]


def _keep_away(name: str, present: Sequence[Taint]) -> list[Change]:
    """Adds the taint of this version; it does not evict pods that already run there."""
    if any((t.key, t.effect) == (OF_KUBEADM.key, OF_KUBEADM.effect) for t in present):
        return []
    why = T("place no more ordinary pods on {name}; those that run there stay", name=name)
    return [_change(name, why, [OF_KUBEADM], off=False)]


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Changes this node alone, and only kubeadm's own taints; returns no change unless the answers ask for one."""
    wanted, name = answers.cluster.pods_on_control_plane, answers.node.hostname
    if wanted is None:
        return []
    present = _present(answers, facts)
    return _let_in(name, present) if wanted else _keep_away(name, present)


STEP = Step(
    id="ordinary_pods",
    title=T("Ordinary pods"),
    about=T(
        "kubeadm puts a taint on a control plane: only Kubernetes' own pods are placed there, and those of users wait for a worker. Without the taint this server runs them too, which a cluster of one server needs."
    ),
    changes=changes,
    reads=(Kubernetes, Workloads),
    after=("kubeadm_init", "calico"),
    follows="calico",
    applies=lambda answers: (
        answers.runs_control_plane and answers.cluster.pods_on_control_plane is not None
    ),
)
