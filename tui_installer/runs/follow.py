"""The events of a run, followed in its journal until the run ends."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tui_installer.host import machine, runs
from tui_installer.model import places
from tui_installer.model.event import Event

TICK = 0.1
# systemd restarts an engine that was killed; after this time without one the engine counts as gone.
GRACE = 20.0


class EngineGone(Exception):
    """The run has not ended, and no engine works on it."""


@dataclass
class Place:
    """A position in a journal: later events are new."""

    run: Path | None
    seen: int

    @classmethod
    def now(cls) -> Place:
        """Returns the end of the newest journal."""
        run = runs.latest()
        return cls(run, len(runs.read_events(run)) if run else 0)


def last_segment(run: Path) -> int:
    """Returns the index of the event that begins the newest pass over this run."""
    kinds = [event.get("kind") for event in runs.read_events(run)]
    return len(kinds) - 1 - kinds[::-1].index("run-started") if "run-started" in kinds else 0


def _begun(since: Place) -> Path | None:
    run = runs.latest()
    if run is None or (run == since.run and len(runs.read_events(run)) <= since.seen):
        return None
    return run


def wait_for_run(since: Place) -> tuple[Path, int]:
    """Waits for the run that begins after `since`; returns it and the index of its first new event. Raises EngineGone."""
    end = time.monotonic() + GRACE
    while (run := _begun(since)) is None:
        if time.monotonic() > end:
            raise EngineGone
        time.sleep(TICK)
    return run, since.seen if run == since.run else 0


def events(run: Path, first: int) -> Iterator[Event]:
    """Yields every event of the run from that index on, as it arrives, up to run-ended. Raises EngineGone."""
    follower = runs.Follower(run)
    seen = 0
    alone = 0.0
    while True:
        for event in follower.new():
            seen += 1
            if seen <= first:
                continue
            yield event
            if event["kind"] == "run-ended":
                _settled()
                return
        time.sleep(TICK)
        alone = 0.0 if runs.engine_at_work() else alone + TICK
        if alone > GRACE:
            raise EngineGone


def _settled() -> None:
    """Waits until the engine has removed its request, so that the next run can place one."""
    for _ in range(50):
        if not machine.at(places.REQUEST).exists():
            return
        time.sleep(TICK)
