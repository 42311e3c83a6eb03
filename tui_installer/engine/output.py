"""Makes children's output fit to be shown: no control characters, no secrets, `\\r` folded.

Losing output never ends a change: what cannot be read or written is left out, and the log says so.
"""

from __future__ import annotations

import os
from collections import deque
from contextlib import suppress
from pathlib import Path

from tui_installer.model.printable import LONGEST, clean
from tui_installer.model.secret import Redactor

CHUNK = 1 << 18
# Bytes of a raw file, which lies in memory; a child that prints faster than we read loses its middle.
MOST = 8 << 20
# Bytes that one change may leave in the log of its step.
MOST_LOGGED = 32 << 20


class Pump:
    """Moves what a child wrote from its raw file through the filters into the step's file."""

    def __init__(self, raw: Path, log: Path, redact: Redactor, keep: int = 60) -> None:
        self._raw, self._log, self._redact = raw, log, redact
        self._mark = raw.with_suffix(".at")
        self._offset = self._marked()
        # Bytes, so that the mark of where to go on is exact.
        self._rest = b""
        self._logged = 0
        # The next bytes are the end of a line whose beginning was left out.
        self._torn = False
        # Lines that could not be written, and why the last of them could not.
        self._lost, self._why = 0, ""
        self.tail: deque[str] = deque(maxlen=keep)

    def _marked(self) -> int:
        """Where the pump before this one stood; the beginning if the file has been emptied since."""
        with suppress(OSError, ValueError):
            offset = int(self._mark.read_text() or 0)
            return offset if offset <= self._raw.stat().st_size else 0
        return 0

    def move(self, *, last: bool = False) -> bool:
        """Takes over what is there, `last` also an unended line; True if the child printed faster than that."""
        flooded = self._make_room()
        for _ in range(MOST // CHUNK):
            if not (data := self._read()):
                break
            self._take(data)
        if last and self._rest:
            self._take(b"\n")
        return flooded

    def _make_room(self) -> bool:
        """Empties a raw file that has grown too long; its child appends, and so begins anew."""
        with suppress(OSError):
            if (size := self._raw.stat().st_size) > MOST:
                self._empty(max(0, size - CHUNK - self._offset))
                return True
        return False

    def _empty(self, left_out: int) -> None:
        self._offset += left_out
        data = self._read()
        os.truncate(self._raw, 0)
        self._offset = 0
        if not left_out:
            self._take(data)
            return
        # Half a secret would pass the filter: a line of which a part is left out is left out whole.
        _, _, whole = data.rpartition(b"\n")[0].partition(b"\n")
        self._rest, self._torn = b"", False
        self._say([f"[tui-installer: {left_out >> 10} KiB of output were left out here]"])
        self._take(whole + b"\n")
        self._torn = True

    def _read(self) -> bytes:
        try:
            with self._raw.open("rb") as file:
                file.seek(self._offset)
                data = file.read(CHUNK)
        except OSError:
            return b""
        self._offset += len(data)
        return data

    def _take(self, data: bytes) -> None:
        if self._torn:
            _, newline, data = data.partition(b"\n")
            self._torn = not newline
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-2 * LONGEST :]
        # Cut last: half a secret would pass the filter.
        lines = [self._redact(clean(line.decode("utf-8", "replace")))[-LONGEST:] for line in whole]
        self._say([line for line in lines if line])
        with suppress(OSError):
            self._mark.write_text(str(max(0, self._offset - len(self._rest))))

    def _say(self, lines: list[str]) -> None:
        """Keeps the lines; the log gets as many as there is room for."""
        self.tail.extend(lines)
        if not lines:
            return
        text = "\n".join(lines) + "\n"
        if self._logged > MOST_LOGGED:
            self._lost, self._why = self._lost + len(lines), "too many"
            return
        if self._lost:
            text = f"\n{self._missing()}\n{text}"
        try:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(text)
        except OSError as error:
            self._lost, self._why = self._lost + len(lines), error.strerror or str(error)
        else:
            self._logged, self._lost = self._logged + len(text), 0

    def _missing(self) -> str:
        return f"[tui-installer: {self._lost} lines are missing here: {self._why}]"

    def add(self, text: str) -> None:
        """Takes over what another program says of the child, behind the child's own last line."""
        self.move(last=True)
        self._take(text.encode() + b"\n")

    def close(self) -> None:
        """The raw form, which may hold a secret, is gone from here on."""
        self.move(last=True)
        if self._lost:
            with suppress(OSError), self._log.open("a", encoding="utf-8") as log:
                log.write(f"\n{self._missing()}\n")
        for path in (self._raw, self._mark):
            with suppress(OSError):
                path.unlink(missing_ok=True)
