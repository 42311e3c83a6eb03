r"""Filter of the children's output for display: no control characters, no secrets, `\r` folded.

Lost output never ends a change: unreadable or unwritable lines are left out, and the log says so.
"""

from __future__ import annotations

import fcntl
import os
from collections import deque
from contextlib import suppress
from pathlib import Path

from tui_installer.host.shell import MOST
from tui_installer.model.printable import LONGEST, clean
from tui_installer.model.secret import Redactor

CHUNK = 1 << 18
# The size at which a raw file is emptied; its keeper lets it grow to twice as much.
LONG = MOST // 2
# Bytes that one change may add to its step's log.
MOST_LOGGED = 32 << 20
TOO_MANY = "too many"


class Pump:
    """Moves a child's output from its raw file through the filters into the step's file."""

    def __init__(self, raw: Path, log: Path, redact: Redactor, keep: int = 60) -> None:
        self._raw, self._log, self._redact = raw, log, redact
        self._mark = raw.with_suffix(".at")
        self._offset = self._marked()
        # Bytes rather than text, so that the mark of the next offset is exact.
        self._rest = b""
        self._logged = 0
        # The number of lines that could not be written, and the reason for the last of them.
        self._lost, self._why = 0, ""
        self.tail: deque[str] = deque(maxlen=keep)

    def _marked(self) -> int:
        """Returns the offset of the pump before this one; 0 if the file has been emptied since."""
        with suppress(OSError, ValueError):
            offset = int(self._mark.read_text() or 0)
            return offset if offset <= self._raw.stat().st_size else 0
        return 0

    def move(self, *, last: bool = False) -> bool:
        """Moves the available output, with `last` also an unfinished line; returns True if the child prints a lot."""
        self._take_all()
        if flooded := self._offset > LONG:
            self._empty()
        if last and self._rest:
            self._take(b"\n")
        return flooded

    def _take_all(self) -> None:
        for _ in range(2 * MOST // CHUNK):
            if not (data := self._read()):
                break
            self._take(data)

    def _empty(self) -> None:
        """Empties the raw file; its keeper appends, so it continues at the start."""
        with suppress(OSError), self._raw.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            self._take_all()
            os.truncate(self._raw, 0)
            self._offset = 0
            self._note()

    def _note(self) -> None:
        with suppress(OSError):
            self._mark.write_text(str(max(0, self._offset - len(self._rest))))

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
        *whole, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-2 * LONGEST :]
        # The cut comes last: half a secret would pass the filter.
        lines = [self._redact(clean(line.decode("utf-8", "replace")))[-LONGEST:] for line in whole]
        self._say([line for line in lines if line])
        self._note()

    def _say(self, lines: list[str]) -> None:
        """Keeps the last lines, and writes lines to the log while it has room."""
        self.tail.extend(lines)
        if not lines:
            return
        text = "\n".join(lines) + "\n"
        if self._logged > MOST_LOGGED:
            self._lost, self._why = self._lost + len(lines), TOO_MANY
            return
        if self._lost:
            text = f"\n{self._missing(self._lost)}\n{text}"
        try:
            with self._log.open("a", encoding="utf-8") as log:
                log.write(text)
        except OSError as error:
            self._lost, self._why = self._lost + len(lines), error.strerror or str(error)
        else:
            self._logged = self._logged + len(text)
            self._lost = 0

    def _missing(self, lines: int) -> str:
        return f"[tui-installer: {lines} lines are missing here: {self._why}]"

    def add(self, text: str) -> None:
        """Adds another program's words about the child after the child's own last line."""
        self.move(last=True)
        self._take(text.encode() + b"\n")

    def close(self) -> None:
        """Removes the raw file, which may hold a secret, after a last move."""
        self.move(last=True)
        if self._lost:
            ends = list(self.tail)[-self._lost :]
            text = "\n".join((self._missing(self._lost - len(ends)), *ends))
            with suppress(OSError), self._log.open("a", encoding="utf-8") as log:
                log.write(f"\n{text}\n")
        for path in (self._raw, self._mark):
            with suppress(OSError):
                path.unlink(missing_ok=True)
