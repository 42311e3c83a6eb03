"""The Run screen's sentences about the whole run, and about a stalled download."""

from __future__ import annotations

from tui_installer.model.progress import short
from tui_installer.model.standing import BUSY, Standing, StepStanding
from tui_installer.model.text import T, Text
from tui_installer.runs.view import Viewing
from tui_installer.ui.rows.times import minutes, time_of_day, title

# Seconds without an engine that the screen ignores: one engine hands over to the next.
PAUSE = 2


def where(viewing: Viewing) -> Text:
    """Returns where the run is, or why it is not going on."""
    if viewing.standing.newer:
        return T("A later version of this program makes this run. Here it can be looked at.")
    if viewing.gone:
        return T("The engine is not running, and was not started again.")
    if viewing.beginning:
        return T("The installation begins, {seconds} s.", seconds=int(viewing.alone))
    if viewing.alone >= PAUSE:
        return T(
            "The engine is not running; its unit starts it again, {seconds} s.",
            seconds=int(viewing.alone),
        )
    if viewing.stopping:
        return T("It was asked to stop, and does so after the change that is being made.")
    step = viewing.standing.current
    return _between(viewing.standing) if step is None else _progress(viewing, step)


def _between(standing: Standing) -> Text:
    count = len(standing.steps)
    return T("{done} of {count} steps are done.", done=standing.done, count=count)


def _progress(viewing: Viewing, step: StepStanding) -> Text:
    standing, left = viewing.standing, _left(viewing)
    place = T(
        "Step {number} of {count}, {title}, {time}.",
        number=standing.place(step.id),
        count=len(standing.steps),
        title=title(step.id),
        time=minutes(step.elapsed(viewing.now())),
    )
    if standing.resumed:
        begun = time_of_day(standing.pass_begun)[:5]
        return T("{place} Taken up again at {begun}, {left}.", place=place, begun=begun, left=left)
    elapsed = minutes(viewing.elapsed)
    return T("{place} Whole run {elapsed} so far, {left}.", place=place, elapsed=elapsed, left=left)


def _left(viewing: Viewing) -> Text:
    left = viewing.forecast.left
    if left is None:
        return T("left: not known")
    time = minutes(left)
    return (
        T("{time} left", time=time) if viewing.forecast.sure else T("about {time} left", time=time)
    )


def stall(step: StepStanding | None) -> Text | None:
    """Returns what a step receives no byte of; None if bytes arrive, or the step does not download."""
    if step is None or step.progress is None or step.state not in BUSY:
        return None
    if step.progress.stalled:
        seconds = int(step.progress.still)
        return T("No byte for {seconds} s: the source is silent, or the line.", seconds=seconds)
    part = next((part for part in step.progress.parts if part.stalled), None)
    if part is None:
        return None
    return T(
        "No byte of {name} for {seconds} s: its source is silent.",
        name=short(part.name),
        seconds=int(part.still),
    )
