"""Refuses what the program asks of the disk, one call or all from one on."""

from __future__ import annotations

import builtins
import errno
import io
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ERRORS = (errno.ENOSPC, errno.EIO, errno.EROFS)


@dataclass
class Faults:
    """Counts what is written below a folder, and refuses the calls from `first` on, `most` of them."""

    folder: Path
    first: int = -1
    most: int = 1
    error: int = errno.ENOSPC
    seen: list[str] = field(default_factory=list)

    def has_met(self, what: str, where: object) -> bool:
        return f"{what} {self._path(where)}" in self.seen

    def meet(self, what: str, where: object) -> None:
        path = self._path(where)
        if not path.startswith(str(self.folder)) or "/marks/" in path:
            return
        self.seen.append(f"{what} {path}")
        if self.first <= len(self.seen) - 1 < self.first + self.most:
            raise OSError(self.error, os.strerror(self.error), path)

    @staticmethod
    def _path(where: object) -> str:
        try:
            return str(
                Path(f"/proc/self/fd/{where}").readlink() if isinstance(where, int) else where
            )
        except OSError:
            return ""


class Written(io.FileIO):
    """A file of which every write is met."""

    faults: Faults

    def write(self, data: Any, /) -> int:
        self.faults.meet("write", self.fileno())
        return super().write(data) or 0


def watched(folder: Path, monkeypatch: pytest.MonkeyPatch, *more: str) -> Faults:
    """From now on every open, write, fsync and rename below this folder is counted, and what else is named."""
    found = Faults(folder)

    def met(name: str) -> None:
        real: Callable[..., Any] = getattr(os, name)

        def call(where: Any, *rest: Any, **named: Any) -> Any:
            found.meet(name, where)
            return real(where, *rest, **named)

        monkeypatch.setattr(os, name, call)

    for name in ("write", "fsync", "fdatasync", "replace", "open", *more):
        met(name)
    real_open = io.open

    def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
        reads = set(mode).isdisjoint("wax+")
        # How often a child's output is looked at is a matter of time.
        if not isinstance(file, int) and not (reads and found.has_met("open", file)):
            found.meet("open", file)
        if reads:
            return real_open(file, mode, *rest, **named)
        made = type("Made", (Written,), {"faults": found})
        raw = made(file, mode.replace("b", "").replace("t", ""))
        buffer = io.BufferedWriter(raw)
        if "b" in mode:
            return buffer
        return io.TextIOWrapper(
            buffer,
            encoding=named.get("encoding") or "utf-8",
            errors=named.get("errors"),
            newline=named.get("newline"),
        )

    monkeypatch.setattr(io, "open", opened)
    monkeypatch.setattr(builtins, "open", opened)
    return found
