"""The folder of a rehearsal: its description, the machine's files, and its present state."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui_installer.rehearsal.state import RehearsedState


@dataclass(frozen=True)
class About:
    """The rehearsed machine: its title by language, the origin of its recording, and the speed."""

    title: Mapping[str, str]
    machine: str
    recorded: str
    program: str
    base: str = ""
    about: Mapping[str, str] | None = None
    runs: tuple[str, ...] = ()
    speed: float = 1.0


class RehearsalFolder:
    """The folder, seen from one of the processes that share it."""

    def __init__(self, folder: Path, held: int | None = None) -> None:
        self.folder = folder
        # The open file that locks the folder; every process of the rehearsal keeps it.
        self.held = [held] if held is not None else []
        self._seen: tuple[tuple[int, int, int], RehearsedState] | None = None

    @property
    def root(self) -> Path:
        """The folder of the machine's files."""
        return self.folder / "root"

    @cached_property
    def about(self) -> About:
        """The rehearsed machine. Raises OSError or ValueError if the folder is not a rehearsal's."""
        told = json.loads((self.folder / "about.json").read_text(encoding="utf-8"))
        return About(**{**told, "runs": tuple(told["runs"])})

    @property
    def state(self) -> RehearsedState:
        """The machine's present state."""
        from tui_installer.rehearsal.state import RehearsedState

        now = (self.folder / "state.json").stat()
        # Two writes may fall into one tick of the file system's clock; each makes a new file.
        stamp = (now.st_mtime_ns, now.st_ino, now.st_size)
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, RehearsedState.read(self.folder))
        return self._seen[1]
