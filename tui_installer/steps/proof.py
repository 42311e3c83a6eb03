"""The step that proves the node with traffic, once a run has changed something."""

from __future__ import annotations

from collections.abc import Sequence

from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.cause import Cause
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.event import PROOF
from tui_installer.model.facts import Facts, Past, ProofRow, Proved, Workloads
from tui_installer.model.step import Step, Watched, WatchedRow
from tui_installer.model.text import T
from tui_installer.render.proof import NAMESPACE

PROVE = ("tui-installer", "status", "--prove")
REMOVE = (
    "kubectl",
    "--kubeconfig=/etc/kubernetes/admin.conf",
    "delete",
    "namespace",
    NAMESPACE,
    "--ignore-not-found",
)


def changes(answers: Answers, facts: Facts) -> Sequence[Change]:
    """Proves the node again after every change, and removes what an interrupted proof has left."""
    proved, left = facts[Proved], any(p.namespace == NAMESPACE for p in facts[Workloads].pods)
    if not (proved.good and _of_now(proved, facts[Past])):
        undo = (REMOVE,) if answers.runs_control_plane else (("rm", "-f", str(places.PROOF)),)
        why = T("prove the node: its pods, its name server, traffic to Services and between nodes")
        return [RunCommand(PROVE, why, undo=undo, timeout=600, interruptible=True)]
    if left and answers.runs_control_plane:
        return [RunCommand(REMOVE, T("remove the test pods that a proof has left"))]
    return []


def _of_now(proved: Proved, past: Past) -> bool:
    """Tells whether nothing has changed since the proof. Clocks do not count; a proof of 0.1.0 has only its time."""
    if proved.changed is None:
        return proved.at >= past.changed_at
    return proved.changed == past.changed


def _row(row: ProofRow) -> WatchedRow:
    return WatchedRow(row.title, row.outcome, row.found)


def watch(_answers: Answers, facts: Facts) -> Watched:
    """Shows each proof as it ends; the first one that fails, or that must be known and is not, is the cause."""
    proved = facts[Proved]
    if proved.over:
        return Watched(tuple(map(_row, proved.rows)), cause=_cause(proved))
    return Watched(tuple(map(_row, proved.rows)))


def _cause(proved: Proved) -> Cause | None:
    if (bad := proved.against) is None:
        return None
    return Cause(
        bad.id,
        T("{title}: {found}", title=bad.title, found=bad.found),
        bad.cure or T("look at it: tui-installer status"),
    )


STEP = Step(
    id=PROOF,
    title=T("Proof"),
    about=T(
        "That every command ended well does not prove that the node works. Questions are sent through the pod network and answered, or not: that is the proof."
    ),
    changes=changes,
    reads=(Past, Proved, Workloads),
    after=("calico", "docker", "ordinary_pods"),
    follows="ordinary_pods",
    applies=lambda answers: answers.calico,
    last=True,
    watch=watch,
    watches=(Proved,),
)
