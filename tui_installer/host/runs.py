"""The runs on this machine, for those who only read: journals, requests, and who is at work."""

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

# A request is far smaller; what is longer is cut, and cannot be read.
LARGEST = 1 << 20
NUMBERED = re.compile(r"r(\d{1,9})-")


def every() -> list[Path]:
    """The folders of all runs, the newest last: by their number, for a clock may have been ahead once."""
    return sorted(
        (p for p in machine.at(places.RUNS).glob("*") if (p / "journal.jsonl").exists()), key=_order
    )


def _order(run: Path) -> tuple[int, str]:
    """0.1.0 named its runs by the time alone; all of these came before the first that has a number."""
    found = NUMBERED.match(run.name)
    return (int(found[1]) if found else 0, run.name)


def new() -> Path:
    """Where the next run goes: its number is one more than any before it; the time is for people."""
    number = max(map(_order, machine.at(places.RUNS).glob("*")), default=(0, ""))[0] + 1
    return machine.at(places.RUNS) / f"r{number:04}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"


def latest() -> Path | None:
    """The folder of the newest run; None if there has been none."""
    folders = every()
    return folders[-1] if folders else None


def events(text: str) -> Iterator[Event]:
    """The events of a journal; lines that are cut short or are none are passed over."""
    for line in text.split("\n"):  # not splitlines: a text may hold U+2028
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and isinstance(event.get("kind"), str):
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
    changed, changed_at, newest = "", 0.0, RunState()
    for run in every():
        newest = state(run)
        changed = mark(run.name, newest.changes) or changed
        made |= {step for step, outcome in newest.ended.items() if outcome in GOOD}
        if newest.attempt is not None and newest.attempt.code == 0:
            # Whatever failed after it in its step.
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
    """The request that is being worked on; None if there is none or it cannot be read."""
    return _request(machine.at(places.REQUEST))


def request_of(run: Path) -> Request | None:
    """What that run was asked for, without its join command; None if it cannot be read."""
    return _request(run / "request.json")


def strange_kind(path: Path) -> str:
    """The kind of run that the request there is for, if this version does not know it; else empty."""
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
    """Whether an engine holds the lock."""
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
