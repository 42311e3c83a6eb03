"""Progress of downloads in the journal, and the time since the last new byte."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tui_installer.engine.workshop import Workshop
from tui_installer.host import meters
from tui_installer.render.packages import PACKAGES_METER

PROGRESS_EVERY = 1.0


class Gauge:
    """Turns a meter's readings into progress events, and measures how long no byte has come."""

    def __init__(self, shop: Workshop, step: str, meter: str, targets: Sequence[str]) -> None:
        self._shop, self._step = shop, step
        self._read = {
            PACKAGES_METER: meters.packages,
            "images": lambda: meters.images(targets),
        }.get(meter, lambda: None)()
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
                # A download goes on even if its bytes cannot be counted.
                self._moved = now
                return 0.0
            # Once all bytes are here, the tool unpacks, which may take time.
            if reading.done != self._done or reading.done == reading.total:
                self._moved, self._done = now, reading.done
            self._speeds = [*self._speeds[-9:], (now, reading.done)]
            self._tell(reading, now - self._moved)
            return now - self._moved

    def _tell(self, reading: meters.Reading, still: float) -> None:
        (first, before), (last, after) = self._speeds[0], self._speeds[-1]
        rate = int((after - before) / (last - first)) if last > first else None
        # Only images are downloaded in parallel.
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
