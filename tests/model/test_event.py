"""A journal tells where its run stands, wherever it breaks off."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.ending import Ending
from tui_installer.model.event import Event, RunState, state_of
from tui_installer.model.kind import Kind

STEPS = ("sources", "packages", "containerd", "images", "kubeadm_init")
ARGV = {
    "packages": ["yum", "-y", "install", "kubelet-1.25.0"],
    "images": ["crictl", "pull", "a/b:1"],
    "kubeadm_init": ["kubeadm", "init", "--config", "x"],
}


def change(step: str, number: int, *, ended: bool = True) -> list[Event]:
    argv = ARGV.get(step)
    rows: list[Event] = [
        {
            "kind": "change-started",
            "step": step,
            "n": number,
            "change": {"argv": argv} if argv else {"path": "/etc/x"},
        }
    ]
    if argv:
        rows.append(
            {
                "kind": "child-started",
                "step": step,
                "n": number,
                "pid": 100 + number,
                "start": str(number),
            }
        )
    if ended:
        rows.append({"kind": "change-ended", "step": step, "n": number, "code": 0})
    return rows


def whole(outcome: str = Ending.DONE) -> list[Event]:
    rows: list[Event] = [{"kind": "run-started", "run": "r", "steps": list(STEPS)}]
    for step in STEPS:
        rows.append({"kind": "step-started", "step": step})
        for number in (1, 2):
            rows += change(step, number)
        rows.append({"kind": "step-verifying", "step": step})
        rows.append({"kind": "step-ended", "step": step, "outcome": Ending.DONE})
    return [*rows, {"kind": "run-ended", "outcome": outcome}]


def test_a_run_that_ended() -> None:
    state = state_of(whole())
    assert state.over
    assert state.outcome == Ending.DONE
    assert state.ended == dict.fromkeys(STEPS, Ending.DONE)
    assert not state.open
    assert not state.unfinished
    assert state.numbers == dict.fromkeys(STEPS, 2)


def test_no_run() -> None:
    assert state_of([]) == RunState()
    assert not RunState().over


def recount(events: list[Event]) -> tuple[set[tuple[str, int]], set[str]]:
    """The open changes and the unfinished steps, counted in the plainest way."""
    opened = {(e["step"], e["n"]) for e in events if e["kind"] == "change-started"}
    ended = {(e["step"], e["n"]) for e in events if e["kind"] == "change-ended"}
    begun = {e["step"] for e in events if e["kind"] == "change-started"} & {
        "packages",
        "kubeadm_init",
    }
    looked = {e["step"] for e in events if e["kind"] == "step-verifying"}
    # A kubeadm that ended well has made its node, whatever comes after it in its step.
    last = max((n for s, n in opened if s == "kubeadm_init"), default=0)
    made = {"kubeadm_init"} if ("kubeadm_init", last) in ended else set()
    return opened - ended, begun - looked - made


@given(st.integers(0, len(whole())))
def test_killed_between_any_two_writes(at: int) -> None:
    events = whole()[:at]
    state = state_of(events)
    opened, unfinished = recount(events)
    assert set(state.open) == opened
    assert state.unfinished == unfinished
    assert state.over == (at == len(whole()))
    for key, row in state.open.items():
        seen = any(e["kind"] == "child-started" and (e["step"], e["n"]) == key for e in events)
        assert bool(row.pid) == seen


@given(st.integers(0, len(whole())), st.integers(0, len(whole())))
def test_taken_up_again_after_a_kill(first: int, second: int) -> None:
    """What broke off in an earlier pass is remembered until the step is seen to be well."""
    before = state_of(whole()[:first]).unfinished
    state = state_of([*whole()[:first], *whole()[:second]])
    looked = {e["step"] for e in whole()[:second] if e["kind"] == "step-verifying"}
    looked |= {e["step"] for e in whole()[:second] if e["kind"] == "change-ended"} & {
        "kubeadm_init"
    }
    assert before - looked <= state.unfinished
    # Numbers are never used twice, for they name output files.
    assert all(state.numbers[s] >= n for s, n in state_of(whole()[:first]).numbers.items())


def test_a_failed_transaction_is_unfinished_and_a_failed_file_is_not() -> None:
    for step, wanted in (("packages", {"packages"}), ("sources", set())):
        rows = [*change(step, 1), {"kind": "step-ended", "step": step, "outcome": Ending.FAILED}]
        assert state_of(rows).unfinished == wanted


def test_a_journal_says_which_kind_of_run_it_is_of() -> None:
    """One of a version before there were kinds is an installation's."""
    assert RunState().kind == state_of([{"kind": "run-started"}]).kind == Kind.INSTALL
    assert state_of([{"kind": "run-started", "run_kind": "defrost"}]).kind == "defrost"


def test_a_pull_may_simply_run_again() -> None:
    assert not state_of(change("images", 1, ended=False)).unfinished


def test_nothing_left_to_do_means_finished() -> None:
    rows = [
        *change("kubeadm_init", 1, ended=False),
        {"kind": "step-ended", "step": "kubeadm_init", "outcome": Ending.NOTHING},
    ]
    assert not state_of(rows).unfinished


def test_a_new_pass_forgets_the_old_outcome_but_not_what_is_unfinished() -> None:
    rows: list[Event] = [
        *change("kubeadm_init", 1, ended=False),
        {"kind": "run-ended", "outcome": Ending.STOPPED},
        {"kind": "run-started", "steps": ["kubeadm_init"]},
    ]
    state = state_of(rows)
    assert not state.over
    assert state.open, "its child may still run; the engine says when it is gone"
    assert state.unfinished == {"kubeadm_init"}
    assert state.numbers == {"kubeadm_init": 1}


@given(
    st.lists(
        st.fixed_dictionaries(
            {"kind": st.sampled_from(["progress", "waiting", "later-invention", ""])},
            optional={"x": st.integers()},
        )
    )
)
def test_kinds_that_are_not_known_are_passed_over(rows: list[dict[str, Any]]) -> None:
    assert state_of(rows) == RunState()
    assert state_of([*rows, *whole(), *rows]) == state_of(whole())


def test_an_ending_of_another_version_is_no_good_one() -> None:
    state = state_of([{"kind": "step-ended", "step": "a", "outcome": "half done"}])
    assert state.ended == {"a": Ending.STOPPED}
    assert state_of([{"kind": "run-ended", "outcome": "half done"}]).outcome is Ending.STOPPED
