"""Writer of the journal: one event per line, on the disk before the announced change happens."""

from __future__ import annotations

import json
import os
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_installer.model.secret import Redactor


class NotWritten(OSError):
    """An event is not on the disk; the journal keeps it, and writes it before the next one."""


class Journal:
    """An append-only file that several threads may write to.

    A disk that is full for a while neither loses nor cuts a line.
    """

    def __init__(self, path: Path, redact: Redactor) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._redact = redact
        # Lines that a full disk has not taken yet, in order.
        self._owed = b"" if _ended(path) else b"\n"
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        os.fchmod(self._file, 0o600)

    def write(self, kind: str, *, durable: bool = True, **rest: Any) -> None:
        """Appends one event.

        Raises NotWritten, except for an event that may be lost (`durable=False`), like a count of bytes.
        """
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"version": 1, "t": now, "kind": kind, **self._redact.within(rest)}
        line = self._redact(json.dumps(event, ensure_ascii=False)) + "\n"
        data = line.encode("utf-8", "backslashreplace")
        with self._lock:
            if durable:
                self._owed += data
                self._pay(durable=True)
            elif not self._owed:
                self._try(data)

    def _try(self, data: bytes) -> None:
        """Writes a line that may be lost; if only a part of it could be written, the rest is owed."""
        self._owed = data
        with suppress(NotWritten):
            self._pay(durable=False)
        if self._owed == data:
            self._owed = b""

    def _pay(self, *, durable: bool) -> None:
        try:
            while self._owed:
                self._owed = self._owed[os.write(self._file, self._owed) :]
            if durable:
                os.fdatasync(self._file)
        except OSError as error:
            raise NotWritten(error.errno, error.strerror, str(self.path)) from error

    def close(self) -> None:
        """Closes the file; no write may follow."""
        with suppress(NotWritten):
            self._pay(durable=True)
        os.close(self._file)


def _ended(path: Path) -> bool:
    """Tells whether the last line is complete: a line cut by a crash must not swallow the next one."""
    try:
        with path.open("rb") as file:
            return not file.seek(0, os.SEEK_END) or (
                file.seek(-1, os.SEEK_END) >= 0 and file.read(1) == b"\n"
            )
    except FileNotFoundError:
        return True
