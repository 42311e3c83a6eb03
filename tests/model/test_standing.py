"""A run as its journal tells it, whatever the journal holds and wherever it breaks off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.journals import BEGUN, WORKER, Tape
from tests.support.odd import EVENTS, JSON
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event, state_of
from tui_installer.model.standing import (
    RECENT,
    Standing,
    StepStanding,
    StepState,
    fold,
    standing_of,
)
from tui_installer.model.text import Text
from tui_installer.text.language import Language

SCENES: dict[str, Callable[[], Tape]] = {
    "done": Tape.done,
    "running": Tape.running,
    "pulling": Tape.pulling,
    "stalled": Tape.stalled,
    "silent": Tape.silent,
    "failed": Tape.failed,
    "stopped": Tape.stopped,
    "resumed": Tape.resumed,
    "join_lost": Tape.join_lost,
}
WHOLE = Tape.done().events
RESUMED = Tape.resumed().events


def standing(scene: str) -> Standing:
    return standing_of(SCENES[scene]().events)


def step_of(standing: Standing, name: str) -> StepStanding:
    step = standing.step(name)
    assert step
    return step


def texts(standing: Standing) -> Iterator[Text | None]:
    """Every sentence of a standing."""
    yield from (line.text for line in standing.recent)
    for step in standing.steps:
        yield from (step.error, step.cure, step.waits_for, *step.doing)
        yield from (work.command for work in step.open.values())


@given(st.lists(EVENTS, max_size=12))
def test_no_journal_is_an_error(events: list[dict[str, Any]]) -> None:
    events = [{"kind": "run-started", "steps": ["images", "packages", "kubeadm_init"]}, *events]
    found = standing_of(events)
    for language in ("en", "zh"):
        say = Language(language)
        assert all(say(text).isprintable() for text in texts(found) if text)
    assert len(found.recent) <= RECENT
    # Whatever can be asked of it.
    assert found.current is None or found.place(found.current.id)
    for step in found.steps:
        for part in step.progress.parts if step.progress else ():
            assert part.stalled in (True, False)
            assert part.left is None or part.left >= 0
        assert step.elapsed(BEGUN) >= 0
    assert found.elapsed(BEGUN) >= 0


@given(st.data())
def test_a_damaged_journal_is_no_error(data: st.DataObject) -> None:
    """Real events with some values replaced by others, some keys lost, and in any order."""
    events = [dict(event) for event in data.draw(st.lists(st.sampled_from(WHOLE), max_size=20))]
    for event in events:
        for key in data.draw(st.lists(st.sampled_from(sorted(event)), max_size=2)):
            event[key] = data.draw(JSON)
    found = standing_of([WHOLE[0], *events])
    assert all(str(text).isprintable() for text in texts(found) if text)


@given(st.integers(0, len(RESUMED)))
def test_it_agrees_with_what_the_engine_reads(at: int) -> None:
    """Wherever the journal breaks off."""
    events = RESUMED[:at]
    found, state = standing_of(events), state_of(events)
    assert tuple(step.id for step in found.steps) == state.steps
    assert {s.id: s.state for s in found.steps if s.ended} == dict(state.ended)
    assert {(s.id, n) for s in found.steps for n in s.open} == {
        key for key in state.open if not step_of(found, key[0]).ended
    }
    assert (found.outcome, found.over) == (state.outcome, state.over)


def test_event_by_event_it_is_the_same() -> None:
    found = Standing()
    for event in WHOLE:
        found = fold(found, event)
    assert found == standing_of(WHOLE)


def test_a_run_that_is_done() -> None:
    found = standing("done")
    assert found.outcome == Ending.DONE
    assert found.begun == found.pass_begun == BEGUN
    assert found.done == len(found.steps) == 12
    assert found.current is None
    assert found.by == "root"
    assert found.program
    assert found.pid
    assert found.start
    assert not found.newer
    assert found.ended == found.at
    assert found.elapsed(BEGUN + timedelta(days=9)) == pytest.approx(132, abs=1)
    assert step_of(found, "images").changed == 7
    assert step_of(found, "packages").fetched == 96_000_000


def test_a_run_on_its_way() -> None:
    found = standing("pulling")
    assert not found.over
    assert found.current is step_of(found, "packages")
    assert found.place("images") == 11
    images = step_of(found, "images")
    assert (images.state, images.changed, len(images.open)) == (StepState.RUNNING, 1, 6)
    assert "kube-proxy" in " ".join(str(text) for text in images.doing)
    assert images.progress
    assert len(images.progress.parts) == 7
    assert step_of(found, "kubeadm_init").state == StepState.WAITING
    assert images.elapsed(Tape.pulling().now) == pytest.approx(21, abs=1)


def test_a_run_that_makes_a_pod_network_and_proves_it() -> None:
    found = standing_of(Tape(network="calico").begin().work().end(Ending.DONE).events)
    assert found.outcome == Ending.DONE
    assert [step.id for step in found.steps[-3:]] == ["kubeadm_init", "calico", "proof"]
    assert step_of(found, "images").changed == 10
    assert step_of(found, "calico").changed == 5


STATE: Event = {
    "kind": "state",
    "step": "calico",
    "rows": [
        {"name": {"text": "calico-node-x7k2p"}, "outcome": "--", "text": {"text": "Init:0/2"}},
        {"name": {"text": "coredns"}, "outcome": "ok", "text": {"text": "Running"}},
    ],
}
CAUSE = {"title": {"text": "the image cannot be fetched"}, "cure": {"text": "take another"}}


def waiting_for_pods(*more: Event) -> Standing:
    start: list[Event] = [
        {"kind": "run-started", "steps": ["calico"]},
        {"kind": "step-started", "step": "calico"},
    ]
    return standing_of([*start, *more])


def test_what_a_step_waits_for_is_seen() -> None:
    found = step_of(waiting_for_pods(STATE), "calico")
    assert [(str(s.name), s.outcome, str(s.text)) for s in found.seen] == [
        ("calico-node-x7k2p", "--", "Init:0/2"),
        ("coredns", "ok", "Running"),
    ]
    assert found.cause is None


def test_a_cause_is_told_once_and_goes_when_it_is_over() -> None:
    bad = {**STATE, "cause": CAUSE}
    found = waiting_for_pods(STATE, bad, {**bad, "rows": []}, STATE)
    said = [str(line.text) for line in found.recent]
    assert said[1:] == ["cause: the image cannot be fetched"], "the run began, then this"
    assert step_of(found, "calico").cause is None
    still = step_of(waiting_for_pods(bad), "calico")
    assert (str(still.cause), str(still.cure)) == ("the image cannot be fetched", "take another")
    ended = {"kind": "step-ended", "step": "calico", "outcome": Ending.DONE, "seconds": 9}
    assert step_of(waiting_for_pods(bad, ended), "calico").cause is None


def test_a_step_that_looks_again_and_one_that_waits() -> None:
    rows: list[Event] = [
        {"kind": "run-started", "steps": ["a", "b"]},
        {"kind": "step-started", "step": "a"},
        {"kind": "waiting", "step": "b", "what": {"text": "yum"}},
    ]
    assert str(step_of(standing_of(rows), "b").waits_for) == "yum"
    rows += [
        {"kind": "step-verifying", "step": "a"},
        {"kind": "change-started", "step": "b", "n": 1},
    ]
    found = standing_of(rows)
    assert step_of(found, "a").state == StepState.VERIFYING
    assert step_of(found, "b").waits_for is None


def test_what_came_in_earlier_transactions_is_remembered() -> None:
    found = step_of(standing("pulling"), "packages")
    assert found.fetched == 45_000_000
    assert found.progress
    assert found.progress.total == 51_000_000


def test_a_failure() -> None:
    found = standing("failed")
    assert found.outcome == Ending.FAILED
    failed = step_of(found, "kubeadm_init")
    assert found.current is failed
    assert failed.error
    assert failed.cure
    assert "error execution phase wait-control-plane" in failed.tail[-1]
    assert not [line for line in failed.tail if "likely caused" in line]
    assert failed.broken
    assert (failed.broken.program, failed.broken.code) == ("kubeadm", 1)
    assert failed.broken.seconds == 52
    assert found.done == 11


def test_a_stop() -> None:
    found = standing("stopped")
    assert found.outcome == Ending.STOPPED
    assert found.current
    assert (found.current.id, found.current.state) == ("images", Ending.STOPPED)
    assert not found.current.open
    assert step_of(found, "kubeadm_init").state == StepState.WAITING, "it was never reached"


def test_a_failure_comes_before_steps_that_were_stopped() -> None:
    rows: list[Event] = [
        {"kind": "run-started", "steps": ["a", "b"]},
        {"kind": "step-ended", "step": "a", "outcome": Ending.STOPPED},
        {"kind": "step-ended", "step": "b", "outcome": Ending.FAILED},
    ]
    current = standing_of(rows).current
    assert current
    assert current.id == "b"


def test_a_run_that_was_taken_up_again() -> None:
    found = standing("resumed")
    assert found.resumed
    assert found.passes == 2
    assert found.begun == BEGUN
    assert found.pass_begun
    assert found.pass_begun > BEGUN + timedelta(minutes=9)
    assert found.outcome is None
    assert found.ended is None
    assert step_of(found, "packages").state == Ending.NOTHING
    assert step_of(found, "packages").earlier
    images = step_of(found, "images")
    assert not images.earlier
    assert images.progress
    assert len(images.progress.parts) == 1
    assert found.elapsed(Tape.resumed().now) == pytest.approx(9.5)


def test_what_is_done_counts_as_earlier_through_every_pass() -> None:
    again = [WHOLE[0], {"kind": "run-ended", "outcome": Ending.STOPPED}, WHOLE[0]]
    assert all(step.earlier for step in standing_of([*WHOLE, *again]).steps)


def test_a_lost_join_command() -> None:
    found = standing("join_lost")
    assert step_of(found, "kubeadm_join").reason == "join-lost"
    assert found.outcome == Ending.STOPPED


def test_the_journal_of_a_later_program() -> None:
    rows = [{**event, "version": 2} for event in WHOLE]
    found = standing_of([*WHOLE[:5], *rows[5:]])
    assert found.newer
    assert found.outcome == Ending.DONE


def test_the_last_sentences() -> None:
    found = standing("stalled")
    assert len(found.recent) == RECENT
    said = [(line.step, str(line.text)) for line in found.recent]
    assert ("images", "warn: no new byte of etcd:3.5.4-0 for 15 s") in said
    assert ("images", "pulled kube-proxy:v1.25.0, 20.3 MB in 24.8 s") in said
    assert sum("warn" in text for _, text in said) == 1
    times = [line.time for line in found.recent if line.time]
    assert times == sorted(times)
    assert len(times) == RECENT


def test_the_last_sentence_of_all() -> None:
    line = standing("done").recent[-1]
    assert (line.step, str(line.text)) == ("", "the run is done")


@pytest.mark.parametrize("scene", SCENES)
def test_a_journal_holds_no_secret(scene: str, tmp_path: Any) -> None:
    """Neither does the output beside it."""
    run = SCENES[scene]().write(tmp_path)
    assert run.name == "20261123T101200Z"
    whole = "".join(path.read_text() for path in run.rglob("*.*") if path.is_file())
    assert "ocvsmlyx9u31mvue" not in whole
    assert len((run / "journal.jsonl").read_text().splitlines()) == len(SCENES[scene]().events)


def test_the_steps_of_a_worker() -> None:
    found = standing_of(Tape.done(WORKER).events)
    assert found.outcome == Ending.DONE
    assert found.steps[-1].id == "kubeadm_join"
    assert step_of(found, "images").changed == 3


def test_failures_alike_are_counted_over_the_passes_of_a_run() -> None:
    def ended(step: str, text: str, **params: object) -> list[Event]:
        error = {"text": text, "params": params}
        return [
            {"kind": "run-started", "run": "r1", "steps": ["a", "b"], "resumed": True},
            {"kind": "step-started", "step": step},
            {"kind": "step-ended", "step": step, "outcome": "failed", "error": error},
            {"kind": "run-ended", "outcome": "failed"},
        ]

    once = ended("a", "no {image}", image="pause")
    assert standing_of(once).failures == 1
    assert standing_of([*once, *ended("a", "no {image}", image="etcd")]).failures == 2
    assert standing_of([*once, *ended("b", "no {image}", image="pause")]).failures == 1
    assert standing_of([*once, *ended("a", "no disk")]).failures == 1
    assert standing_of([*once, *ended("a", "no disk"), *once]).failures == 1
    stopped: list[Event] = [*once[:2], {"kind": "run-ended", "outcome": "stopped"}]
    assert standing_of([*once, *stopped, *once]).failures == 2, "to stop it cures nothing"
