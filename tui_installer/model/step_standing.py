"""The standing of one step of a run, folded event by event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tui_installer.model.advice import without_advice
from tui_installer.model.ending import Ending, ending_of
from tui_installer.model.event import Event
from tui_installer.model.event_text import Work, work_of
from tui_installer.model.lenient import count, number, sentence, word, words
from tui_installer.model.outcome import Sign, sign_of
from tui_installer.model.progress import Progress, progressed, seconds_between
from tui_installer.model.text import Text

TAIL, SEEN = 60, 200


class StepState(StrEnum):
    """The state of a step that has not ended."""

    WAITING = "waiting"
    RUNNING = "running"
    VERIFYING = "verifying"


BUSY = (StepState.RUNNING, StepState.VERIFYING)


@dataclass(frozen=True)
class SeenRow:
    """The last known state of one thing that a step waits for."""

    name: Text
    outcome: Sign
    text: Text


@dataclass(frozen=True)
class StepStanding:
    """One step according to the journal; its state is a StepState, or its ending."""

    id: str
    state: StepState | Ending = StepState.WAITING
    began: datetime | None = None
    # The duration of a step that has ended.
    seconds: float | None = None
    # Open changes by number; the number of ended ones; the last one that ended badly.
    open: Mapping[int, Work] = field(default_factory=dict)
    changed: int = 0
    broken: Work | None = None
    # The current download, and the bytes of those before it.
    progress: Progress | None = None
    fetched: int = 0
    waits_for: Text | None = None
    # The last known state of the things that it waits for, and the known cause of the wait.
    seen: tuple[SeenRow, ...] = ()
    cause: Text | None = None
    error: Text | None = None
    cure: Text | None = None
    tail: tuple[str, ...] = ()
    # The last errors of the components for which it waited, by their names.
    said: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    reason: str = ""
    # The time of the last progress.
    news: datetime | None = None
    # An earlier pass of this run has done it.
    earlier: bool = False

    @property
    def ended(self) -> bool:
        """The step has ended in this pass."""
        return isinstance(self.state, Ending)

    @property
    def doing(self) -> tuple[Text, ...]:
        """The open changes, in one sentence each."""
        return tuple(work.summary for work in self.open.values())

    def elapsed(self, now: datetime) -> float:
        """Returns the seconds that the step took, or has taken until now."""
        return seconds_between(self.began, now) if self.seconds is None else self.seconds


def happened(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    """Returns the step after one of its events."""
    kind = _KINDS.get(word(event.get("kind")))
    return kind(step, event, at) if kind else step


def _step_started(step: StepStanding, _event: Event, at: datetime | None) -> StepStanding:
    return StepStanding(step.id, StepState.RUNNING, at, news=at, earlier=step.earlier)


def _change_started(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    work = work_of(event, at)
    step = replace(step, open={**step.open, work.number: work}, waits_for=None, news=at)
    if len(step.open) > 1 or step.progress is None:
        return step
    # Parallel changes share one count of bytes; the next one starts from zero.
    return replace(step, fetched=step.fetched + step.progress.done, progress=None)


def _child_started(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    n = count(event.get("n")) or 0
    if n not in step.open:
        return step
    work = replace(step.open[n], pid=count(event.get("pid")) or 0)
    return replace(step, open={**step.open, n: work}, news=at)


def _change_ended(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    n, code = count(event.get("n")) or 0, event.get("code")
    work, broken = step.open.get(n), step.broken
    if work and code != 0:
        code = code if isinstance(code, int) else None
        broken = replace(work, code=code, seconds=number(event.get("seconds")) or 0.0)
    left = {key: value for key, value in step.open.items() if key != n}
    return replace(
        step, open=left, changed=step.changed + 1, broken=broken, waits_for=None, news=at
    )


def _progress(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    after = progressed(step.progress, event, at)
    return replace(step, progress=after, waits_for=None, news=after.moved or step.news)


def _waiting(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    return replace(step, waits_for=sentence(event.get("what")), news=at)


def _state(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    rows, named_cause = event.get("rows"), event.get("cause")
    cause = named_cause if isinstance(named_cause, Mapping) else {}
    return replace(
        step,
        seen=tuple(
            seen for row in (rows if isinstance(rows, list) else [])[:SEEN] for seen in _seen(row)
        ),
        cause=sentence(cause.get("title")),
        cure=sentence(cause.get("cure")),
        news=at,
    )


def _seen(row: object) -> list[SeenRow]:
    if not isinstance(row, Mapping):
        return []
    name, text = sentence(row.get("name")), sentence(row.get("text"))
    return [SeenRow(name, sign_of(word(row.get("outcome"))), text)] if name and text else []


def _verifying(step: StepStanding, _event: Event, at: datetime | None) -> StepStanding:
    return replace(step, state=StepState.VERIFYING, open={}, waits_for=None, news=at)


def said_of(event: Event) -> dict[str, tuple[str, ...]]:
    """Returns the last errors of the components at the end of a step."""
    said = event.get("said")
    rows = list(said.items())[:SEEN] if isinstance(said, Mapping) else []
    return {word(name): told for name, lines in rows if (told := words(lines, TAIL))}


def _step_ended(step: StepStanding, event: Event, at: datetime | None) -> StepStanding:
    seconds = number(event.get("seconds"))
    return replace(
        step,
        state=ending_of(word(event.get("outcome"))),
        seconds=seconds_between(step.began, at) if seconds is None else seconds,
        open={},
        waits_for=None,
        cause=None,
        error=sentence(event.get("error")),
        cure=sentence(event.get("cure")),
        tail=without_advice(words(event.get("tail"), TAIL)),
        said=said_of(event),
        reason=word(event.get("reason")),
        news=at,
    )


_KINDS: Mapping[str, Callable[[StepStanding, Event, datetime | None], StepStanding]] = {
    "step-started": _step_started,
    "change-started": _change_started,
    "child-started": _child_started,
    "progress": _progress,
    "waiting": _waiting,
    "state": _state,
    "change-ended": _change_ended,
    "step-verifying": _verifying,
    "step-ended": _step_ended,
}
