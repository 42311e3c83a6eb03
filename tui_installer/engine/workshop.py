"""What all changes of a run share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tui_installer.engine.journal import Journal
from tui_installer.model.event import PROOF
from tui_installer.model.secret import Redactor
from tui_installer.model.symptom import Cause, Symptom


@dataclass
class Workshop:
    """What all changes of a run share: the journal, the filter, the named resources."""

    journal: Journal
    redact: Redactor
    run: Path
    symptoms: tuple[Symptom, ...]
    stopping: Callable[[], bool]
    resources: dict[str, threading.Lock] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    # A step has failed: what runs may end, nothing new begins.
    failed: bool = False
    # Counts applied changes; facts older than the count are out of date.
    applied: int = 0
    # When something but the proof last changed the machine, in seconds since 1970.
    changed_at: float = 0.0
    # Of steps that wait: what holds them, and will not go away by waiting.
    hopeless: dict[str, Cause] = field(default_factory=dict)

    def number(self, step: str) -> int:
        """The next number of a change in its step; never used twice in a run."""
        with self.lock:
            self.numbers[step] = self.numbers.get(step, 0) + 1
            return self.numbers[step]

    def log(self, step: str) -> Path:
        """The step's output file."""
        return self.run / "output" / f"{step}.log"

    def resource(self, name: str) -> threading.Lock:
        """The lock of a named resource."""
        with self.lock:
            return self.resources.setdefault(name, threading.Lock())

    def touched(self, step: str) -> None:
        """The machine has changed; a proof leaves it as it was."""
        with self.lock:
            self.applied += 1
            if step != PROOF:
                self.changed_at = time.time()
