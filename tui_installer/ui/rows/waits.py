"""The rows of a waiting step: the cause, and the state of each thing that it waits for."""

from __future__ import annotations

import re
from datetime import datetime

from tui_installer.model.event_text import Work
from tui_installer.model.outcome import Outcome
from tui_installer.model.progress import seconds_between
from tui_installer.model.step_standing import SeenRow, StepStanding
from tui_installer.model.text import T, verbatim
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import Row, Say, wrap
from tui_installer.ui.rows.times import minutes

# The width from which a name and its state share a row; the cells of the name there.
ROOMY, NAME = 60, 38
# Rows that say what the step does.
SUMMARY = 2
# kubectl's own limit of a wait.
LIMIT = re.compile(r"--timeout=(\d+)s")


def seen_rows(
    step: StepStanding, now: datetime, say: Say, size: tuple[int, int], first: list[Row]
) -> list[Row]:
    """Returns rows for that many cells and lines; `first` says what the step does where no cause is known."""
    width, height = size
    head = _cause(step, say, width) or first[:SUMMARY]
    rows = [*head, [(_how_far(step, now, say), "")], []]
    room = max(height - len(rows), 0)
    waiting = sorted(step.seen, key=lambda seen: seen.outcome == Outcome.OK)
    column = max((measure.width(say(seen.name)) for seen in _beside(waiting, width)), default=0)
    return [*rows, *_fitting([_one(seen, say, width, column) for seen in waiting], room, say)]


def _beside(seen: list[SeenRow], width: int) -> list[SeenRow]:
    """Returns the things whose name and state share a row."""
    return [one for one in seen if width >= ROOMY or one.outcome == Outcome.OK]


def _cause(step: StepStanding, say: Say, width: int) -> list[Row]:
    if step.cause is None:
        return []
    cause = T("cause: {title}", title=step.cause)
    rows: list[Row] = [[(line, "bold")] for line in wrap(say(cause), width)]
    if step.cure is not None:
        cure = T("What to do: {cure}", cure=step.cure)
        rows += [[(line, "")] for line in wrap(say(cure), width)]
    return [*rows, []]


def _how_far(step: StepStanding, now: datetime, say: Say) -> str:
    """Formats the progress: `0:52 of 5:00; ok: 2 of 6`."""
    work = next(iter(step.open.values()), None)
    began = work.began if work else step.began
    time = verbatim(minutes(seconds_between(began, now)))
    if work is not None and (limit := _limit(work)):
        time = T("{time} of {limit}", time=time, limit=minutes(limit))
    if not step.seen:
        return say(time)
    good = sum(seen.outcome == Outcome.OK for seen in step.seen)
    return say(T("{time}; ok: {good} of {count}", time=time, good=good, count=len(step.seen)))


def _limit(work: Work) -> int:
    found = (LIMIT.fullmatch(word) for word in work.argv)
    return next((int(match[1]) for match in found if match), 0)


def _one(seen: SeenRow, say: Say, width: int, column: int) -> list[Row]:
    """Returns one row for a good thing; two for a bad one in a narrow window."""
    outcome = measure.pad(say(word(seen.outcome)), VERDICT)
    name = say(seen.name)
    text = say(seen.text)
    room = width - VERDICT
    if width >= ROOMY or seen.outcome == Outcome.OK:
        cells = min(column, NAME, room)
        label = measure.pad(measure.middle(name, cells), cells) + "  " + text
        return [[(outcome, seen.outcome), (measure.cut(label, room), "")]]
    first: Row = [(outcome, seen.outcome), (measure.middle(name, room), "")]
    return [first, [(" " * VERDICT, ""), (measure.cut(text, room), "")]]


def _fitting(things: list[list[Row]], room: int, say: Say) -> list[Row]:
    """Returns only whole things; the last row counts those that have no room."""
    if sum(map(len, things)) <= room:
        return [row for thing in things for row in thing]
    rows: list[Row] = []
    for n, thing in enumerate(things):
        if len(rows) + len(thing) > room - 1:
            more = T("{count} more below", count=len(things) - n)
            return [*rows, [(say(more), "")]][:room]
        rows += thing
    return rows
