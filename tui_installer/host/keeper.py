"""Keeper between a child and its output file, which limits the size of that file.

It is a program of its own, `keeper.py MOST LAST`, started by path: it outlives the engine as the child
does, and goes on reading, so it never blocks or ends a child, regardless of its output and of which process
has died. It reads fd 0, appends to fd 1, and imports next to nothing. A process that empties the file holds
its lock meanwhile.
"""

from __future__ import annotations

import fcntl
import os
import select
import signal
import sys

CHUNK = 1 << 16
# Seconds between two checks whether the file has been emptied.
AGAIN = 0.1


class Keeper:
    """Holds output that is not in the file yet, and counts the bytes that it had to leave out."""

    def __init__(self, file: int, most: int, last: int) -> None:
        self._file, self._most, self._last = file, most, last
        self._held = b""
        self._left_out = 0

    @property
    def waits(self) -> bool:
        """Tells whether some output is held back."""
        return bool(self._held)

    def take(self, data: bytes) -> None:
        """Passes output on as far as the file has room; of the rest it holds the last part."""
        self._held += data
        if self._fits():
            self._hand_on()
        if (more := len(self._held) - self._last) > 0:
            self._held, self._left_out = self._held[more:], self._left_out + more

    def finish(self) -> None:
        """Writes the held output to the file, even beyond its limit."""
        self._hand_on()

    def _fits(self) -> bool:
        if self._left_out and b"\n" not in self._held:
            return False  # the held bytes end a line whose beginning was left out
        try:
            return os.fstat(self._file).st_size + len(self._held) <= self._most
        except OSError:
            return False

    def _hand_on(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            if self._left_out:
                _, _, whole = self._held.partition(b"\n")
                left_out = self._left_out + len(self._held) - len(whole)
                # Half a secret would pass the filter: the note overwrites a line that was cut at its end, and a
                # line without its beginning is left out whole.
                note = b"\r[tui-installer: %d KiB of output were left out here]\n"
                self._held = note % (left_out >> 10) + whole
                self._left_out = 0
            while self._held:
                self._held = self._held[os.write(self._file, self._held) :]
        except OSError:
            pass  # /run is full too: the output is held until the next try
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def keep(source: int, keeper: Keeper) -> None:
    """Reads until no process writes any more."""
    while True:
        if select.select([source], [], [], AGAIN if keeper.waits else None)[0]:
            if not (data := os.read(source, CHUNK)):
                break
            keeper.take(data)
        else:
            keeper.take(b"")
    keeper.finish()


if __name__ == "__main__":
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
        # A shutdown ends the child; its last output is still kept.
        signal.signal(number, signal.SIG_IGN)
    keep(0, Keeper(1, int(sys.argv[1]), int(sys.argv[2])))
