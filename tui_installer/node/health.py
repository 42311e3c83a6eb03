"""The health of this node: its proofs, and what differs from its last answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from tui_installer import assets, registry
from tui_installer.host import last_answers, machine, runs
from tui_installer.host.facts import proved as proofs_file
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER, Answers
from tui_installer.model.answers_file import Given
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.check import Check, Judged, broken
from tui_installer.model.event import PROOF
from tui_installer.model.facts import (
    Calico,
    Drift,
    Facts,
    HostName,
    Kubernetes,
    Network,
    NotRead,
    ProofRow,
    Proved,
    Sent,
    Traffic,
    Workloads,
)
from tui_installer.model.kind import Kind
from tui_installer.model.outcome import WORST_FIRST, Outcome
from tui_installer.model.plan import Plan
from tui_installer.preflight.completion import LOCAL
from tui_installer.preflight.inspection import Asked, facts_of, make_plan

# Seconds to wait for something just started before an unhealthy state counts as a failure.
PATIENCE = 60.0
NONE = "none"


@dataclass(frozen=True)
class NodeStatus:
    """The result of one look at this node; `answers` None: it is not a node of a cluster."""

    answers: Answers | None
    facts: Facts
    judged: tuple[Judged, ...] = ()
    plan: Plan = field(default_factory=lambda: Plan(()))
    # This program made the node, and these are its last answers.
    ours: bool = False

    @property
    def role(self) -> str:
        """The node's role; "none" if it is not a node."""
        return self.answers.node.role if self.answers else NONE

    @property
    def healthy(self) -> bool:
        """True if it is a node, and nothing fails."""
        bad = (row.verdict.outcome is Outcome.FAIL for row in self.judged)
        return self.answers is not None and not any(bad)

    @property
    def drift(self) -> Mapping[str, tuple[Change, ...]]:
        """Changes by step that a run would make and that no proof covers."""
        return _drift(self.plan) if self.ours else {}

    @property
    def proved(self) -> Proved:
        """The last proof with traffic."""
        return self.facts.get(Proved, Proved())


def _drift(plan: Plan) -> Mapping[str, tuple[Change, ...]]:
    """Leaves out pods that are not ready yet and a proof that is due: neither is a difference of this node."""
    steps = {
        planned.step.id: tuple(
            c for c in planned.changes if not (isinstance(c, RunCommand) and c.waits)
        )
        for planned in plan.steps
        if planned.step.id != PROOF
    }
    return {step: changes for step, changes in steps.items() if changes}


def _of_strangers(local: Facts, cluster: Kubernetes) -> Answers | None:
    """Returns the answers of a node that was made by hand, as far as its own files show them."""
    if not cluster.kubelet_conf:
        return None
    role = FIRST_CONTROL_PLANE if cluster.manifests else WORKER
    made = Answers()
    node = replace(
        made.node, role=role, hostname=local[HostName].current, interface=local[Network].best
    )
    return replace(made, node=node)


def look() -> NodeStatus:
    """Reads this node; sends nothing. Raises NotRead where it is unknown whether this is a node."""
    before, local = last_answers.last(), gather(LOCAL, Scope())
    answers = before.answers
    cluster = gather((Kubernetes,), Scope())
    if answers is None or (Kubernetes in cluster and not cluster[Kubernetes].member):
        answers = _of_strangers(local, cluster[Kubernetes])
    if answers is None:
        return NodeStatus(None, local.merged(gather((Proved,), Scope())))
    ours = answers is before.answers
    steps = [s for s in registry.steps(Kind.INSTALL) if s.applies(answers)]
    proofs = _proofs(answers)
    asked = Asked(before.given or Given({}))
    facts = facts_of(asked, answers, local, [*steps, *proofs])
    plan = make_plan(answers, facts) if ours else Plan(())
    facts = facts.having(Traffic(), _told(plan))
    judged = _worst_first(_judge(p, answers, facts) for p in proofs if not _sends(p))
    return NodeStatus(answers, facts, judged, plan, ours)


