"""How a download goes on, put together from the bytes that a journal counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tui_installer.model.lenient import count, word

# Seconds without a byte. One of several images may rest for longer: containerd writes 1 MiB at a
# time, and on a slow line every image gets its turn.
STALLED, PART_STALLED = 5.0, 15.0
PARTS = 50
TRAIL = 10


def seconds_between(first: datetime | None, last: datetime | None) -> float:
    """Never negative, for clocks are put right; 0 if one is not known."""
    return max((last - first).total_seconds(), 0.0) if first and last else 0.0


def short(reference: str) -> str:
    """An image as people call it: "kube-proxy:v1.25.0", "calico/node:v3.24.5"."""
    host, _, path = reference.partition("@")[0].partition("/")
    return path if host == "docker.io" and path else reference.partition("@")[0].rpartition("/")[2]


@dataclass(frozen=True)
class Part:
    """One of several downloads that go on side by side; `name` is an image's reference."""

    name: str
    done: int = 0
    total: int | None = None
    # The last readings, and when the bytes last grew.
    trail: tuple[tuple[datetime, int], ...] = ()
    moved: datetime | None = None

    @property
    def complete(self) -> bool:
        """Every byte is here; what may be left is to unpack it."""
        return bool(self.total) and self.done >= (self.total or 0)

    @property
    def rate(self) -> int | None:
        """Bytes a second in the last readings; None if that is not known."""
        if len(self.trail) < 2:
            return None
        (first, before), (last, after) = self.trail[0], self.trail[-1]
        passed = seconds_between(first, last)
        return max(int((after - before) / passed), 0) if passed else None

    @property
    def left(self) -> float | None:
        """Seconds until every byte is here; None if that is not known."""
        return _left(self.done, self.total, self.rate)

    @property
    def still(self) -> float:
        """Seconds without a byte."""
        return seconds_between(self.moved, self.trail[-1][0]) if self.trail else 0.0

    @property
    def stalled(self) -> bool:
        """No byte for so long that something is wrong."""
        return not self.complete and self.still >= PART_STALLED


@dataclass(frozen=True)
class Progress:
    """The bytes of one download, or of several side by side; `still` is in seconds."""

    done: int = 0
    total: int | None = None
    rate: int | None = None
    still: float = 0.0
    at: datetime | None = None
    parts: tuple[Part, ...] = ()
    # The first reading, and when the bytes last grew.
    first: tuple[datetime | None, int] = (None, 0)
    moved: datetime | None = None

    @property
    def complete(self) -> bool:
        """Every byte is here."""
        return bool(self.total) and self.done >= (self.total or 0)

    @property
    def expected(self) -> int | None:
        """Bytes in all, by the totals of the parts if need be; None if one is not known."""
        if self.total or not self.parts:
            return self.total
        totals = [part.total for part in self.parts]
        return sum(n for n in totals if n) if all(totals) else None

    @property
    def left(self) -> float | None:
        """Seconds until every byte is here; None if that is not known."""
        return _left(self.done, self.expected, self.rate)

    @property
    def mean(self) -> float | None:
        """Bytes a second from the first reading until the bytes last grew; None: not known."""
        began, before = self.first
        passed = seconds_between(began, self.moved)
        return (self.done - before) / passed if passed and self.done > before else None

    @property
    def stalled(self) -> bool:
        """No byte of anything for so long that something is wrong."""
        return not self.complete and self.still >= STALLED

    def part(self, name: str) -> Part | None:
        """The part of that name; None if there is none."""
        return next((part for part in self.parts if part.name == name), None)


def _left(done: int, total: int | None, rate: int | None) -> float | None:
    if not total:
        return None
    return max(total - done, 0) / rate if rate else None


def progressed(before: Progress | None, event: Mapping[str, Any], at: datetime | None) -> Progress:
    """The progress after such an event; parts that it does not name stay as they were."""
    done, known = count(event.get("done")) or 0, before or Progress(first=(at, 0))
    first = known.first if before else (at, done)
    moved = at if not before or done != known.done else known.moved
    named = event.get("parts")
    rows = named[:PARTS] if isinstance(named, list) else []
    parts = tuple(_part(known, row, at) for row in rows if isinstance(row, Mapping))
    return Progress(
        done=done,
        total=count(event.get("total")),
        rate=count(event.get("rate")),
        still=count(event.get("still")) or 0,
        at=at,
        parts=parts or known.parts,
        first=first,
        moved=moved,
    )


def _part(known: Progress, row: Mapping[str, Any], at: datetime | None) -> Part:
    name, done = word(row.get("name")), count(row.get("done")) or 0
    before = known.part(name) or Part(name, moved=at)
    trail = (*before.trail[1 - TRAIL :], (at, done)) if at else before.trail
    moved = at if done != before.done else before.moved
    return Part(name, done, count(row.get("total")), trail, moved)
