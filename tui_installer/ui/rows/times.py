"""Times and lists of numbers, as the screens of a run write them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from tui_installer import registry
from tui_installer.model.ending import GOOD
from tui_installer.model.standing import Standing
from tui_installer.model.text import T, Text, verbatim


def minutes(seconds: float) -> str:
    """Formats minutes and seconds, always with both: 0:31, 61:05."""
    whole, rest = divmod(int(seconds), 60)
    return f"{whole}:{rest:02d}"


def time_of_day(moment: datetime | None) -> str:
    """Formats the time of day in the machine's zone; empty if it is unknown."""
    return f"{moment.astimezone():%H:%M:%S}" if moment else ""


def day_and_time(moment: datetime | None) -> str:
    """Formats day and time in the machine's zone, to the minute; empty if unknown."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else ""


def moment(then: datetime, now: datetime) -> str:
    """Formats a time in the machine's zone; adds the day if it is not today."""
    same = then.astimezone().date() == now.astimezone().date()
    return time_of_day(then) if same else day_and_time(then)


def ago(seconds: float) -> Text:
    """Formats an age in the largest suitable unit."""
    if seconds < 90:
        return T("{count} s ago", count=int(seconds))
    if seconds < 90 * 60:
        return T("{count} min ago", count=round(seconds / 60))
    if seconds < 36 * 3600:
        return T("{count} h ago", count=round(seconds / 3600))
    return T("{count} days ago", count=round(seconds / 86400))


def title(step: str) -> Text:
    """Returns a step's title; for a step that this version does not know, its id."""
    known = registry.find_step(step)
    return known.title if known else verbatim(step)


def ranges(numbers: Iterable[int]) -> str:
    """Joins rising numbers to ranges: 1-8, 10."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1][1:] = [number]
        else:
            runs.append([number])
    return ", ".join("-".join(map(str, run)) for run in runs)


def done_steps(standing: Standing) -> str:
    """Returns the numbers of the steps that ended well."""
    return ranges(i for i, step in enumerate(standing.steps, 1) if step.state in GOOD)
