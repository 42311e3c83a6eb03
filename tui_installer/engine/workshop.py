"""What all changes of a run share."""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tui_installer.engine.journal import Journal
from tui_installer.host import runs
from tui_installer.model.event import PROOF, mark
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
    # Of this run: changes that were announced, but for those of the proof.
    changes: int = 0
    # Names the last change of the runs before this one.
    changed_before: str = ""
    # When that one began, for a proof of 0.1.0; infinity once this run has changed something.
    changed_at: float = 0.0
    # Of each file that this run has written: the digests of what it wrote.
    written: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Of steps that wait: what holds them, and will not go away by waiting.
    hopeless: dict[str, Cause] = field(default_factory=dict)

    def number(self, step: str) -> int:
        """The next number of a change in its step; never used twice in a run."""
        with self.lock:
            self.numbers[step] = self.numbers.get(step, 0) + 1
            return self.numbers[step]

    def log(self, step: str) -> Path:
        """The step's output file."""
        return runs.output(self.run, step)

    def resource(self, name: str) -> threading.Lock:
        """The lock of a named resource."""
        with self.lock:
            return self.resources.setdefault(name, threading.Lock())

    def announce(
        self, step: str, number: int, change: dict[str, Any], limits: dict[str, Any]
    ) -> None:
        """Says in the journal what is going to be done. Raises NotWritten: then it must not be done.

        A proof leaves the machine as it was; every other change makes the proof before it one of the past.
        """
        with self.lock:
            if step != PROOF:
                self.changes, self.changed_at = self.changes + 1, math.inf
        self.journal.write("change-started", step=step, n=number, change=change, **limits)

    def touched(self) -> None:
        """Facts that were read before are out of date."""
        with self.lock:
            self.applied += 1

    @property
    def changed(self) -> str:
        """Names the last change that is to be proved; see `Past.changed`."""
        return mark(self.run.name, self.changes) or self.changed_before
