"""A view of this machine's run: what its journal says, and whether an engine works on it.

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
    """The stage of a machine: no run yet, one in progress, one that did not end well, or one that is done."""

    FRESH = "fresh"
    RUNNING = "running"
    UNFINISHED = "unfinished"
    DONE = "done"


# Seconds between two checks whether an engine is at work.
ENGINE_EVERY = 1.0


class NotResumed(Explained):
    """The run does not go on; `text` says why. Nothing was changed."""


def _there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # root owns it, and this user is not root
        return False


@dataclass
class Viewing:
    """The newest run, updated by `poll()`."""

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
    # Increases with every change.
    version: int = 0
    _follower: runs.Follower | None = None
    _events: int = 0
    _looked: float | None = None
    _alone_since: float | None = None
    _request: Request | None = None

    def poll(self) -> None:
        """Reads the new events."""
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
            self.run = newest
            self.standing = Standing()
            self.forecast = Forecast()
            self._follower = runs.Follower(newest) if newest else None
            self._request = None
            self._events = 0
            self.told = []

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
        """Returns the stage of this machine."""
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
        """True while a requested run has not written an event yet."""
        return self.run is None or (self.standing.over and self.asked) or not self.standing.passes

    @property
    def alone(self) -> float:
        """Returns the seconds for which no engine has worked on an unfinished run."""
        return 0.0 if self._alone_since is None else self.clock() - self._alone_since

    def expect_engine(self) -> None:
        """Restarts the wait for an engine that was just started."""
        self._alone_since = None

    @property
    def gone(self) -> bool:
        """True if the engine has ended and will not restart by itself."""
        return self.alone > GRACE

    def foresee(self) -> Forecast:
        """Forecasts the run; its percent never decrease."""
        self.forecast = forecast(self.standing, self.now()).at_least(self.forecast)
        return self.forecast

    @property
    def elapsed(self) -> float:
        """Returns the seconds of this pass over the steps."""
        return self.standing.elapsed(self.now())

    @property
    def request(self) -> Request | None:
        """Returns the run's request, without secrets; None if it cannot be read."""
        if self._request is None and self.run is not None:
            self._request = runs.request_of(self.run)
        return self._request

    @property
    def node(self) -> str:
        """Returns the kind of node that the run makes, by its steps where the request is lost."""
        if self.request is not None:
            return self.request.answers.node.role
        return WORKER if self.standing.step("kubeadm_join") else FIRST_CONTROL_PLANE

    @property
    def join_lost(self) -> bool:
        """True if the run needs its join command again: it was in memory only."""
        return any(step.reason == "join-lost" for step in self.standing.steps)

    def output(self, step: str) -> Path | None:
        """Returns the path of that step's output."""
        return runs.output(self.run, step) if self.run else None

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
    """A run that is over; it does not change when a newer one begins."""

    def __post_init__(self) -> None:
        assert self.run is not None
        self._follower = runs.Follower(self.run)

    def poll(self) -> None:
        """Reads what is still unread."""
        before = self._condition
        self._read()
        self.version += before != self._condition

    @property
    def stage(self) -> Stage:
        """Returns how the run ended."""
        return Stage.DONE if self.standing.outcome == Ending.DONE else Stage.UNFINISHED


class LineAtRisk(Exception):
    """Going on would change the card of this ssh connection; `risk` says how."""

    def __init__(self, risk: launch.AtRisk) -> None:
        super().__init__(str(risk.changed[0]))
        self.risk = risk


def resume(join: JoinCommand | None = None, line: str = "") -> None:
    """Runs a new preflight and starts the newest run again; blocks. Raises NotResumed, or LineAtRisk.

    `line` is the ssh connection to ask about, as sshd describes it; empty: there is none, or a person has
    agreed. A run that somebody else has started meanwhile is no error: the caller follows it.
    """
    try:
        asked = launch.resume(join)
        preflight = inspection.look(asked)
        if reasons := launch.refusals(preflight):
            raise NotResumed(reasons[0].text)
        if (risk := launch.line_at_risk(preflight, line)) is not None:
            raise LineAtRisk(risk)
        launch.launch(preflight, asked)
    except launch.Busy:
        return
    except launch.NothingToResume as error:
        raise NotResumed(T("no run is left that could be taken up again")) from error
    except (completion.Refused, launch.NotStarted) as error:
        raise NotResumed(error.text) from error
    except AnswersError as error:
        raise NotResumed(error.mistakes[0].said) from error
