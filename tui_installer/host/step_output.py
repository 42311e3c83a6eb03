"""Windows into a step's output, which may be far too large to read as a whole."""

from __future__ import annotations

import itertools
import os
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from tui_installer.model.printable import LONGEST, clean

# Bytes of one read: small enough not to delay a timer.
SLICE = 256 << 10
# The most bytes that one call reads.
MOST = 2 << 20
# The most bytes of a line: no character takes more than four, and cleaning makes no line longer.
_WIDEST = 4 * LONGEST


def _line(raw: bytes) -> str:
    return clean(raw[:_WIDEST].decode("utf-8", "replace"))[:LONGEST]


class OutputFile:
    """One growing file of lines, which are numbered from 0. A missing file has none.

    `index_more` builds the index in slices; the caller calls it as often as it has time. `count`, `window`
    and `find` see only indexed lines; `tail` and `new` need no index.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # The start of the next line for `new`.
        self._seen = 0
        # The first line after every slice: its number and its offset.
        self._marks: list[tuple[int, int]] = [(0, 0)]

    @property
    def count(self) -> int:
        """The number of whole lines that are indexed."""
        return self._marks[-1][0]

    def _size(self) -> int:
        try:
            return os.stat(self._path).st_size
        except OSError:
            return 0

    def _read(self, place: int, size: int) -> bytes:
        try:
            with self._path.open("rb") as file:
                file.seek(place)
                return file.read(size)
        except OSError:
            return b""

    def index_more(self, budget: int = MOST) -> bool:
        """Indexes at least `budget` more bytes; returns False once nothing is left to index."""
        if self._size() < self._marks[-1][1]:
            # Another file has replaced this one.
            self._marks = [(0, 0)]
        number, place = self._marks[-1]
        end = place + budget
        while place < end:
            raw = self._whole_lines(place)
            if not raw:
                return False
            number, place = number + (raw.count(b"\n") or 1), place + len(raw)
            self._mark(number, place)
        return True

    def _mark(self, number: int, place: int) -> None:
        """Records the end of a slice; merges small slices, as a growing file yields them."""
        if len(self._marks) > 1 and place - self._marks[-2][1] <= SLICE:
            self._marks.pop()
        self._marks.append((number, place))

    def _whole_lines(self, place: int) -> bytes:
        """Reads a slice up to its last line end; cuts a line that is longer than a slice."""
        raw = self._read(place, SLICE)
        whole = raw[: raw.rfind(b"\n") + 1]
        return whole or (raw if len(raw) == SLICE else b"")

    def tail(self, count: int) -> list[str]:
        """Returns the last lines; `new` continues after them."""
        end = size = self._size()
        raw = b""
        while end > 0 and raw.count(b"\n") <= count and len(raw) < MOST:
            begin = max(0, end - SLICE)
            raw = self._read(begin, end - begin) + raw
            end = begin
        whole, newline, _ = raw.rpartition(b"\n")
        if not newline:
            return []
        self._seen = size - (len(raw) - len(whole) - 1)
        # The first piece may be the end of a line that begins before the read bytes.
        lines = whole.split(b"\n")[0 if end == 0 else 1 :]
        return [_line(line) for line in lines[max(0, len(lines) - count) :]]

    def new(self, most: int) -> tuple[list[str], int]:
        """Returns at most `most` lines that came since the last call, and the number of lines left out."""
        if self._size() < self._seen:
            self._seen = 0
        raw = self._read(self._seen, MOST)
        whole, newline, _ = raw.rpartition(b"\n")
        if not newline and len(raw) < MOST:
            return [], 0
        self._seen += len(whole) + 1 if newline else len(raw)
        # It splits from the end, so that the lines left out need no splitting.
        pieces = (whole if newline else raw).rsplit(b"\n", most)
        dropped = pieces.pop(0).count(b"\n") + 1 if len(pieces) > most else 0
        return [_line(line) for line in pieces], dropped

    def window(self, start: int, count: int) -> list[str]:
        """Returns up to `count` indexed lines, from `start` on."""
        count = min(count, self.count - start)
        if start < 0 or count <= 0:
            return []
        at = self._slice_of(start)
        shown = list[str]()
        skip = start - self._marks[at][0]
        while len(shown) < count and at + 1 < len(self._marks):
            lines = self._bytes_of(at).removesuffix(b"\n").split(b"\n")
            shown += [_line(line) for line in lines[skip : skip + count - len(shown)]]
            at, skip = at + 1, 0
        return shown

    def _slice_of(self, number: int) -> int:
        """Returns the index of the slice with that line; of the last mark if the line is not indexed."""
        return bisect_right(self._marks, number, key=lambda mark: mark[0]) - 1

    def _bytes_of(self, at: int) -> bytes:
        (_, begin), (_, end) = self._marks[at], self._marks[at + 1]
        return self._read(begin, end - begin)

    def find(
        self, words: Sequence[str], first: int, *, backwards: bool = False
    ) -> Iterator[int | None]:
        """Yields the number of each line from `first` on, or back, that holds one of the words.

        Case does not matter. After every slice it yields None, so that a caller may stop, draw, or do other
        work first. Forwards, it indexes the slices that it reaches.
        """
        if not all(words) or not words:
            return
        wanted = [word.encode().lower() for word in words]
        for at in self._backwards(first) if backwards else self._forwards(first):
            hits = [n for n in self._hits(at, wanted) if (n <= first if backwards else n >= first)]
            yield from reversed(hits) if backwards else hits
            yield None

    def _forwards(self, first: int) -> Iterator[int]:
        for at in itertools.count(max(0, self._slice_of(first))):
            # The last slice may still grow, so the index is extended before it is read.
            if at + 2 >= len(self._marks):
                self.index_more(SLICE)
            if at + 1 >= len(self._marks):
                return
            yield at

    def _backwards(self, first: int) -> Iterator[int]:
        for at in reversed(range(len(self._marks) - 1)):
            if self._marks[at][0] <= first:
                yield at

    def _hits(self, at: int, words: Sequence[bytes]) -> Iterator[int]:
        """Yields the numbers of the lines in one slice that hold one of the words."""
        raw = self._bytes_of(at).lower()
        number = self._marks[at][0]
        begin = 0
        places = {word: raw.find(word) for word in words}
        # Each word is searched once after each of its own lines; a pattern takes far longer.
        while places := {word: place for word, place in places.items() if place >= 0}:
            place = min(places.values())
            number += raw.count(b"\n", begin, place)
            yield number
            begin = raw.find(b"\n", place) + 1 or len(raw)
            number += 1
            places = {w: p if p >= begin else raw.find(w, begin) for w, p in places.items()}
