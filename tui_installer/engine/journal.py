"""Writes the journal: one event a line, on the disk before what it announces happens."""

from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_installer.model.secret import Redactor


class Journal:
    """Append-only; safe to write from several threads."""

    def __init__(self, path: Path, redact: Redactor) -> None:
        self._lock = threading.Lock()
        self._redact = redact
        _end_line(path)
        self._file = path.open("a", encoding="utf-8")
        path.chmod(0o600)

    def write(self, kind: str, *, durable: bool = True, **rest: Any) -> None:
        """Appends one event; `durable=False` only for what may be lost, like a count of bytes."""
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        event = {"version": 1, "t": now, "kind": kind, **rest}
        line = self._redact(json.dumps(event, ensure_ascii=False))
        with self._lock:
            self._file.write(line + "\n")
            self._file.flush()
            if durable:
                os.fdatasync(self._file.fileno())

    def close(self) -> None:
        """Nothing may be written afterwards."""
        self._file.close()


def _end_line(path: Path) -> None:
    """A line that a crash has cut short must not swallow the next one."""
    try:
        with path.open("rb+") as file:
            if (
                file.seek(0, os.SEEK_END)
                and file.seek(-1, os.SEEK_END) >= 0
                and file.read(1) != b"\n"
            ):
                file.write(b"\n")
    except FileNotFoundError:
        return
