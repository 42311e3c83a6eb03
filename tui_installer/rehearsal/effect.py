"""Effect of one change: what it printed and when, and what was other afterwards. A player of a command needs no more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tui_installer.rehearsal.kept import KeptFile


@dataclass(frozen=True)
class Moment:
    """The differences that were seen `at` seconds after the beginning."""

    at: float
    facts: dict[str, Any] = field(default_factory=dict)
    files: dict[str, KeptFile | None] = field(default_factory=dict)
    commands: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Effect:
    """One change of a reference run; `argv` of a command, or `path` of a file that the program wrote."""

    step: str
    argv: list[str] = field(default_factory=list)
    path: str = ""
    code: int = 0
    seconds: float = 0.0
    # Output, each piece with the seconds from the beginning.
    prints: list[tuple[float, str]] = field(default_factory=list)
    moments: list[Moment] = field(default_factory=list)
    # The number of bytes downloaded.
    fetched: int = 0


def effect_of(row: dict[str, Any]) -> Effect:
    """Returns the effect that JSON holds, without a check of every value."""
    prints = [(at, text) for at, text in row["prints"]]
    return Effect(**{**row, "prints": prints, "moments": [_moment(m) for m in row["moments"]]})


def _moment(row: dict[str, Any]) -> Moment:
    files = {path: KeptFile(**file) if file else None for path, file in row["files"].items()}
    return Moment(**{**row, "files": files})
