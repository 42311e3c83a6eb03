"""The output of a run for the screens: its end while it grows, and windows into the whole."""

from __future__ import annotations

import unicodedata
from array import array
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from tui_installer.host.step_output import OutputFile
from tui_installer.model.secret import Redactor

__all__ = ["ERRORS", "Hits", "OutputFile", "Source", "Tail", "Told", "shown"]
_redact = Redactor()
# Lines that a tail keeps; no screen has more rows.
KEPT = 200
# Reads of new output per poll; a child prints no faster than that.
READS = 8
# The words that "errors only" keeps.
ERRORS = ("warn", "error", "fail")


def shown(line: str) -> str:
    """Returns a line for display: the engine has removed the secrets, and text that resembles one is masked here.

    Combining marks are dropped: terminals do not agree on their width.
    """
    line = _redact(line)
    if line.isascii():
        return line
    return "".join(c for c in line if unicodedata.category(c)[0] != "M" and c.isprintable())


class Tail:
    """The end of one growing file; `skipped` counts lines that arrived too fast to be shown."""

    def __init__(self, path: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.path, self._now = path, now
        self._output = OutputFile(path)
        self._begun = False
        self.kept: deque[str] = deque(maxlen=KEPT)
        self.skipped = 0
        # The time of the last growth that `read` saw.
        self.grown: datetime | None = None

    def lines(self, count: int) -> list[str]:
        """Returns the last `count` lines, without secrets."""
        return [shown(line) for line in list(self.kept)[max(len(self.kept) - count, 0) :]]

    def read(self) -> bool:
        """Reads what was added since the last call; returns whether there was anything."""
        if not self._begun:
            self._begun = True
            self.kept.extend(self._output.tail(KEPT))
            return bool(self.kept)
        came = 0
        for _ in range(READS):
            lines, skipped = self._output.new(KEPT)
            self.kept.extend(lines)
            came += len(lines) + skipped
            if not skipped:
                break
        self.skipped += max(came - KEPT, 0)
        if came:
            self.grown = self._now()
        return bool(came)


class Source(Protocol):
    """Numbered lines for a screen; `OutputFile` is one implementation."""

    @property
    def count(self) -> int:
        """Returns the number of lines that are known so far."""
        ...

    def index_more(self, budget: int = ...) -> bool:
        """Indexes more lines; returns False once there are no more."""
        ...

    def window(self, start: int, count: int) -> list[str]:
        """Returns `count` known lines, beginning at `start`."""
        ...

    def tail(self, count: int) -> list[str]:
        """Returns the last `count` lines, indexed or not."""
        ...

    def find(self, words: Sequence[str], first: int) -> Iterator[int | None]:
        """Yields the numbers of lines that hold one of the words; yields None at intervals, so that others can work."""
        ...


class Told:
    """Lines that are computed one by one, such as the events of a run in the reader's language."""

    def __init__(
        self,
        count: Callable[[], int],
        line: Callable[[int], str],
        searched: Callable[[int], str],
    ) -> None:
        """`searched` returns the text to search in place of a line."""
        self._count = count
        self._line = line
        self._searched = searched

    @property
    def count(self) -> int:
        """Returns the number of lines; all are known."""
        return self._count()

    def index_more(self, _budget: int = 0) -> bool:
        """Returns False: there is nothing to index."""
        return False

    def window(self, start: int, count: int) -> list[str]:
        """Returns `count` lines, beginning at `start`."""
        return [self._line(i) for i in range(max(start, 0), min(start + count, self.count))]

    def tail(self, count: int) -> list[str]:
        """Returns the last lines."""
        return self.window(max(self.count - count, 0), count)

    def find(self, words: Sequence[str], first: int) -> Iterator[int | None]:
        """Yields the numbers of lines that hold one of the words, regardless of case."""
        small, number = [word.casefold() for word in words], first
        while number < self.count:
            line = self._searched(number).casefold()
            yield number if any(word in line for word in small) else None
            number += 1


class Hits:
    """The numbers of the known lines that hold one of the words, collected piece by piece."""

    def __init__(self, source: Source, words: Sequence[str]) -> None:
        self._source, self._words = source, words
        self.numbers: array[int] = array("Q")
        # Every line before the first of these is searched; the present search runs up to the second.
        self._scanned = self._goal = 0
        self._search: Iterator[int | None] = iter(())

    @property
    def complete(self) -> bool:
        """True once every known line is searched."""
        return self._scanned >= self._source.count

    def more(self, enough: Callable[[], bool]) -> None:
        """Searches until `enough` returns true, or every known line is searched."""
        while not self.complete:
            if self._goal == self._scanned:
                self._goal = self._source.count
                self._search = self._source.find(self._words, self._scanned)
            if self._advance(enough):
                break

    def _advance(self, enough: Callable[[], bool]) -> bool:
        """Searches up to the goal; returns True if `enough` interrupted it."""
        for number in self._search:
            if number is None:
                if enough():
                    return True
            elif number < self._goal:
                self.numbers.append(number)
            else:
                # The line arrived during this search: the next one begins before it.
                break
        self._scanned = self._goal
        return False

    def after(self, number: int) -> int | None:
        """Returns the next hit after that line; None if none is known."""
        at = bisect_right(self.numbers, number)
        return self.numbers[at] if at < len(self.numbers) else None

    def place(self, number: int) -> int:
        """Returns the number of hits up to that line."""
        return bisect_right(self.numbers, number)
