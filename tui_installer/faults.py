"""Reports of faults of this program: a file gets the traceback, the person gets the file's name."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from datetime import UTC, datetime
from pathlib import Path

from tui_installer import __version__
from tui_installer.model.secret import Redactor

# On a full disk, a file in memory is better than none.
LAST_RESORT = "/run"


def report(error: BaseException) -> Path:
    """Writes the details of a fault to a file, mode 0600, without secrets.

    Raises OSError if there is no room for it.
    """
    clean = Redactor()
    report_text = clean("".join(traceback.format_exception(error)))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    lines = [
        f"tui-installer {__version__}, Python {sys.version.split()[0]}, {now}",
        # The filter recognizes a certificate key by its line, which holds nothing else.
        *(clean(line) for line in report_text.splitlines()),
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
