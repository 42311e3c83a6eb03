"""A person's preferences for the screens rather than the node: the language. They lie in that person's home."""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping
from pathlib import Path

from tui_installer.host import home

# The code of a language is far shorter.
LONGEST = 100


def language(environment: Mapping[str, str]) -> str:
    """Returns the code of the language chosen last; empty if there is none, or if it cannot be read."""
    try:
        # `files` loads slowly, and this runs before anything is on the screen.
        with _place(environment).open(encoding="utf-8", errors="replace") as file:
            return file.read(LONGEST).strip()
    except OSError:
        return ""


def keep_language(code: str, environment: Mapping[str, str]) -> None:
    """Saves the language for the next start. Raises OSError if it cannot be written, or if there is no home."""
    place = _place(environment)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.write_text(f"{code}\n", encoding="utf-8")


def _place(environment: Mapping[str, str]) -> Path:
    if not environment.get("XDG_STATE_HOME") and not environment.get("HOME"):
        # A service has no home of a person.
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), "HOME")
    return home.state(environment) / "language"
