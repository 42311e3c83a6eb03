"""What the Status screen shows: a row for each proof and for the join token, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from tui_installer import registry
from tui_installer.model.check import Check, Outcome, Verdict, unknown
from tui_installer.model.facts import Packages, ProofRow, Traffic
from tui_installer.model.text import T, Text
from tui_installer.tending import Seen, Tending
from tui_installer.ui.times import ago, moment
from tui_installer.ui.verdicts import Line, counts
from tui_installer.words import word

TOKEN = "join_token"
ORDER = (Outcome.FAIL, Outcome.WARN, Outcome.UNKNOWN, Outcome.PLANNED, Outcome.OK)
# Seconds after which a value is no longer of this moment.
OLD = 15.0


@dataclass(frozen=True)
class StatusLine(Line):
    """One row; what is not known stands there as `--`."""

    @property
    def said(self) -> Text:
        """The word for its verdict."""
        outcome = self.verdict.outcome if self.verdict else Outcome.UNKNOWN
        return word("--" if outcome is Outcome.UNKNOWN else outcome)


def sends(proof: Check) -> bool:
    """It needs test traffic, and is not made with every look."""
    return Traffic in proof.reads


def lines_of(tending: Tending) -> list[StatusLine]:
    """The rows, worst first; none where this is no node."""
    seen = tending.seen
    if seen is None or seen.status.answers is None:
        return []
    rows = list(_rows(tending, seen))
    return sorted(rows, key=lambda row: ORDER.index(_outcome(row)))


def _outcome(row: Line) -> Outcome:
    return row.verdict.outcome if row.verdict else Outcome.UNKNOWN


def _rows(tending: Tending, seen: Seen) -> Iterator[StatusLine]:
    answers = seen.status.answers
    assert answers is not None
    if seen.token is not None:
        yield StatusLine(TOKEN, T("Join token"), seen.token)
    known = {row.check.id: row.verdict for row in seen.status.judged}
    for proof in registry.proofs():
        if not proof.applies(answers):
            continue
        verdict = _sent(tending, seen, proof) if sends(proof) else known.get(proof.id)
        if verdict is not None:
            yield StatusLine(proof.id, proof.title, verdict)


def _sent(tending: Tending, seen: Seen, proof: Check) -> Verdict:
    """What test traffic has shown: now, where a proof goes on, else by the last one on record."""
    if tending.proving_since is not None:
        row = tending.proved.get(proof.id)
        return row.verdict if row else unknown(T("is being proved"))
    kept = seen.status.proved.row(proof.id)
    if kept is None:
        return unknown(T("not proved yet"))
    at = moment(datetime.fromtimestamp(seen.status.proved.at, UTC), tending.now())
    return on_record(kept, T("proved {time}: {found}", time=at, found=kept.found))


def on_record(row: ProofRow, found: Text) -> Verdict:
    """A row of the record as a verdict; an outcome that is not known counts as none."""
    known = row.outcome in list(Outcome)
    outcome = Outcome(row.outcome) if known else Outcome.UNKNOWN
    return Verdict(outcome, found, why=row.why, cure=row.cure)


# --- the sentence ---------------------------------------------------------------------------------


def sentence(tending: Tending) -> Text:
    """What this node is, how it does, and of which moment that is."""
    seen = tending.seen
    if seen is None:
        return T("This node is being looked at.")
    if seen.status.answers is None:
        return T("This server is no node of a cluster. {looked}", looked=_looked(tending, seen))
    said = {
        "version": version(seen),
        "counts": counts(lines_of(tending)),
        "looked": _looked(tending, seen),
    }
    if seen.status.answers.worker:
        return T("Kubernetes v{version} worker. {counts}. {looked}", **said)
    return T("Kubernetes v{version} control plane. {counts}. {looked}", **said)


def version(seen: Seen) -> str:
    """That of the kubelet, which is that of the node."""
    answers, facts = seen.status.answers, seen.status.facts
    assert answers is not None
    there = facts[Packages].version("kubelet") if Packages in facts else ""
    return there or answers.cluster.kubernetes


def _looked(tending: Tending, seen: Seen) -> Text:
    if tending.proving_since is not None:
        seconds = int(tending.clock() - tending.proving_since)
        return T("Test traffic is sent: {seconds} s.", seconds=seconds)
    at = moment(seen.at, tending.now())
    if tending.age > OLD:
        return T("Looked at {time}, {ago}.", time=at, ago=ago(tending.age))
    return T("Looked at {time}.", time=at)


def worst(lines: list[StatusLine]) -> str:
    """The name of the row that most wants an answer; empty if all is well."""
    first = lines[0] if lines else None
    bad = first is not None and _outcome(first) in (Outcome.FAIL, Outcome.WARN)
    return first.id if first is not None and bad else ""
