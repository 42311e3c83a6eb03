"""How long an answer is waited for: by what this machine has shown so far."""

from __future__ import annotations

import os
import threading

# Seconds for a first question. It costs nothing where answers come: it is a limit, not a pause.
FIRST = 15.0
# A question may take so many times as long as the slowest answer of the same program until then.
SLOWER = 4.0
# No single question is given more.
MOST = 240.0


class Patience:
    """Grows with every slow answer, and doubles with every one that does not come."""

    def __init__(self) -> None:
        # Whatever starts a process or reads a disk has to share a single core with all else.
        alone = len(os.sched_getaffinity(0)) < 2
        self._first = FIRST * (2 if alone else 1)
        self._slowest: dict[str, float] = {}
        self._missed: dict[str, int] = {}
        self._lock = threading.Lock()

    def of(self, program: str) -> float:
        """Seconds that the next question by this program is given."""
        with self._lock:
            shown = max(self._first, SLOWER * self._slowest.get(program, 0))
            return min(shown * (1 << self._missed.get(program, 0)), MOST)

    def answered(self, program: str, seconds: float) -> None:
        """An answer has come, after so long."""
        with self._lock:
            self._slowest[program] = max(self._slowest.get(program, 0), seconds)
            self._missed.pop(program, None)

    def missed(self, program: str, given: float) -> None:
        """None has come in the time that was given; questions asked side by side count once."""
        with self._lock:
            shown = max(self._first, SLOWER * self._slowest.get(program, 0))
            if given >= min(shown * (1 << self._missed.get(program, 0)), MOST):
                self._missed[program] = self._missed.get(program, 0) + 1
