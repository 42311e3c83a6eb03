"""A fault of this program goes into a file; the person gets its name, not the traceback."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tui_installer import __version__
from tui_installer.model.secret import Redactor

# When the disk is full, a file of memory is better than none.
LAST_RESORT = "/run"


def report(error: BaseException) -> Path:
    """Writes what is needed to find the fault, 0600, without secrets; raises OSError if there is no place for it."""
    clean = Redactor()
    told = clean("".join(traceback.format_exception(error)))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [
        f"tui-installer {__version__}, Python {sys.version.split()[0]}, {now}",
        # A certificate key is known by the line that it has for itself.
        *(clean(line) for line in told.splitlines()),
    ]
    try:
        return _write("\n".join(lines) + "\n", None)
    except OSError:
        return _write("\n".join(lines) + "\n", LAST_RESORT)


def _write(text: str, folder: str | None) -> Path:
    handle, path = tempfile.mkstemp(prefix="tui-installer-fault-", suffix=".txt", dir=folder)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    return Path(path)
