"""Time limits for answers, which adapt to the speed that this machine has shown."""

from __future__ import annotations

import math
import os
import threading
import time

# Seconds for a first question. An answer that comes earlier ends the wait, so a high limit costs nothing.
FIRST = 15.0
# A question may take this many times as long as the slowest answer of its program so far.
SLOWER = 4.0
# Seconds: the limit of any single question.
MOST = 240.0
# Seconds for a question that comes when all time is used up.
LEAST = 0.1


class Patience:
    """A limit that grows with every slow answer, and doubles with every answer that does not come."""

    def __init__(self, first: float = FIRST, *, within: float = math.inf) -> None:
        """Takes the seconds for a first question, and those for all questions together."""
        # On a single core, every process and every read shares it with all other work.
        alone = len(os.sched_getaffinity(0)) < 2
        self._first = first * (2 if alone else 1)
        self._end = time.monotonic() + within
        self._slowest: dict[str, float] = {}
        self._missed: dict[str, int] = {}
        self._lock = threading.Lock()

    def of(self, program: str) -> float:
        """Returns the seconds for the next question by this program."""
        with self._lock:
            shown = max(self._first, SLOWER * self._slowest.get(program, 0))
            limit = min(shown * (1 << self._missed.get(program, 0)), MOST)
        return max(LEAST, min(limit, self._end - time.monotonic()))

    def answered(self, program: str, seconds: float) -> None:
        """Records an answer and its time in seconds."""
        with self._lock:
            self._slowest[program] = max(self._slowest.get(program, 0), seconds)
            self._missed.pop(program, None)

    def missed(self, program: str, limit: float) -> None:
        """Records a missing answer; questions asked in parallel count once."""
        with self._lock:
            shown = max(self._first, SLOWER * self._slowest.get(program, 0))
            if limit >= min(shown * (1 << self._missed.get(program, 0)), MOST):
                self._missed[program] = self._missed.get(program, 0) + 1
