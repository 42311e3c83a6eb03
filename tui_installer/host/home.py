"""The folder for what belongs to a person rather than a machine: rehearsals, the language of the screens."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def state(environment: Mapping[str, str]) -> Path:
    """Returns the program's folder below the user's state folder."""
    home = environment.get("HOME") or os.path.expanduser("~")
    return Path(environment.get("XDG_STATE_HOME") or f"{home}/.local/state") / "tui-installer"
