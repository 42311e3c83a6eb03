"""The rows of the Status screen: one for each proof and for the join token, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from typing_extensions import override

from tui_installer import registry
from tui_installer.model.check import Check, Judged, Verdict, unknown
from tui_installer.model.facts import Packages, ProofRow, Traffic
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.text import T, Text, listed
from tui_installer.node.monitor import SeenNode, Tending
from tui_installer.text.words import word
from tui_installer.ui.rows.times import ago, moment
from tui_installer.ui.rows.verdicts import VerdictLine, counts

TOKEN = "join_token"
# On an existing node a warning weighs more than an unknown outcome.
STATUS_ORDER = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.PLANNED, Outcome.OK)
# Seconds after which a value counts as old.
OLD = 15.0


@dataclass(frozen=True)
class StatusLine(VerdictLine):
    """One row; it shows an unknown outcome as `--`."""

    # There was nothing to ask: the row stands below all others, and is not counted.
    idle: bool = False

    @property
    @override
    def said(self) -> Text:
        outcome = self.verdict.outcome if self.verdict else Outcome.UNKNOWN
        return word(PENDING if outcome is Outcome.UNKNOWN else outcome)


def sends(proof: Check) -> bool:
    """Tells whether a proof needs test traffic, and so is not part of every look."""
    return Traffic in proof.reads


def lines_of(tending: Tending) -> list[StatusLine]:
    """Returns the rows, worst first; none where this is not a node."""
    seen = tending.seen
    if seen is None or seen.status.answers is None:
        return []
    rows = list(_rows(tending, seen))
    return sorted(rows, key=lambda row: (row.idle, STATUS_ORDER.index(_outcome(row))))


def _outcome(row: VerdictLine) -> Outcome:
    return row.verdict.outcome if row.verdict else Outcome.UNKNOWN


def _rows(tending: Tending, seen: SeenNode) -> Iterator[StatusLine]:
    answers = seen.status.answers
    assert answers is not None
    if seen.token is not None:
        yield StatusLine(TOKEN, T("Join token"), seen.token)
    verdicts = {row.check.id: row.verdict for row in seen.status.judged}
    for proof in registry.proofs():
        if not proof.applies(answers):
            continue
        if sends(proof):
            yield _sent(tending, seen, proof)
        elif proof.id in verdicts:
            yield StatusLine(proof.id, proof.title, verdicts[proof.id])


def _sent(tending: Tending, seen: SeenNode, proof: Check) -> StatusLine:
    """Returns the result of test traffic: the present one during a proof, else the last recorded one."""
    if tending.proving_since is not None:
        row = tending.proved.get(proof.id)
        verdict = row.verdict if row else unknown(T("is being proved"))
        return StatusLine(proof.id, proof.title, verdict)
    recorded = seen.status.proved.row(proof.id)
    if recorded is None:
        return StatusLine(proof.id, proof.title, unknown(T("not proved yet")))
    at = moment(datetime.fromtimestamp(seen.status.proved.at, UTC), tending.now())
    verdict = on_record(recorded, T("proved {time}: {found}", time=at, found=recorded.found))
    if verdict.outcome is Outcome.UNKNOWN:
        return StatusLine(proof.id, proof.title, on_record(recorded, recorded.found), idle=True)
    return StatusLine(proof.id, proof.title, verdict)


def on_record(row: ProofRow, found: Text) -> Verdict:
    """Turns a recorded row into a verdict."""
    return Verdict(row.outcome, found, why=row.why, cure=row.cure)


def prove_said(tending: Tending) -> Text | None:
    """Returns the progress or the result of the proof that was asked for here; None: there was none."""
    if tending.proving_since is not None:
        seconds = int(tending.clock() - tending.proving_since)
        return T(
            "running, {seconds} s; {count} have ended", seconds=seconds, count=len(tending.proved)
        )
    came = tending.came
    if came is None:
        return None
    at = moment(came.at, tending.now())
    if came.why is not None:
        return T("{time}, could not be completed: {reason}", time=at, reason=came.why)
    sent = [row for row in came.rows if sends(row.check)]
    rows = [T("{title} {outcome}", title=row.check.title, outcome=_word(row)) for row in sent]
    return T(
        "{time}, after {seconds} s: {rows}",
        time=at,
        seconds=int(came.seconds),
        rows=listed(rows or [T("nothing was sent")]),
    )


def _word(row: Judged) -> Text:
    outcome = row.verdict.outcome
    return word(PENDING if outcome is Outcome.UNKNOWN else outcome)


# --- the sentence ---------------------------------------------------------------------------------


def sentence(tending: Tending) -> Text:
    """Returns what this node is, its health, and the time of the look."""
    seen = tending.seen
    if seen is None:
        return T("This node is being looked at.")
    if seen.status.answers is None:
        return T("This server is no node of a cluster. {looked}", looked=_looked(tending, seen))
    values = {
        "version": version(seen),
        "counts": counts(_bad(lines_of(tending))),
        "looked": _looked(tending, seen),
    }
    if not seen.status.answers.runs_control_plane:
        return T("Worker, v{version}. {counts}. {looked}", **values)
    return T("Control plane, v{version}. {counts}. {looked}", **values)


def _bad(lines: list[StatusLine]) -> list[StatusLine]:
    """Returns the rows that are counted: all that are not well, or all rows where every one is well."""
    asked = [line for line in lines if not line.idle]
    return [line for line in asked if _outcome(line) is not Outcome.OK] or asked


def version(seen: SeenNode) -> str:
    """Returns the kubelet's version, which is the node's."""
    answers, facts = seen.status.answers, seen.status.facts
    assert answers is not None
    there = facts[Packages].version("kubelet") if Packages in facts else ""
    return there or answers.cluster.kubernetes


def _looked(tending: Tending, seen: SeenNode) -> Text:
    if tending.proving_since is not None:
        seconds = int(tending.clock() - tending.proving_since)
        return T("Test traffic is sent: {seconds} s.", seconds=seconds)
    at = moment(seen.at, tending.now())
    if tending.age > OLD:
        return T("{time}, {ago}.", time=at, ago=ago(tending.age))
    return T("Looked at {time}.", time=at)


def worst(lines: list[StatusLine]) -> str:
    """Returns the name of the row that most needs an action; empty if all is well."""
    first = lines[0] if lines else None
    bad = first is not None and _outcome(first) in (Outcome.FAIL, Outcome.WARN)
    return first.id if first is not None and bad else ""
