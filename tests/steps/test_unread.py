"""A fact that could not be read is neither done nor broken: of every topic, of every step, check and proof."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from tests.engine.conftest import Machine, machine
from tests.support.cases import answers_of, cases, facts_of
from tui_installer import registry
from tui_installer.engine import asking
from tui_installer.engine import run as run_module
from tui_installer.engine.run import EngineRun
from tui_installer.host.scope import Scope
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change
from tui_installer.model.check import Check
from tui_installer.model.ending import Ending
from tui_installer.model.facts import (
    Accepted,
    Facts,
    Files,
    Joining,
    Kubernetes,
    NotRead,
    Partly,
    Past,
    People,
    Unread,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.plan import Plan
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.node import health
from tui_installer.preflight import inspection

__all__ = ["machine"]
UNREAD = Unread(T("the API server"), T("no answer in {seconds} s", seconds=15), silent=True)
STEPS = {step.id: step for step in registry.steps()}
CHECKS = {check.id: check for check in registry.checks()}
PROOFS = {proof.id: proof for proof in registry.proofs()}
TOPICS = [(step, topic) for step in STEPS.values() for topic in step.reads]
EACH = pytest.mark.parametrize(
    ("step", "topic"), TOPICS, ids=[f"{s.id}-{t.__name__}" for s, t in TOPICS]
)


class Noted(Facts):
    """Facts that note which of them were looked at."""

    def __init__(self, facts: Facts) -> None:
        super().__init__(facts._topics)
        self.seen: set[type] = set()

    def __getitem__(self, topic: type[Any]) -> Any:
        self.seen.add(topic)
        return super().__getitem__(topic)


def without(facts: Facts, topic: type, instead: Any = UNREAD) -> Facts:
    return Facts({**facts._topics, topic: instead})


def of(room: str, name: str) -> list[dict[str, Any]]:
    return [case for key, case in cases(room).items() if key.partition("/")[0] == name]


@functools.cache
def told(name: str, *more: type) -> list[tuple[dict[str, Any], Answers, Facts]]:
    """Every case of a step with what it gives; the topics of a step share it."""
    step = STEPS[name]
    return [
        (case, answers_of(case), facts_of(case, (*step.reads, *more), step.files))
        for case in of("steps", name)
    ]


@EACH
def test_no_step_concludes_anything_from_a_topic_that_was_not_read(step: Step, topic: type) -> None:
    """Wherever it would look at the topic it cannot end: it has no changes, not even none."""
    looked = 0
    for _, answers, facts in told(step.id):
        noted = Noted(facts)
        step.changes(answers, noted)
        if topic in noted.seen:
            looked += 1
            with pytest.raises(NotRead):
                step.changes(answers, without(facts, topic))
        else:
            assert list(step.changes(answers, without(facts, topic))) == list(
                step.changes(answers, facts)
            )
    assert looked, "a topic that no case looks at"


@EACH
def test_the_plan_says_so(step: Step, topic: type, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "_steps", lambda _answers, _kind: [step])
    for _, answers, facts in told(step.id):
        noted = Noted(facts)
        step.changes(answers, noted)
        plan = inspection.make_plan(answers, without(facts, topic))
        (planned,) = plan.steps
        assert (planned.unknown is None) == (topic not in noted.seen)
        assert [bool(row.get("unknown")) for row in plan.to_json(str)["steps"]] == [
            topic in noted.seen
        ]


@EACH
def test_the_engine_asks_again_and_never_ends_it_as_done(
    step: Step, topic: type, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the cases in which nothing is left to do too: that is not known any more."""
    for name, value in (("FIRST_PAUSE", 0.001), ("TICK", 0.001), ("SILENT", 0.0)):
        monkeypatch.setattr(asking, name, value)
    monkeypatch.setattr(run_module, "apply", never)
    given, shop = (Past, Joining, People, Accepted), machine.workshop()
    for case, answers, facts in told(step.id, *given) if topic not in given else ():
        noted = Noted(facts)
        step.changes(answers, noted)
        if topic not in noted.seen:
            continue
        machine.sees = partial(without, facts, topic)
        monkeypatch.setattr(EngineRun, "_past", facts[Past])
        alone = replace(step, after=(), watch=None)
        known = Facts({topic: facts[topic] for topic in given})
        assert EngineRun(shop, answers, (alone,), Scope(), known).execute() == Ending.FAILED, case[
            "about"
        ]
        assert "did not answer" in str(machine.events[-1]["error"])
    shop.journal.close()
    assert not [event for event in machine.events if event["kind"] == "change-started"]


