"""The words of the journal, and what a sequence of its events says about a run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tui_installer.model.loose import moment

Event = Mapping[str, Any]

DONE, NOTHING, FAILED, STOPPED = "done", "nothing to do", "failed", "stopped"
# The step that sends traffic over what all others have made.
PROOF = "proof"
# Commands that cannot simply run again when they broke off.
DELICATE = (("kubeadm", "init"), ("kubeadm", "join"), ("yum", "-y"))


@dataclass(frozen=True)
class OpenChange:
    """A change that was announced and not yet ended; `pid` 0: no child was seen."""

    step: str
    number: int
    argv: tuple[str, ...] = ()
    pid: int = 0
    start: str = ""
    # Of a file that was to be written.
    path: str = ""


@dataclass(frozen=True)
class RunState:
    """A run as its journal tells it."""

    outcome: str = ""
    steps: tuple[str, ...] = ()
    ended: Mapping[str, str] = field(default_factory=dict)
    open: Mapping[tuple[str, int], OpenChange] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    # The highest number that a change of each step has had.
    numbers: Mapping[str, int] = field(default_factory=dict)
    # When a change that is to be proved began, in seconds since 1970.
    changed_at: float = 0.0

    @property
    def over(self) -> bool:
        """Nothing goes on: the last word of the journal is run-ended."""
        return bool(self.outcome)


def _delicate(argv: tuple[str, ...]) -> bool:
    return any(argv[: len(words)] == words for words in DELICATE)


def _change_started(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    what = event.get("change", {})
    argv = tuple(what.get("argv", ()))
    unfinished = state.unfinished | {key[0]} if _delicate(argv) else state.unfinished
    change = OpenChange(key[0], key[1], argv, path=str(what.get("path", "")))
    numbers = {**state.numbers, key[0]: max(key[1], state.numbers.get(key[0], 0))}
    at = moment(event.get("t")) if key[0] != PROOF else None
    return replace(
        state,
        open={**state.open, key: change},
        unfinished=unfinished,
        numbers=numbers,
        changed_at=at.timestamp() if at else state.changed_at,
    )


def _child_started(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    change = state.open.get(key, OpenChange(*key))
    change = replace(change, pid=int(event["pid"]), start=str(event["start"]))
    return replace(state, open={**state.open, key: change})


def _change_ended(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    return replace(state, open={k: v for k, v in state.open.items() if k != key})


def _step_ended(state: RunState, event: Event) -> RunState:
    step, outcome = str(event["step"]), str(event["outcome"])
    good = outcome in (DONE, NOTHING)
    unfinished = state.unfinished - {step} if good else state.unfinished
    return replace(state, ended={**state.ended, step: outcome}, unfinished=unfinished)


def _verifying(state: RunState, event: Event) -> RunState:
    """All commands of the step ended well; what is left is to look."""
    return replace(state, unfinished=state.unfinished - {str(event["step"])})


def _run_started(state: RunState, event: Event) -> RunState:
    return replace(state, outcome="", steps=tuple(event.get("steps", ())), ended={}, open={})


def _run_ended(state: RunState, event: Event) -> RunState:
    return replace(state, outcome=str(event["outcome"]))


FOLD = {
    "run-started": _run_started,
    "change-started": _change_started,
    "child-started": _child_started,
    "change-ended": _change_ended,
    "step-verifying": _verifying,
    "step-ended": _step_ended,
    "run-ended": _run_ended,
}


def state_of(events: Iterable[Event]) -> RunState:
    """Where the run stands after these events; kinds that are not known are passed over."""
    state = RunState()
    for event in events:
        fold = FOLD.get(str(event.get("kind")))
        state = fold(state, event) if fold else state
    return state
