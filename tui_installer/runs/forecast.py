"""The forecast of a run: its percent and the time left, by its bytes, its speed and usual durations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from tui_installer import registry
from tui_installer.assets import image_bytes, pace, release, versions
from tui_installer.model.change import RunCommand
from tui_installer.model.ending import GOOD, Ending
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.progress import Progress, seconds_between
from tui_installer.model.standing import BUSY, Standing, StepStanding, StepState

# The cost of a step that an earlier pass has done: one look.
LOOK = 0.5
# A working step never shows as done.
NEARLY = 0.95
# The share of its time that a working step still needs at least.
LATE = 0.2


@dataclass(frozen=True)
class Forecast:
    """Percent of the work, and seconds until its end (None: unknown).

    Not `sure`: a part is an estimate, so the seconds are "about".
    """

    percent: int = 0
    left: float | None = None
    sure: bool = False

    def at_least(self, previous: Forecast) -> Forecast:
        """Returns the same forecast, but with no fewer percent than were shown before."""
        most = 100 if self.percent == 100 else 99
        return replace(self, percent=min(max(self.percent, previous.percent), most))


@dataclass(frozen=True)
class Quiet:
    """Seconds without news, and the usual maximum (None: unknown)."""

    seconds: float
    usual: float | None = None


def forecast(standing: Standing, now: datetime) -> Forecast:
    """Forecasts this run; 100 percent only once it is done."""
    if standing.outcome == Ending.DONE:
        return Forecast(100, 0.0, True)
    if not standing.steps:
        return Forecast()
    speed = _speed(standing)
    loads = {s.id: _Load(s, now, speed, _nominal_bytes(s, standing)) for s in standing.steps}
    left = max(_end(loads), 1.0)
    # A stalled download brings the end no nearer.
    rests = [load.rests for load in loads.values() if load.rests]
    passed = standing.elapsed(min([now, *rests])) + _saved(loads)
    percent = min(int(100 * passed / (passed + left)), 99)
    if standing.over or rests:
        return Forecast(percent)
    return Forecast(percent, left, all(load.sure for load in loads.values()))


def expected(plan: Plan) -> float:
    """Returns the seconds that a run of this plan usually takes: a step that is done already costs one look."""
    # No step works yet, so no clock is needed.
    begin = datetime(1970, 1, 1, tzinfo=UTC)
    loads = {
        planned.step.id: _Load(
            StepStanding(planned.step.id, earlier=not planned.changes),
            begin,
            _usual("speed", ""),
            _to_fetch(planned),
        )
        for planned in plan.steps
    }
    return _end(loads) if loads else 0.0


def _to_fetch(planned: PlannedStep) -> float:
    """Returns the bytes of the missing images; for missing packages, the bytes that a fresh machine fetches."""
    fetched = [c for c in planned.changes if isinstance(c, RunCommand) and c.meter]
    images = [image_bytes(c.target) or 0 for c in fetched if c.meter == "images"]
    if images or not fetched:
        return sum(images)
    return pace()["bytes"].get(planned.step.id, 0)


def quiet(
    standing: Standing, step: str, now: datetime, heard: datetime | None = None
) -> Quiet | None:
    """Returns how long a step has been silent; None if it is not at work.

    `heard` is when its output last grew, if the caller has looked: the journal does not say.
    """
    at_work = standing.step(step)
    if at_work is None or at_work.state not in BUSY:
        return None
    last = max(filter(None, (at_work.news, heard)), default=None)
    limits = [pace()["quiet"].get(work.program) for work in at_work.open.values()]
    return Quiet(seconds_between(last, now), max(filter(None, limits), default=None))


def _usual(table: str, name: str) -> float:
    row = pace()[table]
    return row.get(name, row["default"])


def _speed(standing: Standing) -> float:
    """Returns the bytes a second that this run's downloads have reached, else the usual speed."""
    known = [s.progress.mean for s in standing.steps if s.progress and s.progress.mean]
    return max((n for n in known if n), default=_usual("speed", ""))


def _nominal_bytes(step: StepStanding, standing: Standing) -> float:
    """Returns the bytes that the step fetches on a fresh machine."""
    if step.id != "images":
        return pace()["bytes"].get(step.id, 0)
    every = standing.step("kubeadm_init") is not None
    newest = release(versions()[-1])
    network = newest.calico.images if standing.step("calico") is not None else ()
    images = (*newest.images, *network)
    return sum(image.size for image in images if every or image.worker)


