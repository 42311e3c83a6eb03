"""Bytes as they come: progress in the journal, and how long none has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tui_installer.engine.workshop import Workshop
from tui_installer.host import meters

PROGRESS_EVERY = 1.0


class Gauge:
    """Turns a meter into progress events, and knows for how long no byte has come."""

    def __init__(self, shop: Workshop, step: str, meter: str, targets: Sequence[str]) -> None:
        self._shop, self._step = shop, step
        self._read = {"yum": meters.yum, "images": lambda: meters.images(targets)}.get(
            meter, lambda: None
        )()
        self._lock = threading.Lock()
        self._at = self._moved = time.monotonic()
        self._done = 0
        self._speeds: list[tuple[float, int]] = []

    def look(self, printed: str) -> float:
        """Reads the meter at most once a second; returns the seconds since the last new byte."""
        with self._lock:
            now = time.monotonic()
            if self._read is None or now - self._at < PROGRESS_EVERY:
                return now - self._moved
            self._at = now
            try:
                reading = self._read(printed)
            except OSError:
                # What cannot be counted is no reason to end a download.
                self._moved = now
                return 0.0
            # With all bytes here what is left is unpacking, which may take its time.
            if reading.done != self._done or reading.done == reading.total:
                self._moved, self._done = now, reading.done
            self._speeds = [*self._speeds[-9:], (now, reading.done)]
            self._tell(reading, now - self._moved)
            return now - self._moved

    def _tell(self, reading: meters.Reading, still: float) -> None:
        (first, before), (last, after) = self._speeds[0], self._speeds[-1]
        rate = int((after - before) / (last - first)) if last > first else None
        # Only images come side by side.
        parts: dict[str, Any] = {"parts": [asdict(part) for part in reading.parts]}
        self._shop.journal.write(
            "progress",
            durable=False,
            step=self._step,
            done=reading.done,
            total=reading.total,
            rate=rate,
            still=int(still),
            **(parts if reading.parts else {}),
        )
