"""The file of a bundle: one tar.gz, its index first, complete or not there."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tui_installer.host.files import sync


def packed(folder: str, members: Iterable[tuple[str, str]], at: int) -> bytes:
    """Returns the archive: names below the folder, and texts; `at` is the time of all, in seconds since 1970."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=6) as archive:
        for name, text in members:
            member = tarfile.TarInfo(f"{folder}/{name}")
            content = text.encode("utf-8", "replace")
            member.size, member.mtime, member.mode = len(content), at, 0o600
            archive.addfile(member, io.BytesIO(content))
    return raw.getvalue()


def write(path: Path, raw: bytes) -> None:
    """Writes the file at a place that a person chose, readable by its owner alone.

    Raises FileExistsError if something is there already, or another OSError; then nothing of it is left.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        sync(path.parent)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