@dataclass(frozen=True)
class _Load:
    """The remaining work of one step, in seconds."""

    step: StepStanding
    now: datetime
    # Bytes a second for downloads that have not begun, and bytes on a fresh machine.
    speed: float
    nominal: float

    @property
    def _looks_only(self) -> bool:
        return self.step.earlier and self.step.state == StepState.WAITING

    @property
    def _at_hand(self) -> int:
        """Returns the total bytes of the present download."""
        progress = self.step.progress
        return max(progress.expected or 0, progress.done) if progress else 0

    @property
    def _later(self) -> float:
        """Returns the bytes of downloads to come: pulls are announced at once, transactions are not."""
        if self.step.progress and self.step.progress.parts:
            return 0.0
        return max(self.nominal - self.step.fetched - self._at_hand, 0.0)

    @property
    def _own(self) -> float:
        """Returns the seconds of the step's own work."""
        return LOOK if self._looks_only else _usual("seconds", self.step.id)

    @property
    def _own_done(self) -> float:
        """Returns the seconds of its own work that are done."""
        progress = self.step.progress
        if self.step.state == StepState.WAITING or self.step.ended:
            return 0.0
        if not self.nominal and progress is None:
            passed = self.step.elapsed(self.now)
            # A step that takes longer than usual needs still more time.
            return min(passed, self._own - passed * LATE)
        whole = self.step.fetched + self._at_hand + self._later
        done = self._own * self.step.fetched / whole if whole else 0.0
        if progress and progress.complete:
            done += seconds_between(progress.moved, self.now)
        return min(done, NEARLY * self._own)

    @property
    def whole(self) -> float:
        """Returns the seconds of everything that the step does in this pass."""
        count = self.step.fetched + self._at_hand + self._later
        return self._own + (0.0 if self._looks_only else count / self.speed)

    @property
    def left(self) -> float:
        """Returns the seconds until its end, once it may begin."""
        if self.step.state in GOOD:
            return 0.0
        if self.step.state == StepState.VERIFYING or self._looks_only:
            return LOOK
        progress = self.step.progress or Progress()
        rate = progress.rate or progress.mean or self.speed
        fetch = max(self._at_hand - progress.done, 0) / rate + self._later / self.speed
        return fetch + self._own - self._own_done

    @property
    def rests(self) -> datetime | None:
        """Returns since when the download has stalled; None if it has not: a stall has no foreseeable end."""
        progress = self.step.progress
        silent = (
            self.step.state == StepState.RUNNING
            and self.step.open
            and progress
            and progress.stalled
        )
        return progress.moved if silent and progress else None

    @property
    def sure(self) -> bool:
        """Tells whether bytes and speed are known, and the step takes no longer than usual."""
        progress = self.step.progress
        if self.step.ended or self._looks_only:
            return True
        if self.nominal or progress:
            return bool(progress and (progress.complete or (progress.expected and progress.rate)))
        return self.step.state == StepState.WAITING or self.step.elapsed(self.now) <= self._own

    def fresh(self, *, earlier: bool) -> _Load:
        """Returns the same step as before this pass; not `earlier`: as before the run."""
        return replace(self, step=StepStanding(self.step.id, earlier=earlier))


def _end(loads: Mapping[str, _Load]) -> float:
    """Returns the seconds until the last step ends, if each begins as soon as it may."""
    chain = _Chain(loads)
    return max(chain.end(name) for name in loads)


def _saved(loads: Mapping[str, _Load]) -> float:
    """Returns the seconds that an earlier pass saves this one."""
    if not any(load.step.earlier for load in loads.values()):
        return 0.0
    whole = _end({name: load.fresh(earlier=False) for name, load in loads.items()})
    rest = _end({name: load.fresh(earlier=load.step.earlier) for name, load in loads.items()})
    return max(whole - rest, 0.0)


class _Chain:
    """The end of each step, in seconds from now."""

    def __init__(self, loads: Mapping[str, _Load]) -> None:
        self._loads = loads
        self._after = {step.id: step.after for step in registry.steps()}
        self._ends: dict[str, float] = {}

    def end(self, name: str) -> float:
        """Returns the seconds until that step ends."""
        if name not in self._ends:
            load = self._loads[name]
            after = () if load.step.state in BUSY else self._after.get(name, ())
            begins = max((self._reached(name) for name in after), default=0.0)
            self._ends[name] = begins + load.left
        return self._ends[name]

    def _reached(self, name: str) -> float:
        """Returns the seconds until a step ends or reaches its milestone."""
        step = name.partition("/")[0]
        if step not in self._loads:
            return 0.0
        beyond = 1 - pace()["share"].get(name, 1)
        return max(self.end(step) - beyond * self._loads[step].whole, 0.0)
