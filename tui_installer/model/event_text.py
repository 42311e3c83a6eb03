"""The sentences that tell a run's events to a person, one short one per event."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tui_installer.model.ending import Ending
from tui_installer.model.event import Event, pulls
from tui_installer.model.lenient import count, number, sentence, word, words
from tui_installer.model.progress import Part, Progress, short
from tui_installer.model.text import T, Text, verbatim

ARGUMENTS = 200


@dataclass(frozen=True)
class Work:
    """One change, open or ended; then `code` is its exit code (-1: the engine ended it)."""

    number: int
    summary: Text
    argv: tuple[str, ...] = ()
    # The path of a file to write.
    path: str = ""
    began: datetime | None = None
    pid: int = 0
    code: int | None = None
    seconds: float = 0.0

    @property
    def program(self) -> str:
        """The name of its program; empty if it runs none."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""

    @property
    def command(self) -> Text:
        """The change in an expert's notation."""
        if self.argv:
            return Text("$ {command}", {"command": shlex.join(self.argv)})
        return T("write {path}", path=self.path) if self.path else self.summary


def work_of(event: Event, at: datetime | None = None) -> Work:
    """Returns the change that an event announces."""
    change = event.get("change")
    change = change if isinstance(change, Mapping) else {}
    argv, path = words(change.get("argv"), ARGUMENTS), word(change.get("path"))
    summary = sentence(change.get("summary")) or verbatim(path or " ".join(argv))
    return Work(count(event.get("n")) or 0, summary, argv, path, at)


def told(event: Event, work: Work | None = None, progress: Progress | None = None) -> Text | None:
    """Returns one short sentence about an event; None if the event is no news for a person.

    `work` is the change that ends with it, `progress` the bytes of its step so far; without them there is
    no sentence about a change's end.
    """
    if event.get("kind") == "change-ended":
        return _change_ended(event, work, progress)
    teller = _TELLERS.get(word(event.get("kind")))
    return teller(event) if teller else None


def stalls(before: Progress | None, after: Progress) -> Iterator[Text]:
    """Yields a warning for each download that has just stalled; one for all if all of them have."""
    if after.stalled:
        if not (before and before.stalled):
            yield T("warn: no new byte for {seconds} s", seconds=int(after.still))
        return
    for part in after.parts:
        was = before.part(part.name) if before else None
        if part.stalled and not (was and was.stalled):
            yield _silent(part)


def _silent(part: Part) -> Text:
    name, seconds = short(part.name), int(part.still)
    return T("warn: no new byte of {name} for {seconds} s", name=name, seconds=seconds)


def _change_ended(event: Event, work: Work | None, progress: Progress | None) -> Text | None:
    if work is None or not work.argv:
        return None
    code, seconds = event.get("code"), f"{number(event.get('seconds')) or 0:.1f}"
    if code == -1:
        return T("{program} was ended after {seconds} s", program=work.program, seconds=seconds)
    if code != 0:
        return T(
            "{program} ended with code {code} after {seconds} s",
            program=work.program,
            code=number(code) or 0,
            seconds=seconds,
        )
    return _pulled(work, seconds, progress) if pulls(work.argv) else None


def _pulled(work: Work, seconds: str, progress: Progress | None) -> Text:
    part = progress.part(work.argv[-1]) if progress else None
    name = short(work.argv[-1])
    if part is None or not part.total:
        return T("pulled {image} in {seconds} s", image=name, seconds=seconds)
    size = f"{part.total / 1e6:.1f}"
    return T("pulled {image}, {size} MB in {seconds} s", image=name, size=size, seconds=seconds)


def _run_started(event: Event) -> Text:
    run = word(event.get("run"))
    return T("run {run}, resumed", run=run) if event.get("resumed") else T("run {run}", run=run)


def _run_ended(event: Event) -> Text | None:
    ends: dict[str, Text] = {
        Ending.DONE: T("the run is done"),
        Ending.FAILED: T("the run has failed"),
        Ending.STOPPED: T("the run was stopped"),
    }
    return ends.get(word(event.get("outcome")))


def _waiting(event: Event) -> Text | None:
    what = sentence(event.get("what"))
    return T("waits for {what}", what=what) if what else None


def _state(event: Event) -> Text | None:
    """Returns a sentence about a cause only; the list of steps shows the other states."""
    told = event.get("cause")
    title = sentence(told.get("title")) if isinstance(told, Mapping) else None
    return T("cause: {title}", title=title) if title else None


def _saved(event: Event) -> Text:
    what = ", ".join(words(event.get("what"), ARGUMENTS))
    return T("saved {what} in {path}", what=what, path=word(event.get("path")))


def _step_ended(event: Event) -> Text | None:
    outcome, error = word(event.get("outcome")), sentence(event.get("error"))
    if outcome == Ending.STOPPED and error:
        return T("stopped: {error}", error=error)
    minutes, seconds = divmod(round(number(event.get("seconds")) or 0), 60)
    if outcome == Ending.FAILED and error:
        return T("failed: {error}", error=error)
    if outcome == Ending.STOPPED and event.get("reason") == "join-lost":
        return T("stopped: the join command was in memory only and is lost")
    ends: dict[str, Text] = {
        Ending.DONE: T("done, looked at again, {time}", time=f"{minutes}:{seconds:02d}"),
        Ending.NOTHING: T("nothing to do"),
        Ending.FAILED: T("failed"),
        Ending.STOPPED: T("stopped"),
    }
    return ends.get(outcome)


_TELLERS: Mapping[str, Callable[[Mapping[str, Any]], Text | None]] = {
    "run-started": _run_started,
    "change-started": lambda event: work_of(event).command,
    "waiting": _waiting,
    "state": _state,
    "saved": _saved,
    "step-ended": _step_ended,
    "run-ended": _run_ended,
}
