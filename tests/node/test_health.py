"""What a node is, what differs on it, and how a proof goes on record."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Collection
from pathlib import Path

import pytest

from tui_installer.cli.commands.status import run
from tui_installer.exits import Exit, ExitCode
from tui_installer.host import last_answers
from tui_installer.host.facts import proved as proofs_file
from tui_installer.host.look import Look
from tui_installer.host.machine import at, use
from tui_installer.host.scope import Scope
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import RunCommand
from tui_installer.model.check import Check, Judged, Verdict, fail, ok, unknown, warn
from tui_installer.model.facts import (
    Drift,
    Facts,
    NotRead,
    Proved,
    Sent,
    Traffic,
    Unread,
    Workloads,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.node import health
from tui_installer.proofs import dns
from tui_installer.steps.proof import watch
from tui_installer.text.language import Language

CHANGE = RunCommand(("sysctl", "-p"), T("put the kernel settings into force"))
WAIT = RunCommand(("kubectl", "wait"), T("wait until it is ready"), waits=True)


def step(name: str) -> Step:
    return Step(name, T("{x}", x=name), T("about"), lambda _a, _f: [], ())


def plan(**steps: list[RunCommand]) -> Plan:
    return Plan(tuple(PlannedStep(step(name), tuple(found)) for name, found in steps.items()))


def bad(why: str = "x") -> Verdict:
    return fail(T("{why}", why=why), wanted=T("y"), why=T("w"), cure=T("c"))


def check(name: str, *reads: type) -> Check:
    return Check(name, T("{x}", x=name), T("about"), lambda _a, _f: ok(T("fine")), reads)


def status(*verdicts: Verdict, planned: Plan | None = None, ours: bool = True) -> health.NodeStatus:
    judged = tuple(Judged(check(str(n)), v) for n, v in enumerate(verdicts))
    return health.NodeStatus(Answers(), Facts(), judged, planned or Plan(()), ours)


def test_what_is_to_be_done_is_drift_but_waits_and_proofs_are_none() -> None:
    found = status(planned=plan(kernel=[CHANGE], calico=[WAIT], proof=[CHANGE], swap=[]))
    assert found.drift == {"kernel": (CHANGE,)}


def test_a_node_that_somebody_else_made_has_no_drift() -> None:
    assert status(planned=plan(kernel=[CHANGE]), ours=False).drift == {}


@pytest.mark.parametrize(
    ("verdicts", "healthy"),
    [
        ([ok(T("a")), warn(T("b"), why=T("w"), cure=T("c")), unknown(T("u"))], True),
        ([ok(T("a")), bad()], False),
    ],
)
def test_healthy_is_where_nothing_fails(verdicts: list[Verdict], healthy: bool) -> None:
    assert status(*verdicts).healthy is healthy


def test_a_machine_that_is_no_node() -> None:
    found = health.NodeStatus(None, Facts())
    assert (found.role, found.healthy, found.drift) == ("none", False, {})


class Node:
    """A node whose looks are laid down beforehand; the last one stays."""

    def __init__(self, *looks: health.NodeStatus) -> None:
        self.looks = list(looks)
        self.count = 0

    def look(self) -> health.NodeStatus:
        self.count += 1
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]


PROOFS = [check("pods", Workloads), check("drift", Drift), check("dns", Traffic)]


class Proven(ThisMachine):
    """Nothing is known of it but what was proved."""

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        return Facts().having(proofs_file.read(Look.of(scope)))


@pytest.fixture
def stand(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    use(Proven(tmp_path))
    at(places.PROOF).parent.mkdir(parents=True)
    monkeypatch.setattr(health, "_proofs", lambda _answers: PROOFS)
    monkeypatch.setattr(time, "sleep", lambda _seconds: None)
    monkeypatch.setattr(health, "_send", lambda *_args: {"dns": Sent(True, "answered")})
    return at(places.PROOF)


def seen(pods: Verdict) -> health.NodeStatus:
    rows = (Judged(PROOFS[0], pods), Judged(PROOFS[1], ok(T("nothing"))))
    return health.NodeStatus(Answers(), Facts(), rows, Plan(()), True)


def test_each_proof_is_on_record_as_it_ends(stand: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "look", Node(seen(ok(T("all")))).look)
    record: list[tuple[list[str], bool]] = []

    def tell(_row: Judged) -> None:
        found = json.loads(stand.read_text())
        record.append(([row["id"] for row in found["rows"]], found["over"]))

    found = health.prove(tell)
    assert record == [
        (["pods"], False),
        (["pods", "drift"], False),
        (["pods", "drift", "dns"], False),
    ]
    assert json.loads(stand.read_text())["over"] is True
    assert found.proved.good
    assert stand.stat().st_mode & 0o777 == 0o600


def test_pods_that_are_starting_get_a_minute(stand: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = Node(seen(bad()), seen(unknown(T("silent"))), seen(ok(T("all"))))
    monkeypatch.setattr(health, "look", node.look)
    assert health.prove(lambda _row: None).healthy
    assert node.count == 3


def test_what_stays_bad_is_the_word_of_the_proof(
    stand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.0)
    monkeypatch.setattr(health, "look", Node(seen(bad("coredns hangs"))).look)
    found = health.prove(lambda _row: None)
    assert not found.healthy
    assert found.judged[0].verdict.outcome is Outcome.FAIL
    proved = found.facts[Proved]
    assert proved.over and not proved.good
    row = proved.row("pods")
    assert row is not None
    assert (str(row.found), str(row.cure)) == ("coredns hangs", "c")


def test_no_traffic_is_sent_from_a_node_that_is_not_ready() -> None:
    found = health.NodeStatus(Answers(), Facts({Workloads: Workloads(True)}))
    assert health._send(found) == {}


def test_an_api_server_that_does_not_answer_makes_the_proof_neither_good_nor_bad(
    stand: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step fails by what is not known: a proof without traffic is none."""

    def silent(_status: health.NodeStatus) -> dict[str, Sent]:
        raise NotRead(Unread(T("the API server"), "no answer", silent=True))

    monkeypatch.setattr(health, "_send", silent)
    monkeypatch.setattr(health, "_proofs", lambda _answers: [*PROOFS[:2], dns.PROOF])
    monkeypatch.setattr(health, "look", Node(seen(ok(T("all")))).look)
    found = health.prove(lambda _row: None)
    assert found.healthy, "nothing is known to fail"
    proved = found.proved
    assert proved.over and not proved.good
    cause = watch(Answers(), Facts().having(proved)).cause
    assert cause is not None
    assert str(cause.title) == "DNS: not known: the API server did not answer (no answer)"


def test_a_look_at_a_disk_that_cannot_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    unread = Unread(T("/etc/kubernetes/manifests"), "Input/output error")
    monkeypatch.setattr(
        health, "gather", lambda topics, _look: Facts(dict.fromkeys(topics, unread))
    )
    monkeypatch.setattr(last_answers, "last", last_answers.Last)
    with pytest.raises(NotRead, match="manifests"):
        health.look()
    assert (
        command_says(monkeypatch)
        == "not known: nothing usable from /etc/kubernetes/manifests: Input/output error"
    )


def command_says(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(Exit) as caught:
        run(Language("en"), prove=False, as_json=False)
    assert caught.value.code == ExitCode.FAILED
    return str(caught.value.text)
