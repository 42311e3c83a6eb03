"""The runs on this machine, read only: journals, requests, and the engine at work."""

from __future__ import annotations

import fcntl
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tui_installer.host import files, machine
from tui_installer.model import places, request
from tui_installer.model.ending import GOOD
from tui_installer.model.event import Event, RunState, mark, state_of
from tui_installer.model.facts import Past
from tui_installer.model.kind import UnknownKind
from tui_installer.model.request import Request

# A request is far smaller; a longer one is cut and cannot be parsed.
LARGEST = 1 << 20
NUMBERED = re.compile(r"r(\d{1,9})-")


def every() -> list[Path]:
    """Lists the folders of all runs, newest last.

    Their numbers give the order, because a clock may once have been ahead.
    """
    return sorted(
        (p for p in machine.at(places.RUNS).glob("*") if (p / "journal.jsonl").exists()), key=_order
    )


def _order(run: Path) -> tuple[int, str]:
    """Sorts runs without a number first: 0.1.0 named its runs by time alone."""
    found = NUMBERED.match(run.name)
    return (int(found[1]) if found else 0, run.name)


def outputs(run: Path) -> Path:
    """Returns the folder with the output of a run's steps."""
    return run / "output"


def output(run: Path, step: str) -> Path:
    """Returns the file with the output of one step."""
    return outputs(run) / f"{step}.log"


def new() -> Path:
    """Returns the folder of the next run: its number follows the highest so far; the time in it is for people."""
    number = max(map(_order, machine.at(places.RUNS).glob("*")), default=(0, ""))[0] + 1
    return machine.at(places.RUNS) / f"r{number:04}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def latest() -> Path | None:
    """Returns the folder of the newest run; None if there is none."""
    folders = every()
    return folders[-1] if folders else None


def events(text: str) -> Iterator[Event]:
    """Yields the events of a journal, and skips lines that are cut short or are no events."""
    for line in text.split("\n"):  # not splitlines: a text may hold U+2028
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and isinstance(event.get("kind"), str):
            yield event


def read_events(run: Path) -> list[Event]:
    """Reads every event of a run's journal."""
    try:
        return list(events((run / "journal.jsonl").read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return []


def state(run: Path | None) -> RunState:
    """Returns the state of a run; an empty state if there is none."""
    return state_of(read_events(run)) if run else RunState()


def past() -> Past:
    """Summarizes what our own journals say about this machine."""
    made: set[str] = set()
    changed = ""
    changed_at = 0.0
    newest = RunState()
    for run in every():
        newest = state(run)
        changed = mark(run.name, newest.changes) or changed
        made |= {step for step, outcome in newest.ended.items() if outcome in GOOD}
        if newest.attempt is not None and newest.attempt.code == 0:
            # The attempt succeeded, even if its step failed later.
            made.add(newest.attempt.step)
        changed_at = max(changed_at, newest.changed_at)
    return Past(
        newest.unfinished,
        frozenset(made),
        changed,
        changed_at,
        attempt=newest.attempt,
        asking=newest.asking,
    )


def asked() -> Request | None:
    """Returns the request that the engine works on; None if there is none or if it cannot be read."""
    return _request(machine.at(places.REQUEST))


def request_of(run: Path) -> Request | None:
    """Returns a run's request, without its join command; None if it cannot be read."""
    return _request(run / "request.json")


def strange_kind(path: Path) -> str:
    """Returns the kind of run in a request if this version does not know it; else an empty string."""
    try:
        _load(path)
    except UnknownKind as error:
        return error.name
    except (OSError, *request.UNREADABLE):
        pass
    return ""


def _request(path: Path) -> Request | None:
    try:
        return _load(path)
    except (OSError, *request.UNREADABLE):
        return None


def _load(path: Path) -> Request:
    return request.load(files.bounded(path, LARGEST).decode())


def engine_at_work() -> bool:
    """Tells whether an engine holds the lock."""
    try:
        with machine.at(places.LOCK).open("rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return False
    except FileNotFoundError:
        return False
    except OSError:
        return True


class Follower:
    """Reads a journal as it grows."""

    def __init__(self, run: Path) -> None:
        self._path = run / "journal.jsonl"
        self._offset = 0
        self._rest = b""

    def new(self) -> list[Event]:
        """Returns the events since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except OSError:
            return []
        self._offset += len(data)
        whole, newline, self._rest = (self._rest + data).rpartition(b"\n")
        return list(events(whole.decode("utf-8", "replace"))) if newline else []
