"""The panel beside the list of steps: what one step of a run does, or how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tui_installer import registry
from tui_installer.model.ending import GOOD, Ending
from tui_installer.model.event_text import Work
from tui_installer.model.progress import Part, Progress, seconds_between, short
from tui_installer.model.standing import BUSY, Standing, StepStanding, StepState
from tui_installer.model.text import T, Text
from tui_installer.runs.forecast import quiet
from tui_installer.text import measure
from tui_installer.text.words import word
from tui_installer.ui.rows.cells import Row, wrap
from tui_installer.ui.rows.times import minutes, time_of_day, title
from tui_installer.ui.rows.waits import seen_rows

# Seconds of silence that the panel mentions.
QUIET = 10
# Rows that one command may take.
COMMAND_ROWS = 2


@dataclass(frozen=True)
class Panel:
    """One step, seen at one moment; `heard` is when its output last grew."""

    standing: Standing
    step: StepStanding
    now: datetime
    say: Callable[[Text], str]
    heard: datetime | None = None

    def rows(self, width: int, height: int) -> list[Row]:
        """Returns at most that many rows of at most that many cells."""
        if self.step.state == StepState.WAITING:
            drawn = self._sentence(self._waiting(), width)
        elif self.step.state in BUSY:
            drawn = self._busy(width, height)
        else:
            drawn = self._ended(width)
        return drawn[:height]

    def _sentence(self, text: Text, width: int, style: str = "") -> list[Row]:
        return [[(line, style)] for line in wrap(self.say(text), width)]

    def _waiting(self) -> Text:
        declared = registry.find_step(self.step.id)
        after = declared.after if declared else ()
        names = dict.fromkeys(name.partition("/")[0] for name in after)
        steps = [step for name in names if (step := self.standing.step(name))]
        missing = [self.say(title(s.id)) for s in steps if s.state not in GOOD]
        if missing:
            return T("begins after: {steps}", steps=", ".join(missing))
        return T("begins when its turn comes")

    # --- at work --------------------------------------------------------------------------------

    def _busy(self, width: int, height: int) -> list[Row]:
        step = self.step
        rows: list[Row] = []
        if step.seen or step.cause:
            return self._seen(width, height)
        if step.state == StepState.VERIFYING:
            text = T("Every command has ended well. The machine is looked at again.")
            return self._sentence(text, width)
        if step.waits_for:
            rows += self._sentence(T("waits for {what}", what=step.waits_for), width, "bold")
        if step.progress and step.progress.parts:
            return rows + self._parts(step.progress, width, height - len(rows))
        for work in step.open.values():
            rows += self._work(work, width)
        if step.progress and step.open:
            rows += [[], *self._bytes(step.progress, width)]
        if not rows:
            return self._sentence(T("looks what there is to do"), width)
        quiet_for = self._quiet(width)
        return [*rows, [], *quiet_for] if quiet_for else rows

    def _seen(self, width: int, height: int) -> list[Row]:
        """Returns the progress of the things that the step waits for."""
        text = T("Every command has ended well. The machine is looked at again.")
        work = next(iter(self.step.open.values()), None)
        first = self._sentence(work.summary if work else text, width, "bold")
        return seen_rows(self.step, self.now, self.say, (width, height), first)

    def _quiet(self, width: int) -> list[Row]:
        silence = quiet(self.standing, self.step.id, self.now, self.heard)
        if silence is None or silence.seconds < QUIET:
            return []
        if silence.usual is None:
            return self._sentence(T("quiet for {time}", time=minutes(silence.seconds)), width)
        text = T(
            "quiet for {time}; usual here: up to {usual}",
            time=minutes(silence.seconds),
            usual=minutes(silence.usual),
        )
        return self._sentence(text, width, "bold" if silence.seconds > silence.usual else "")

    def _work(self, work: Work, width: int) -> list[Row]:
        summary = wrap(self.say(work.summary), width)
        command = wrap(self.say(work.command), width) if work.argv else []
        if len(command) > COMMAND_ROWS:
            command = command[:COMMAND_ROWS]
            command[-1] = measure.head(command[-1], width - 1) + "~"
        time = minutes(seconds_between(work.began, self.now))
        return (
            [[(line, "bold")] for line in summary] + [[(c, "")] for c in command] + [[(time, "")]]
        )

    def _bytes(self, progress: Progress, width: int) -> list[Row]:
        first = self._amount(progress.done, progress.expected)
        if progress.complete:
            return [[(first, "")], [(self.say(T("fetched; is being installed")), "")]]
        return [[(first, "")], self._speed(progress)]

    def _amount(self, done: int, total: int | None) -> str:
        """Formats an amount: `68.2 of 102.0 MB  67 %`."""
        if not total:
            return self.say(T("{done} MB, total not known yet", done=f"{done / 1e6:.1f}"))
        text = T("{done} of {total} MB", done=f"{done / 1e6:.1f}", total=f"{total / 1e6:.1f}")
        return f"{self.say(text)}  {100 * done // total:3d} %"

    def _speed(self, progress: Progress | Part) -> Row:
        if progress.stalled:
            stalled = f"{self.say(word('STALLED'))} {minutes(progress.still)}"
            return [(stalled, "STALLED")]
        if progress.rate is None:
            return []
        speed = f"{progress.rate / 1e6:.1f} MB/s"
        if progress.left is None:
            return [(speed, "")]
        return [
            (self.say(T("{speed}   {time} left", speed=speed, time=minutes(progress.left))), "")
        ]

    # --- images ---------------------------------------------------------------------------------

    def _parts(self, progress: Progress, width: int, height: int) -> list[Row]:
        """Returns the unfinished downloads, one or two rows each, and their total."""
        coming = [part for part in progress.parts if not part.complete]
        here = len(progress.parts) - len(coming)
        text = T("{here} of {count} images are here", count=len(progress.parts), here=here)
        head: list[Row] = [[(self.say(text), "")], []]
        foot: list[Row] = [[], [(self._line(self.say(T("all")), self._all(progress), width), "")]]
        foot.append([(" " * 4, ""), *self._speed(progress)])
        if progress.complete:
            foot[-1] = [(self.say(T("fetched; is being unpacked")), "")]
        room = height - len(head) - len(foot)
        each = 2 if 2 * len(coming) <= room else 1
        rows: list[Row] = []
        for part in coming:
            rows += self._part(part, width, each)
        return head + rows[: max(room, 0)] + foot

    def _all(self, progress: Progress) -> str:
        return self._amount(progress.done, progress.expected)

    def _part(self, part: Part, width: int, each: int) -> list[Row]:
        name = short(part.name).partition(":")[0]
        amount = self._amount(part.done, part.total)
        if each == 1 and part.stalled:
            speed = self._speed(part)
            room = width - sum(measure.width(text) for text, _ in speed) - 1
            return [[(measure.fit(name, room) + " ", ""), *speed]]
        first: Row = [(self._line(name, amount, width), "")]
        return [first] if each == 1 else [first, [(" " * 4, ""), *self._speed(part)]]

    @staticmethod
    def _line(name: str, amount: str, width: int) -> str:
        """Returns a row with a name at the left, numbers at the right."""
        return measure.fit(name, width - measure.width(amount) - 1) + " " + amount

    # --- ended ----------------------------------------------------------------------------------

    def _ended(self, width: int) -> list[Row]:
        step = self.step
        rows: list[Row] = []
        if step.state == Ending.DONE:
            text = T("done, looked at again, {time}", time=minutes(step.elapsed(self.now)))
            rows += self._sentence(text, width)
        elif step.state == Ending.NOTHING:
            rows += self._sentence(T("Everything was as it should be; nothing was changed."), width)
        else:
            rows += [[(self.say(word(step.state)), step.state)]]
        if step.state == Ending.DONE:
            rows += self._sentence(T("changes made: {count}", count=step.changed), width)
        if step.broken and step.broken.argv:
            rows += self._work(step.broken, width)[:-1]
        if step.error:
            rows += [[], *self._sentence(step.error, width)]
        if step.cure:
            rows += [[], *self._sentence(step.cure, width)]
        if step.began:
            rows += [[], [(self.say(T("begun {time}", time=time_of_day(step.began))), "")]]
        return rows
