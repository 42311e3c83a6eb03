"""The run of this machine as somebody watches it: what its journal says, and who works on it.

The methods that the screens call ten times a second read a few bytes; those that block say so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from tui_installer.host import machine, requests, runs
from tui_installer.model import places
from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER
from tui_installer.model.answers_file import AnswersError
from tui_installer.model.ending import Ending
from tui_installer.model.explained import Explained
from tui_installer.model.join import JoinCommand
from tui_installer.model.request import Request
from tui_installer.model.standing import RECENT, Line, Standing, fold
from tui_installer.model.text import T
from tui_installer.preflight import completion, inspection
from tui_installer.runs import launch
from tui_installer.runs.follow import GRACE
from tui_installer.runs.forecast import Forecast, forecast


class Stage(StrEnum):
    """Where a machine is: no run yet, one that goes on, one that did not end well, or done."""

    FRESH = "fresh"
    RUNNING = "running"
    UNFINISHED = "unfinished"
    DONE = "done"


# How often it is looked whether an engine is at work.
ENGINE_EVERY = 1.0


class NotResumed(Explained):
    """The run does not go on; `text` says why. Nothing was changed."""


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # it belongs to root, and this is somebody else
        return False


@dataclass
class Viewing:
    """The newest run, as far as it has been read."""

    clock: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    run: Path | None = None
    standing: Standing = field(default_factory=Standing)
    forecast: Forecast = field(default_factory=Forecast)
    # A request waits or is worked on; somebody has asked to stop; an engine holds the lock.
    asked: bool = False
    stopping: bool = False
    at_work: bool = False
    # Every sentence of the run so far; Standing keeps the last ones.
    told: list[Line] = field(default_factory=list)
    # Goes up with every change.
    version: int = 0
    _follower: runs.Follower | None = None
    _events: int = 0
    _looked: float | None = None
    _alone_since: float | None = None
    _request: Request | None = None

    def poll(self) -> None:
        """Reads what is new."""
        before = self._condition
        if self.run is None or self.standing.over:
            self._find()
        self._read()
        self.asked, self.stopping = (
            _there(machine.at(places.REQUEST)),
            _there(machine.at(places.STOP)),
        )
        self._look_for_engine()
        self.version += before != self._condition

    @property
    def _condition(self) -> tuple[object, ...]:
        return self.run, self._events, self.asked, self.stopping, self.at_work

    def _find(self) -> None:
        newest = runs.latest()
        if newest != self.run:
            self.run, self.standing, self.forecast = newest, Standing(), Forecast()
            self._follower = runs.Follower(newest) if newest else None
            self._request, self._events, self.told = None, 0, []

    def _read(self) -> None:
        for event in self._follower.new() if self._follower else ():
            self._events += 1
            recent = self.standing.recent
            after = fold(replace(self.standing, recent=()), event)
            self.told += after.recent
            self.standing = replace(after, recent=(*recent, *after.recent)[-RECENT:])
            if event["kind"] == "run-started":
                self.forecast, self._request = Forecast(), None

    def _look_for_engine(self) -> None:
        now = self.clock()
        if self._looked is None or now - self._looked >= ENGINE_EVERY:
            self._looked, self.at_work = now, self.run is not None and runs.engine_at_work()
        if self.at_work or self.stage != Stage.RUNNING:
            self._alone_since = None
        elif self._alone_since is None:
            self._alone_since = now

    @property
    def stage(self) -> Stage:
        """Where this machine is: no run yet, one that goes on, one that did not end well, or done."""
        over = self.standing.over
        if self.asked or (
            self.run and not over and (self.at_work or _there(machine.at(places.UNFINISHED)))
        ):
            return Stage.RUNNING
        if self.run is None:
            return Stage.FRESH
        return Stage.DONE if self.standing.outcome == Ending.DONE else Stage.UNFINISHED

    @property
    def beginning(self) -> bool:
        """The run was asked for, and has not said a word yet."""
        return self.run is None or (self.standing.over and self.asked) or not self.standing.passes

    @property
    def alone(self) -> float:
        """Seconds for which nobody has been at work on a run that is to go on."""
        return 0.0 if self._alone_since is None else self.clock() - self._alone_since

    def expect_engine(self) -> None:
        """One was started: it is given its time again."""
        self._alone_since = None

    @property
    def gone(self) -> bool:
        """The engine has ended and is not started again by itself."""
        return self.alone > GRACE

    def foresee(self) -> Forecast:
        """What is to be expected; its percent never go back."""
        self.forecast = forecast(self.standing, self.now()).at_least(self.forecast)
        return self.forecast

    @property
    def elapsed(self) -> float:
        """Seconds of this pass over the steps."""
        return self.standing.elapsed(self.now())

    @property
    def request(self) -> Request | None:
        """What the run was asked for, without secrets; None if it cannot be read."""
        if self._request is None and self.run is not None:
            self._request = runs.request_of(self.run)
        return self._request

    @property
    def node(self) -> str:
        """Which kind of node the run makes; what it was asked for may be lost, its steps tell too."""
        if self.request is not None:
            return self.request.answers.node.role
        return WORKER if self.standing.step("kubeadm_join") else FIRST_CONTROL_PLANE

    @property
    def join_lost(self) -> bool:
        """It needs its join command again: that was in memory only."""
        return any(step.reason == "join-lost" for step in self.standing.steps)

    def output(self, step: str) -> Path | None:
        """Where that step's output is kept."""
        return self.run / "output" / f"{step}.log" if self.run else None

    @staticmethod
    def stop() -> None:
        """Asks the engine to stop at the next safe point. Raises OSError."""
        requests.ask_to_stop()

    @staticmethod
    def wake() -> None:
        """Starts the engine again; blocks. Raises launch.NotStarted."""
        launch.wake()


@dataclass
class Record(Viewing):
    """A run that is over, to be read; it stays the same whatever the newest is."""

    def __post_init__(self) -> None:
        assert self.run is not None
        self._follower = runs.Follower(self.run)

    def poll(self) -> None:
        """Reads what has not been read yet."""
        before = self._condition
        self._read()
        self.version += before != self._condition

    @property
    def stage(self) -> Stage:
        """How it ended."""
        return Stage.DONE if self.standing.outcome == Ending.DONE else Stage.UNFINISHED


class LineAtRisk(Exception):
    """Going on would change the card of the ssh line that somebody sits at; `risk` says how."""

    def __init__(self, risk: launch.AtRisk) -> None:
        super().__init__(str(risk.changed[0]))
        self.risk = risk


def resume(join: JoinCommand | None = None, line: str = "") -> None:
    """Looks at the machine and starts the newest run again; blocks. Raises NotResumed, or LineAtRisk.

    `line` is the ssh line to ask about, as sshd describes it; empty: none, or it was asked about.

    That somebody else has started one meanwhile is no error: it is the one to follow.
    """
    try:
        asked = launch.resume(join)
        found = inspection.look(asked)
        if reasons := launch.refusals(found):
            raise NotResumed(reasons[0].text)
        if (risk := launch.line_at_risk(found, line)) is not None:
            raise LineAtRisk(risk)
        launch.launch(found, asked)
    except launch.Busy:
        return
    except launch.NothingToResume as error:
        raise NotResumed(T("no run is left that could be taken up again")) from error
    except (completion.Refused, launch.NotStarted) as error:
        raise NotResumed(error.text) from error
    except AnswersError as error:
        raise NotResumed(error.mistakes[0].said) from error
