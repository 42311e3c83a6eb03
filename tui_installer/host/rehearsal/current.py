"""The rehearsal that this process belongs to: what it says in the place of the real machine."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model import places
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T, Text

if TYPE_CHECKING:
    from tui_installer.host.rehearsal.state import State
    from tui_installer.model.facts import Facts, Manifest, SourceReply

# The folder of the rehearsal; every process of it has it in its environment.
NAME = "TUI_INSTALLER_REHEARSAL"
# This interpreter again; that of a bundle must not look at the files of whoever calls it.
PYTHON = (sys.executable, *(["-I", "-B"] if sys.flags.isolated else []))
# No recording says what a program would print: as a shell says that there is no such program.
UNKNOWN = 127
UNANSWERED = T("the recording does not say")


@dataclass(frozen=True)
class About:
    """What is rehearsed: the machine's title by language, where its recording comes from, how fast it goes."""

    title: Mapping[str, str]
    machine: str
    recorded: str
    program: str
    base: str = ""
    about: Mapping[str, str] | None = None
    runs: tuple[str, ...] = ()
    speed: float = 1.0


class Rehearsal:
    """One rehearsal, seen from one of its processes."""

    def __init__(self, folder: Path, held: int | None = None) -> None:
        self.folder = folder
        # The open file by which the folder is held; every process of the rehearsal keeps it.
        self.held = [held] if held is not None else []
        self._seen: tuple[tuple[int, int, int], State] | None = None

    @property
    def root(self) -> Path:
        """Where the machine's files lie."""
        return self.folder / "root"

    @cached_property
    def about(self) -> About:
        """What is rehearsed. Raises OSError or ValueError if the folder is none of a rehearsal's."""
        told = json.loads((self.folder / "about.json").read_text(encoding="utf-8"))
        return About(**{**told, "runs": tuple(told["runs"])})

    @property
    def state(self) -> State:
        """The machine as it is now."""
        from tui_installer.host.rehearsal.state import State

        now = (self.folder / "state.json").stat()
        # Two writes may fall into one tick of the file system's clock; each is a file of its own.
        stamp = (now.st_mtime_ns, now.st_ino, now.st_size)
        if self._seen is None or self._seen[0] != stamp:
            self._seen = (stamp, State.read(self.folder))
        return self._seen[1]

    def facts(self, topics: Iterable[type]) -> Facts:
        """These topics, as they are now; one that the recording, of another version, lacks is not known."""
        from tui_installer.host.rehearsal.codec import decode
        from tui_installer.model.facts import Facts, Unread

        told = self.state.facts
        lacking = Unread(T("the recording"), T("another version made it"), lasting=True)
        return Facts(
            {t: decode(t, told[t.__name__]) if t.__name__ in told else lacking for t in topics}
        )

    def output(self, argv: tuple[str, ...]) -> tuple[int, str, str]:
        """What a reading command prints: its exit code, and both its outputs."""
        found = self.state.commands.get(argv)
        if found is None:
            return UNKNOWN, "", f"{argv[0]}: {UNANSWERED}"
        return found

    def command(self, argv: tuple[str, ...]) -> tuple[str, ...]:
        """What is started in the place of a command that changes the machine."""
        return (*PYTHON, "-m", "tui_installer.host.rehearsal.play", *argv)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this rehearsal needs in its environment besides."""
        return {NAME: str(self.folder), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    def manifest(self, place: str, digest: str) -> Manifest:
        """One of the shape of Calico's own, for a program that came without it."""
        from tui_installer.assets import ASSETS
        from tui_installer.model.facts import Manifest

        return Manifest((ASSETS / "runs/calico.yaml").read_text(encoding="utf-8"), place, digest)

    def reply(self, need: str, name: str, url: str) -> SourceReply:
        """What a mirror says."""
        from tui_installer.host.rehearsal.codec import decode
        from tui_installer.model.facts import SourceReply, Sources

        known = decode(Sources, self.state.facts.get("Sources", {}))
        found = (row for row in known.replies.get(need, ()) if row.name == name or row.url == url)
        reply = next(found, SourceReply(name, url, detail=UNANSWERED, unreached=True))
        time.sleep((reply.latency or 0) / self.about.speed)
        return reply

    def engine(self) -> tuple[str, ...]:
        """The command that is started in the place of the engine's unit."""
        return (*PYTHON, "-m", "tui_installer", "engine")


_CURRENT: Rehearsal | None = None


def current() -> Rehearsal | None:
    """The rehearsal of this process; None: it works on the real machine."""
    return _CURRENT


def enter(environment: Mapping[str, str] = os.environ) -> None:
    """Takes the recorded machine that the environment names, if it names one. Raises OSError or ValueError."""
    if folder := environment.get(NAME):
        status = os.stat(folder)
        if status.st_uid != os.geteuid() or status.st_mode & 0o077:
            raise ValueError("the folder of a rehearsal belongs to whom it rehearses for, alone")
        stand_in(Rehearsal(Path(folder)))


def stand_in(rehearsal: Rehearsal | None) -> None:
    """From here on everything in this process is about that machine; None: about the real one."""
    global _CURRENT
    if rehearsal is not None:
        _ = rehearsal.about
    _CURRENT = rehearsal
    places.stand_on(rehearsal.root if rehearsal else Path("/"))


def settle() -> None:
    """The API server of a recorded node holds what its manifest says, which was made again."""
    from tui_installer.host.rehearsal.as_applied import as_applied
    from tui_installer.host.rehearsal.state import changing

    assert _CURRENT is not None
    with changing(_CURRENT.folder) as state:
        if "Calico" in state.facts:
            state.facts["Calico"] = as_applied(state.facts["Calico"])


def origin_of(base: str, recorded: str) -> Text:
    """Where a recording comes from, as the screens say it."""
    if base:
        return T("derived by an edit from {name}, recorded {day}", name=base, day=recorded[:10])
    return T("recorded {day}", day=recorded[:10])


def shown() -> StandIn | None:
    """The recorded machine, as the screens show it; None on a real one."""
    if _CURRENT is None:
        return None
    about = _CURRENT.about
    return StandIn(about.title, about.machine, origin_of(about.base, about.recorded))