def _told(plan: Plan) -> Drift:
    steps = {s: tuple(c.why for c in changes) for s, changes in _drift(plan).items()}
    return Drift(steps, {p.step.id: p.unknown for p in plan.steps if p.unknown})


def _proofs(answers: Answers) -> list[Check]:
    return [proof for proof in registry.proofs() if proof.applies(answers)]


def _sends(proof: Check) -> bool:
    return Traffic in proof.reads


def _judge(proof: Check, answers: Answers, facts: Facts) -> Judged:
    try:
        return Judged(proof, proof.judge(answers, facts))
    except Exception as error:
        return Judged(proof, broken(error))


def _worst_first(rows: Iterable[Judged]) -> tuple[Judged, ...]:
    return tuple(sorted(rows, key=lambda row: WORST_FIRST.index(row.verdict.outcome)))


# --- the proof ------------------------------------------------------------------------------------


def prove(tell: Callable[[Judged], None]) -> NodeStatus:
    """Reads the node, then sends traffic; calls `tell` with each proof as it ends, and records the final results.

    An unhealthy part is checked again for a minute: pods may just be starting.
    """
    began, changed = time.monotonic(), runs.past().changed
    status = look()
    while _bad(status) and time.monotonic() < began + PATIENCE:
        time.sleep(2)
        status = look()
    if (answers := status.answers) is None:
        return status
    proving = _Proving(tell, began, changed)
    rows = {row.check.id: row for row in status.judged}
    order = _proofs(answers)
    reading = [rows[p.id] for p in order if p.id in rows]
    for row in reading:
        proving.take(row)
    facts = status.facts.merged(_traffic(status))
    for proof in (p for p in order if _sends(p)):
        proving.take(_judge(proof, answers, facts))
    proving.end()
    proved = gather((Proved,), Scope())
    return replace(status, facts=facts.merged(proved), judged=_worst_first(proving.rows))


def _bad(status: NodeStatus) -> bool:
    """Tells whether something is unhealthy that may recover in a moment."""
    waits = {Workloads, Calico}
    return any(
        row.verdict.outcome in (Outcome.FAIL, Outcome.UNKNOWN) and waits & set(row.check.reads)
        for row in status.judged
    )


def _traffic(status: NodeStatus) -> Facts:
    """Returns the facts of the traffic; they are unknown where the API server did not report them."""
    try:
        return Facts({Traffic: Traffic(_send(status))})
    except NotRead as error:
        return Facts({Traffic: error.unread})


def _send(status: NodeStatus) -> Mapping[str, Sent]:
    answers = status.answers
    if answers is None or not answers.calico or Workloads not in status.facts:
        return {}
    workloads = status.facts[Workloads]
    node = workloads.node(answers.node.hostname)
    if node is None or not node.ready:
        return {}
    if not answers.runs_control_plane:
        return machine.here().send_as_worker(workloads, node.name)
    images = assets.location("images", answers.mirrors.images)
    image = assets.release(answers.cluster.kubernetes).image("coredns").reference(images)
    return machine.here().send(workloads, node.name, image)


class _Proving:
    """Records a proof row by row, so that others see its progress."""

    def __init__(self, tell: Callable[[Judged], None], began: float, changed: str) -> None:
        self._tell = tell
        self._began = began
        self._changed = changed
        self.rows: list[Judged] = []
        self._kept: list[ProofRow] = []

    def take(self, row: Judged) -> None:
        """Records the end of one proof."""
        verdict = row.verdict
        self.rows.append(row)
        seconds = round(time.monotonic() - self._began, 1)
        self._kept.append(
            ProofRow(
                row.check.id,
                row.check.title,
                verdict.outcome,
                verdict.found,
                verdict.why,
                verdict.cure,
                seconds,
            )
        )
        self._write(over=False)
        self._tell(row)

    def end(self) -> None:
        """Records the end of all proofs."""
        self._write(over=True)

    def _write(self, *, over: bool) -> None:
        proofs_file.write(Proved(time.time(), tuple(self._kept), over, self._changed))