def never(*_: object) -> None:
    raise AssertionError("it has changed something")


@pytest.mark.parametrize("name", ["config", "config.~1~"])
def test_a_home_that_cannot_be_read_is_left_and_stops_no_control_plane(name: str) -> None:
    """A kubeconfig of root's in the home of who called sudo is an ordinary mistake."""
    step, case = STEPS["kubeadm_init"], cases("steps")["kubeadm_init/sudo"]
    answers, facts = answers_of(case), facts_of(case, step.reads, step.files)
    closed = Files(facts[Files].by_path, {f"/home/ada/.kube/{name}": "Permission denied"})
    usual, found = (
        [change.to_json() for change in step.changes(answers, facts.having(files))]
        for files in (facts[Files], closed)
    )
    assert found == [change for change in usual if "/home/ada/" not in str(change)]
    assert len(found) == len(usual) - 3


@pytest.mark.parametrize("name", ["api_answers", "objects"])
def test_what_only_the_api_knows_is_not_taken_for_done(name: str) -> None:
    """The files of a finished control plane are there, and the API server says nothing."""
    step = STEPS["kubeadm_init"]
    case = cases("steps")["kubeadm_init/converged"]
    facts = facts_of(case, step.reads, step.files)
    half = Partly(facts[Kubernetes], ("api_answers", "objects"), UNREAD)
    known = without(facts, Kubernetes, half)[Kubernetes]
    assert known.member, "what was read can be used"
    with pytest.raises(NotRead):
        getattr(known, name)
    with pytest.raises(NotRead):
        step.changes(answers_of(case), without(facts, Kubernetes, half))


def judged(check: Check, room: str, judge: Callable[[Answers, Facts], Outcome]) -> None:
    for topic in check.reads:
        for case in of(room, check.id):
            answers, facts = answers_of(case), facts_of(case, check.reads, check.files)
            noted = Noted(facts)
            check.judge(answers, noted)
            found = judge(answers, without(facts, topic))
            if topic in noted.seen:
                assert found is Outcome.UNKNOWN, (topic, case["about"])


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_check_does_not_know(check: Check) -> None:
    judged(
        check,
        "checks",
        lambda answers, facts: inspection._verdict(check, answers, facts, Plan(())).outcome,
    )


@pytest.mark.parametrize("proof", PROOFS.values(), ids=PROOFS)
def test_a_proof_does_not_know(proof: Check) -> None:
    judged(
        proof,
        "proofs",
        lambda answers, facts: health._judge(proof, answers, facts).verdict.outcome,
    )


def test_a_run_with_an_unknown_step_is_not_over(monkeypatch: pytest.MonkeyPatch) -> None:
    step = STEPS["swap"]
    (case,) = [c for c in of("steps", "swap") if not c["changes"]][:1]
    answers, facts = answers_of(case), facts_of(case, step.reads, step.files)
    monkeypatch.setattr(inspection, "_steps", lambda _answers, _kind: [step])

    def found(facts: Facts) -> inspection.Preflight:
        plan = inspection.make_plan(answers, facts)
        return inspection.Preflight(answers, facts, plan, (), answers)

    assert found(facts).converged
    assert not found(without(facts, step.reads[0])).converged


def test_what_differs_is_not_known_either() -> None:
    """Neither "nothing differs" nor a difference."""

    def never(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        raise NotRead(UNREAD)

    step = replace(STEPS["calico"], changes=never)
    plan = Plan((inspection._planned(step, Answers(), Facts()),))
    told = health._told(plan)
    assert told.steps == {}
    assert list(told.unknown) == ["calico"]
    facts = Facts().having(told)
    assert PROOFS["drift"].judge(Answers(), facts).outcome is Outcome.UNKNOWN
