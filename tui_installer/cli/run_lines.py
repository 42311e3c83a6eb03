"""A run in lines that a person can follow, or in JSON: printed event by event until the run ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from tui_installer import registry
from tui_installer.cli.caller import must_see_runs
from tui_installer.cli.lines import warning
from tui_installer.exits import Exit, ExitCode
from tui_installer.host import runs, set_aside
from tui_installer.model import places
from tui_installer.model.advice import without_advice
from tui_installer.model.ending import Ending
from tui_installer.model.event import Event
from tui_installer.model.event_text import told
from tui_installer.model.lenient import sentence
from tui_installer.model.step_standing import said_of
from tui_installer.model.text import T, Text, verbatim
from tui_installer.runs import follow
from tui_installer.text.language import Language
from tui_installer.text.measure import duration, pad, size
from tui_installer.text.stdout import show, show_json
from tui_installer.text.words import WORDS

PROGRESS_EVERY = 5.0
OUTCOMES: dict[str, ExitCode] = {
    Ending.DONE: ExitCode.DONE,
    Ending.FAILED: ExitCode.FAILED,
    Ending.STOPPED: ExitCode.INTERRUPTED,
}


class Lines:
    """Prints a run, event by event."""

    def __init__(self, say: Language, mark: Text | None = None) -> None:
        self._say = say
        # The prefix of every line: for a rehearsal it says that the effects are assumed.
        self._mark = f"{say(mark)}  " if mark else ""
        self._titles = {step.id: step.title for step in registry.steps()}
        self._told: dict[str, float] = {}
        # The last printed state of each thing that a step waits for, and the last printed cause.
        self._seen: dict[tuple[str, str], str] = {}
        self._kinds: dict[str, Callable[[Event], Iterator[str]]] = {
            "run-started": self._run_started,
            "change-started": self._change_started,
            "waiting": self._one_sentence,
            "progress": self._progress,
            "state": self._state,
            "saved": self._one_sentence,
            "step-ended": self._step_ended,
            "run-ended": self._run_ended,
        }

    def tell(self, event: Event) -> None:
        """Prints what a person wants to know of this event; prints nothing for an unknown kind."""
        kind = self._kinds.get(str(event.get("kind")))
        # An event that another version wrote differently is skipped.
        with suppress(AttributeError, KeyError, OverflowError, TypeError, ValueError):
            for line in kind(event) if kind else ():
                show(f"{self._mark}{_clock(event)}  {line}")

    def _title(self, event: Event) -> str:
        step = str(event.get("step", ""))
        return pad(self._say(self._titles.get(step, verbatim(step))), 14)

    def _run_started(self, event: Event) -> Iterator[str]:
        if text := told(event):
            yield self._say(text)

    def _change_started(self, event: Event) -> Iterator[str]:
        change: dict[str, Any] = event.get("change", {})
        yield f"{self._title(event)}  {self._say(_sentence(change.get('summary', {})))}"

    def _one_sentence(self, event: Event) -> Iterator[str]:
        if text := told(event):
            yield f"{self._title(event)}  {self._say(text)}"

    def _progress(self, event: Event) -> Iterator[str]:
        step, now = str(event["step"]), _seconds(event)
        last = event["total"] is not None and event["done"] == event["total"]
        # A clock that was set back in between must not silence it for hours.
        if 0 <= now - self._told.get(step, 0) < PROGRESS_EVERY and not last:
            return
        if last and self._told.get(step) == -1:
            return
        self._told[step] = -1 if last else now
        yield f"{self._title(event)}  {self._say(progress(event))}"

    def _state(self, event: Event) -> Iterator[str]:
        """Yields each thing whose state has changed, and the cause when it has changed."""
        for row in event.get("rows", ()):
            name, text = (self._say(_sentence(row.get(key))) for key in ("name", "text"))
            if self._new(event, name, text):
                yield f"{self._title(event)}  {name}: {text}"
        cause = told(event)
        if self._new(event, "", self._say(cause) if cause else "") and cause:
            yield from self._one_sentence(event)
            yield f"    > {self._say(_sentence(event['cause'].get('cure')))}"

    def _new(self, event: Event, name: str, text: str) -> bool:
        key = (str(event.get("step", "")), name)
        if self._seen.get(key, "") == text:
            return False
        self._seen[key] = text
        return True

    def _step_ended(self, event: Event) -> Iterator[str]:
        outcome = str(event["outcome"])
        word = self._say(WORDS.get(outcome, verbatim(outcome)))
        seconds = f", {duration(event['seconds'])}" if outcome == Ending.DONE else ""
        yield f"{self._title(event)}  {word}{seconds}"
        if "error" in event:
            yield f"    {self._say(_sentence(event['error']))}"
            yield from (f"    | {line}" for line in without_advice(event.get("tail", ())))
            for name, lines in said_of(event).items():
                yield from (f"    {name} | {line}" for line in lines)
        if "cure" in event:
            yield f"    > {self._say(_sentence(event['cure']))}"
        if event.get("reason") == "join-lost":
            yield "    " + self._say(
                T("the join command was in memory only and is lost; give it again: --join FILE")
            )

    def _run_ended(self, event: Event) -> Iterator[str]:
        outcome = str(event["outcome"])
        ends: dict[str, Text] = {
            Ending.DONE: T("done: this node is what the answers ask for"),
            Ending.FAILED: T(
                "failed; what is done stays done. Apply the same answers again to go on from here."
            ),
            Ending.STOPPED: T("stopped. Apply the same answers again to go on from here."),
        }
        yield self._say(ends.get(outcome, verbatim(outcome)))


def follow_run(say: Language, run: Path, first: int, as_json: bool) -> int:
    """Prints the events of a run from index `first` until it ends; returns its exit code. Raises Exit if a person leaves."""
    telling = Lines(say)
    try:
        for row in follow.events(run, first):
            if as_json:
                show_json(dict(row))
            else:
                telling.tell(row)
            if row["kind"] == "run-ended":
                return OUTCOMES.get(str(row["outcome"]), ExitCode.FAILED)
    except KeyboardInterrupt as left:
        raise Exit(
            ExitCode.INTERRUPTED,
            T("the run goes on without this window; follow it again with: tui-installer attach"),
        ) from left
    return ExitCode.FAILED


def follow_newest(say: Language, as_json: bool) -> int:
    """Follows the newest run from the start of its last pass; prints one that is over."""
    must_see_runs()
    run = runs.latest()
    if run is None:
        raise Exit(ExitCode.DONE, T("there has been no run on this machine"))
    try:
        return follow_run(say, run, follow.last_segment(run), as_json)
    except follow.EngineGone as gone:
        raise engine_gone(say) from gone


def engine_gone(say: Language) -> Exit:
    """Returns the exit of a command whose engine is gone, after printing the notices about files put aside."""
    for text in set_aside.notes():
        warning(say, text)
    return Exit(
        ExitCode.INTERRUPTED,
        T(
            "the engine has ended and was not started again; its log: journalctl -u {unit}. Apply the same answers again to go on from here.",
            unit=places.UNIT,
        ),
    )


def progress(event: Event) -> Text:
    """Returns bytes, rate and time left, as far as they are known."""
    done, total, rate, still = (
        event["done"],
        event["total"],
        event.get("rate"),
        event.get("still", 0),
    )
    amount = (
        T("{done} of {total}", done=size(done), total=size(total))
        if total
        else T("{done}, total not known yet", done=size(done))
    )
    if total and done >= total:
        return T("{amount} fetched", amount=amount)
    if still >= 10:
        return T("{amount}, STALLED for {still} s", amount=amount, still=still)
    if not rate:
        return amount
    speed = f"{size(rate)}/s"
    if not total:
        return T("{amount}, {speed}", amount=amount, speed=speed)
    return T(
        "{amount}, {speed}, {left} left",
        amount=amount,
        speed=speed,
        left=duration((total - done) / rate),
    )


def _sentence(value: object) -> Text:
    """Returns a value of any type as a sentence."""
    return sentence(value) or Text("")


def _seconds(event: Event) -> float:
    return datetime.fromisoformat(str(event["t"])).timestamp()


def _clock(event: Event) -> str:
    """Returns the time of day in the machine's zone."""
    return f"{datetime.fromisoformat(str(event['t'])).astimezone():%H:%M:%S}"
