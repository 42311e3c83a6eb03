"""The journal's vocabulary, and the state of a run according to its events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from tui_installer.model.attempt import Attempt, Seen
from tui_installer.model.ending import GOOD, Ending, ending_of
from tui_installer.model.kind import Kind
from tui_installer.model.lenient import count, moment, number, word, words

Event = Mapping[str, Any]

# The step that sends traffic over the work of all others.
PROOF = "proof"
# Seconds for a child without a limit in the journal: 0.1.0 wrote none.
LONGEST = 1800.0
# Commands that make a node. A phase of kubeadm is not among them: it works on an existing cluster.
MAKING = (("kubeadm", "init", "--config"), ("kubeadm", "join", "--config"))
CLEARING = ("kubeadm", "reset")
PULL = ("crictl", "pull")
# Commands that cannot simply run again after an interruption.
DELICATE = (*MAKING, ("yum", "-y"))
# The reason of a step that stops because only a person can say whether the remains of a cluster may be cleared.
HALF_MADE = "half-made"
# The most of kubeadm's files that an event may name.
FILES = 200


@dataclass(frozen=True)
class OpenChange:
    """A change that was announced and has not ended; `pid` 0: no child was seen."""

    step: str
    number: int
    argv: tuple[str, ...] = ()
    pid: int = 0
    start: str = ""
    # The path of a file to write.
    path: str = ""
    # Seconds that the child may take from its start, and whether it may be interrupted.
    timeout: float = LONGEST
    interruptible: bool = False


@dataclass(frozen=True)
class RunState:
    """A run according to its journal."""

    outcome: Ending | None = None
    steps: tuple[str, ...] = ()
    ended: Mapping[str, Ending] = field(default_factory=dict)
    open: Mapping[tuple[str, int], OpenChange] = field(default_factory=dict)
    unfinished: frozenset[str] = frozenset()
    # The highest number of a change, by step.
    numbers: Mapping[str, int] = field(default_factory=dict)
    # Files that the run wrote or began to write, each with the digest of its new content.
    written: frozenset[tuple[str, str]] = frozenset()
    # The number of changes that need a proof: all announced ones, except those of the proof itself.
    changes: int = 0
    # The time when the last of them began, in seconds since 1970; for proofs of 0.1.0, which know nothing else.
    changed_at: float = 0.0
    # The last kubeadm that should make a node, and its change's key.
    attempt: Attempt | None = None
    attempt_key: tuple[str, int] = ("", 0)
    # Steps that have stopped to ask whether the remains may be cleared.
    asking: frozenset[str] = frozenset()
    # The run's work, see `Kind`; a word of another version stays as it is.
    kind: str = Kind.INSTALL

    @property
    def over(self) -> bool:
        """The run is over: the journal's last event is run-ended."""
        return self.outcome is not None


def begins(argv: tuple[str, ...], commands: Iterable[tuple[str, ...]]) -> bool:
    """Tells whether the command begins with the words of one of these."""
    return any(argv[: len(first)] == first for first in commands)


def makes(argv: tuple[str, ...]) -> bool:
    """Tells whether this command makes a node of a cluster."""
    return begins(argv, MAKING)


def pulls(argv: tuple[str, ...]) -> bool:
    """Tells whether this command fetches an image, its last word."""
    return argv[: len(PULL)] == PULL


def clears(argv: tuple[str, ...]) -> bool:
    """Tells whether this command deletes a cluster's data."""
    return argv[: len(CLEARING)] == CLEARING


def _seen(value: object) -> Seen | None:
    """Parses a Seen; returns None also for an incomplete one, from which nothing follows."""
    if not isinstance(value, Mapping) or not isinstance(value.get("files"), Mapping):
        return None
    files = {str(path): count(at) for path, at in value["files"].items()}
    if any(at is None for at in files.values()) or not isinstance(value.get("ca"), str):
        return None
    complete_files = {path: at for path, at in files.items() if at is not None}
    latest, looked_at = (number(value.get(name)) or 0.0 for name in ("latest", "looked_at"))
    return Seen(
        word(value["ca"]), complete_files, latest, looked_at, words(value.get("traces"), FILES)
    )


def _before(value: object) -> Seen | None:
    """Parses the Seen before kubeadm.

    Returns None also without a list of traces, which would prove that there were none.
    """
    traces = value.get("traces") if isinstance(value, Mapping) else None
    listed = isinstance(traces, list) and all(isinstance(trace, str) for trace in traces)
    return _seen(value) if listed else None


