"""The state that all changes of a run share."""

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
from tui_installer.model.cause import Cause, KnownCause
from tui_installer.model.event import PROOF, mark
from tui_installer.model.secret import Redactor


@dataclass
class Workshop:
    """The state that all changes of a run share: the journal, the filter, the named resources."""

    journal: Journal
    redact: Redactor
    run: Path
    known_causes: tuple[KnownCause, ...]
    stopping: Callable[[], bool]
    resources: dict[str, threading.Lock] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    # A step has failed: running changes may end, and none begins.
    failed: bool = False
    # Counts applied changes; facts from before the last one are out of date.
    applied: int = 0
    # Counts this run's announced changes, except those of the proof.
    changes: int = 0
    # Names the last change of the earlier runs.
    changed_before: str = ""
    # The time when that change began, for a proof of 0.1.0; infinity once this run has changed something.
    changed_at: float = 0.0
    # Digests of the contents that this run wrote, by file.
    written: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    # Hopeless causes by step: waiting does not cure them.
    hopeless: dict[str, Cause] = field(default_factory=dict)
    # By step, the moment at which the command that may be given up began (monotonic seconds).
    waits: dict[str, float] = field(default_factory=dict)

    def number(self, step: str) -> int:
        """Returns the next number of a change in its step; no number occurs twice in a run."""
        with self.lock:
            self.numbers[step] = self.numbers.get(step, 0) + 1
            return self.numbers[step]

    def log(self, step: str) -> Path:
        """Returns the path of the step's output file."""
        return runs.output(self.run, step)

    def resource(self, name: str) -> threading.Lock:
        """Returns the lock of a named resource."""
        with self.lock:
            return self.resources.setdefault(name, threading.Lock())

    def announce(
        self, step: str, number: int, change: dict[str, Any], limits: dict[str, Any]
    ) -> None:
        """Journals a change before it is made. Raises NotWritten; then it must not be made.

        A proof leaves the machine as it was; every other change makes an earlier proof out of date.
        """
        with self.lock:
            if step != PROOF:
                self.changes, self.changed_at = self.changes + 1, math.inf
        self.journal.write("change-started", step=step, n=number, change=change, **limits)

    def touched(self) -> None:
        """Marks all facts read so far as out of date."""
        with self.lock:
            self.applied += 1

    @property
    def changed(self) -> str:
        """The name of the last change that needs a proof; see `Past.changed`."""
        return mark(self.run.name, self.changes) or self.changed_before
