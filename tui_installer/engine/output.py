"""Makes children's output fit to be shown: no control characters, no secrets, `\\r` folded."""

from __future__ import annotations

from collections import deque
from pathlib import Path

from tui_installer.model.printable import LONGEST, clean
from tui_installer.model.secret import Redactor

CHUNK = 1 << 18


class Pump:
    """Moves what a child wrote from its raw file through the filters into the step's file."""

    def __init__(self, raw: Path, log: Path, redact: Redactor, keep: int = 60) -> None:
        self._raw, self._log, self._redact = raw, log, redact
        self._mark = raw.with_suffix(".at")
        self._offset = int(self._mark.read_text() or 0) if self._mark.exists() else 0
        # Bytes, so that the mark of where to go on is exact.
        self._rest = b""
        self.tail: deque[str] = deque(maxlen=keep)

    def move(self, *, last: bool = False) -> None:
        """Takes over all that is there; `last` also an unended line."""
        while data := self._read():
            self._take(data)
        if last and self._rest:
            self._take(b"\n")

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
        # Cut last: half a secret would pass the filter.
        lines = [self._redact(clean(line.decode("utf-8", "replace")))[-LONGEST:] for line in whole]
        lines = [line for line in lines if line]
        if lines:
            self.tail.extend(lines)
            with self._log.open("a", encoding="utf-8") as log:
                log.write("\n".join(lines) + "\n")
        self._mark.write_text(str(self._offset - len(self._rest)))

    def add(self, text: str) -> None:
        """Takes over what another program says of the child, behind the child's own last line."""
        self.move(last=True)
        self._take(text.encode() + b"\n")

    def close(self) -> None:
        """The raw form, which may hold a secret, is gone from here on."""
        self.move(last=True)
        self._raw.unlink(missing_ok=True)
        self._mark.unlink(missing_ok=True)
