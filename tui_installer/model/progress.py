"""Progress of a download, according to the byte counts in a journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tui_installer.model.lenient import count, word

# Seconds without a byte. One of several images may pause for longer: containerd writes 1 MiB at a time, and on a
# slow connection the images take turns.
STALLED, PART_STALLED = 5.0, 15.0
PARTS = 50
TRAIL = 10


def seconds_between(first: datetime | None, last: datetime | None) -> float:
    """Returns the seconds between two times; 0 if the clock was set back, or if one time is unknown."""
    return max((last - first).total_seconds(), 0.0) if first and last else 0.0


def short(reference: str) -> str:
    """Returns the usual short name of an image: "kube-proxy:v1.25.0", "calico/node:v3.24.5"."""
    host, _, path = reference.partition("@")[0].partition("/")
    return path if host == "docker.io" and path else reference.partition("@")[0].rpartition("/")[2]


@dataclass(frozen=True)
class Part:
    """One of several parallel downloads; `name` is an image's reference."""

    name: str
    done: int = 0
    total: int | None = None
    # The last readings, and the time of the last growth.
    trail: tuple[tuple[datetime, int], ...] = ()
    moved: datetime | None = None

    @property
    def complete(self) -> bool:
        """All bytes are here; the tool may still be unpacking them."""
        return bool(self.total) and self.done >= (self.total or 0)

    @property
    def rate(self) -> int | None:
        """Bytes per second in the last readings; None if unknown."""
        if len(self.trail) < 2:
            return None
        (first, before), (last, after) = self.trail[0], self.trail[-1]
        passed = seconds_between(first, last)
        return max(int((after - before) / passed), 0) if passed else None

    @property
    def left(self) -> float | None:
        """Seconds until all bytes are here; None if unknown."""
        return _left(self.done, self.total, self.rate)

    @property
    def still(self) -> float:
        """Seconds without a byte."""
        return seconds_between(self.moved, self.trail[-1][0]) if self.trail else 0.0

    @property
    def stalled(self) -> bool:
        """No byte has come for so long that something is wrong."""
        return not self.complete and self.still >= PART_STALLED


@dataclass(frozen=True)
class Progress:
    """The bytes of one download, or of several parallel ones; `still` is in seconds."""

    done: int = 0
    total: int | None = None
    rate: int | None = None
    still: float = 0.0
    at: datetime | None = None
    parts: tuple[Part, ...] = ()
    # The first reading, and the time of the last growth.
    first: tuple[datetime | None, int] = (None, 0)
    moved: datetime | None = None

    @property
    def complete(self) -> bool:
        """All bytes are here."""
        return bool(self.total) and self.done >= (self.total or 0)

    @property
    def expected(self) -> int | None:
        """The total in bytes, from the totals of the parts if necessary; None if one is unknown."""
        if self.total or not self.parts:
            return self.total
        totals = [part.total for part in self.parts]
        return sum(n for n in totals if n) if all(totals) else None

    @property
    def left(self) -> float | None:
        """Seconds until all bytes are here; None if unknown."""
        return _left(self.done, self.expected, self.rate)

    @property
    def mean(self) -> float | None:
        """Bytes per second from the first reading to the last growth; None if unknown."""
        began, before = self.first
        passed = seconds_between(began, self.moved)
        return (self.done - before) / passed if passed and self.done > before else None

    @property
    def stalled(self) -> bool:
        """No byte of any part has come for so long that something is wrong."""
        return not self.complete and self.still >= STALLED

    def part(self, name: str) -> Part | None:
        """Returns the part with that name; None if there is none."""
        return next((part for part in self.parts if part.name == name), None)


def _left(done: int, total: int | None, rate: int | None) -> float | None:
    if not total:
        return None
    return max(total - done, 0) / rate if rate else None


def progressed(before: Progress | None, event: Mapping[str, Any], at: datetime | None) -> Progress:
    """Returns the progress after an event; parts that it does not name stay as they were."""
    done, previous = count(event.get("done")) or 0, before or Progress(first=(at, 0))
    first = previous.first if before else (at, done)
    moved = at if not before or done != previous.done else previous.moved
    named = event.get("parts")
    rows = named[:PARTS] if isinstance(named, list) else []
    parts = tuple(_part(previous, row, at) for row in rows if isinstance(row, Mapping))
    return Progress(
        done=done,
        total=count(event.get("total")),
        rate=count(event.get("rate")),
        still=count(event.get("still")) or 0,
        at=at,
        parts=parts or previous.parts,
        first=first,
        moved=moved,
    )


def _part(progress: Progress, row: Mapping[str, Any], at: datetime | None) -> Part:
    name, done = word(row.get("name")), count(row.get("done")) or 0
    before = progress.part(name) or Part(name, moved=at)
    trail = (*before.trail[1 - TRAIL :], (at, done)) if at else before.trail
    moved = at if done != before.done else before.moved
    return Part(name, done, count(row.get("total")), trail, moved)
