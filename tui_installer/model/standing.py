"""The standing of a run, folded event by event from its journal, for every viewer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from tui_installer.model.ending import GOOD, Ending, ending_of
from tui_installer.model.event import Event
from tui_installer.model.event_text import stalls, told
from tui_installer.model.lenient import count, moment, number, word, words
from tui_installer.model.progress import seconds_between
from tui_installer.model.step_standing import BUSY, StepStanding, StepState, happened
from tui_installer.model.text import Text

__all__ = [
    "BUSY",
    "Line",
    "Standing",
    "StepStanding",
    "StepState",
    "fold",
    "standing_of",
]
# The version of the journals that this program writes.
VERSION = 1
RECENT, STEPS = 40, 100


class Line(NamedTuple):
    """One sentence about an event; `step` is empty if it concerns the whole run."""

    time: datetime | None
    step: str
    text: Text


@dataclass(frozen=True)
class Standing:
    """A whole run according to its journal; times are in UTC."""

    run: str = ""
    program: str = ""
    by: str = ""
    # The start of the run, and of the present pass: a run may be resumed.
    begun: datetime | None = None
    pass_begun: datetime | None = None
    passes: int = 0
    resumed: bool = False
    steps: tuple[StepStanding, ...] = ()
    outcome: Ending | None = None
    ended: datetime | None = None
    # How often in a row the passes have failed alike, and how: the step, and the sentence of its cause.
    failures: int = 0
    failure: tuple[str, str] = ("", "")
    # The engine's process: its pid and its kernel start time.
    pid: int = 0
    start: str = ""
    # A later version of this program wrote the journal: viewers only look.
    newer: bool = False
    # The last sentences, oldest first, and the time of the last event.
    recent: tuple[Line, ...] = ()
    at: datetime | None = None

    @property
    def over(self) -> bool:
        """The run is over: the journal's last event is run-ended."""
        return self.outcome is not None

    def step(self, name: str) -> StepStanding | None:
        """Returns the step with that id; None if this run has none."""
        return next((step for step in self.steps if step.id == name), None)

    def place(self, name: str) -> int:
        """Returns the number of a step, from 1; 0 if this run has no such step."""
        return next((i for i, step in enumerate(self.steps, 1) if step.id == name), 0)

    @property
    def current(self) -> StepStanding | None:
        """The step to show: the first running one, else the first that did not end well."""
        busy = [step for step in self.steps if step.state in BUSY]
        bad = [step for step in self.steps if step.ended and step.state not in GOOD]
        failed = [step for step in bad if step.state == Ending.FAILED]
        return next(iter([*busy, *failed, *bad]), None)

    @property
    def done(self) -> int:
        """The number of steps that have ended well."""
        return sum(step.state in GOOD for step in self.steps)

    def elapsed(self, now: datetime) -> float:
        """Returns the seconds of this pass, until its end or until now."""
        return seconds_between(self.pass_begun, self.ended or now)


def standing_of(events: Iterable[Event]) -> Standing:
    """Returns the standing of the run after these events."""
    standing = Standing()
    for event in events:
        standing = fold(standing, event)
    return standing


def fold(standing: Standing, event: Event) -> Standing:
    """Returns the standing after one more event; no content of an event raises an error."""
    at = moment(event.get("t")) or standing.at
    name = word(event.get("step"))
    before = standing.step(name)
    step = happened(before, event, at) if before else None
    lines = [Line(at, name, text) for text in _texts(event, before, step)]
    after = replace(
        standing,
        at=at,
        newer=standing.newer or (number(event.get("version")) or 0) > VERSION,
        recent=(*standing.recent, *lines)[-RECENT:] if lines else standing.recent,
        steps=tuple(step if s is before else s for s in standing.steps) if step else standing.steps,
    )
    of_run = _OF_RUN.get(word(event.get("kind")))
    return of_run(after, event, at) if of_run else after


def _texts(event: Event, before: StepStanding | None, step: StepStanding | None) -> Iterable[Text]:
    if before is None or step is None:
        sentence = told(event)
        return [sentence] if sentence else []
    if step.progress is not None and step.progress is not before.progress:
        return stalls(before.progress, step.progress)
    if step.cause is not None and step.cause == before.cause:
        return []
    sentence = told(event, before.open.get(count(event.get("n")) or 0), before.progress)
    return [sentence] if sentence else []


def _run_started(standing: Standing, event: Event, at: datetime | None) -> Standing:
    good = {s.id for s in standing.steps if s.earlier or s.state in GOOD}
    names = tuple(dict.fromkeys(words(event.get("steps"), STEPS)))
    return replace(
        standing,
        run=word(event.get("run")) or standing.run,
        program=word(event.get("program")),
        by=word(event.get("by")),
        begun=standing.begun or at,
        pass_begun=at,
        passes=standing.passes + 1,
        resumed=bool(event.get("resumed")),
        steps=tuple(StepStanding(name, earlier=name in good) for name in names),
        outcome=None,
        ended=None,
        pid=count(event.get("pid")) or 0,
        start=word(event.get("start")),
    )


def _run_ended(standing: Standing, event: Event, at: datetime | None) -> Standing:
    after = replace(standing, outcome=ending_of(word(event.get("outcome"))), ended=at)
    step = after.current
    if after.outcome != Ending.FAILED or step is None or step.error is None:
        return after
    # The values in the sentence may differ: another image that cannot be fetched for the same cause.
    failure = (step.id, step.error.template)
    before = standing.failures if failure == standing.failure else 0
    return replace(after, failure=failure, failures=before + 1)


_OF_RUN: Mapping[str, Callable[[Standing, Event, datetime | None], Standing]] = {
    "run-started": _run_started,
    "run-ended": _run_ended,
}