def _attempted(
    state: RunState, key: tuple[str, int], event: Event, argv: tuple[str, ...]
) -> RunState:
    """Records the attempt that this change starts, or that it begins to clear the last one's remains."""
    if makes(argv):
        at = moment(event.get("t"))
        began = at.timestamp() if at else 0.0
        attempt = Attempt(key[0], began, _before(event.get("before")))
        return replace(state, attempt=attempt, attempt_key=key, asking=state.asking - {key[0]})
    if clears(argv) and state.attempt is not None:
        return replace(state, attempt=replace(state.attempt, clearing=True))
    return state


def _kubeadm_left(state: RunState, event: Event) -> RunState:
    """Records the machine after the attempt's end; the first record counts."""
    attempt = state.attempt
    key = (str(event["step"]), int(event["n"]))
    if attempt is None or key != state.attempt_key or attempt.after is not None:
        return state
    return replace(state, attempt=replace(attempt, after=_seen(event)))


def mark(run: str, changes: int) -> str:
    """Names the last change that needs a proof, by run and number; empty if there is none."""
    return f"{run}/{changes}" if changes else ""


def _change_started(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    what = event.get("change", {})
    argv = tuple(map(str, what.get("argv", ())))
    unfinished = state.unfinished | {key[0]} if begins(argv, DELICATE) else state.unfinished
    if makes(argv) and state.attempt is not None:
        # The remains of another role's kubeadm would block this one, so they are gone.
        unfinished -= {state.attempt.step} - {key[0]}
    state = _attempted(state, key, event, argv)
    change = OpenChange(
        key[0],
        key[1],
        argv,
        path=str(what.get("path", "")),
        timeout=number(event.get("timeout")) or LONGEST,
        interruptible=event.get("interruptible") is True,
    )
    numbers = {**state.numbers, key[0]: max(key[1], state.numbers.get(key[0], 0))}
    at = moment(event.get("t")) if key[0] != PROOF else None
    return replace(
        state,
        open={**state.open, key: change},
        unfinished=unfinished,
        numbers=numbers,
        written=state.written
        | ({(change.path, word(event.get("digest")))} if change.path else set()),
        changes=state.changes + (key[0] != PROOF),
        changed_at=at.timestamp() if at else state.changed_at,
    )


def _child_started(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    change = state.open.get(key, OpenChange(*key))
    change = replace(change, pid=int(event["pid"]), start=str(event["start"]))
    return replace(state, open={**state.open, key: change})


def _change_ended(state: RunState, event: Event) -> RunState:
    key = (str(event["step"]), int(event["n"]))
    change, code = state.open.get(key), event.get("code")
    state = replace(state, open={k: v for k, v in state.open.items() if k != key})
    if key == state.attempt_key and state.attempt is not None and isinstance(code, int):
        state = replace(state, attempt=replace(state.attempt, code=code))
    if change is not None and makes(change.argv) and code == 0:
        # The command has made the node, and stays finished even if its step fails later.
        return replace(state, unfinished=state.unfinished - {key[0]})
    return state


def _step_ended(state: RunState, event: Event) -> RunState:
    step, outcome = str(event["step"]), ending_of(str(event["outcome"]))
    unfinished = state.unfinished - {step} if outcome in GOOD else state.unfinished
    asks = event.get("reason") == HALF_MADE
    asking = state.asking | {step} if asks else state.asking - {step}
    ended = {**state.ended, step: outcome}
    return replace(state, ended=ended, unfinished=unfinished, asking=asking)


def _verifying(state: RunState, event: Event) -> RunState:
    """Handles step-verifying: all commands of the step ended well."""
    return replace(state, unfinished=state.unfinished - {str(event["step"])})


def _run_started(state: RunState, event: Event) -> RunState:
    """Starts a run again; open changes stay open, because the engine may be killed while it waits for them."""
    steps = event.get("steps")
    steps = tuple(map(str, steps)) if isinstance(steps, list) else ()
    kind = word(event.get("run_kind")) or Kind.INSTALL
    return replace(state, outcome=None, steps=steps, ended={}, kind=kind)


def _run_ended(state: RunState, event: Event) -> RunState:
    return replace(state, outcome=ending_of(str(event["outcome"])))


FOLD = {
    "run-started": _run_started,
    "change-started": _change_started,
    "child-started": _child_started,
    "kubeadm-left": _kubeadm_left,
    "change-ended": _change_ended,
    "step-verifying": _verifying,
    "step-ended": _step_ended,
    "run-ended": _run_ended,
}


def state_of(events: Iterable[Event]) -> RunState:
    """Returns the state of a run after these events; skips events that another version wrote differently."""
    state = RunState()
    for event in events:
        with suppress(AttributeError, KeyError, OverflowError, TypeError, ValueError):
            if fold := FOLD.get(str(event.get("kind"))):
                state = fold(state, event)
    return state
