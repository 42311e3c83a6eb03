"""The runs on this machine, for those who only read: journals, requests, and who is at work."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

from tui_installer.model import places, request
from tui_installer.model.event import DONE, NOTHING, Event, RunState, state_of
from tui_installer.model.facts import Past
from tui_installer.model.request import Request


def every() -> list[Path]:
    """The folders of all runs, the newest last."""
    return sorted(p for p in places.RUNS.glob("*") if (p / "journal.jsonl").exists())


def latest() -> Path | None:
    """The folder of the newest run; None if there has been none."""
    folders = every()
    return folders[-1] if folders else None


def events(text: str) -> Iterator[Event]:
    """The events of a journal; lines that are cut short or are none are passed over."""
    for line in text.split("\n"):  # not splitlines: a text may hold U+2028
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "kind" in event:
            yield event


def read_events(run: Path) -> list[Event]:
    """Every event of that run's journal."""
    try:
        return list(events((run / "journal.jsonl").read_text(encoding="utf-8", errors="replace")))
    except OSError:
        return []


def state(run: Path | None) -> RunState:
    """Where that run stands; an empty state if there is none."""
    return state_of(read_events(run)) if run else RunState()


def past() -> Past:
    """What our own journals say of this machine."""
    made: set[str] = set()
    changed_at, newest = 0.0, RunState()
    for run in every():
        newest = state(run)
        made |= {step for step, outcome in newest.ended.items() if outcome in (DONE, NOTHING)}
        changed_at = max(changed_at, newest.changed_at)
    return Past(newest.unfinished, frozenset(made), changed_at)


def asked() -> Request | None:
    """The request that is being worked on; None if there is none or it cannot be read."""
    return _request(places.REQUEST)


def request_of(run: Path) -> Request | None:
    """What that run was asked for, without its join command; None if it cannot be read."""
    return _request(run / "request.json")


def _request(path: Path) -> Request | None:
    try:
        return request.load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def engine_at_work() -> bool:
    """Whether an engine holds the lock."""
    try:
        with places.LOCK.open("rb") as lock:
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
        """The events that came since the last call."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except OSError:
            return []
        self._offset += len(data)
        whole, newline, self._rest = (self._rest + data).rpartition(b"\n")
        return list(events(whole.decode("utf-8", "replace"))) if newline else []
