"""A recorded machine in the place of the real one: what it answers in each process of a rehearsal."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T, Text
from tui_installer.rehearsal.folder import RehearsalFolder

if TYPE_CHECKING:
    from tui_installer.assets import Release
    from tui_installer.host.machine import Tell
    from tui_installer.host.scope import Scope
    from tui_installer.model.change import Argv
    from tui_installer.model.facts import (
        Facts,
        Manifest,
        NtpReply,
        Person,
        Sent,
        SourceReply,
        Sources,
        Workloads,
    )

# The folder of the rehearsal; every process of it has it in its environment.
NAME = "TUI_INSTALLER_REHEARSAL"
# This interpreter again; that of a bundle must not look at the files of whoever calls it.
PYTHON = (sys.executable, *(["-I", "-B"] if sys.flags.isolated else []))
# No recording says what a program would print: as a shell says that there is no such program.
UNKNOWN = 127
UNANSWERED = T("the recording does not say")


class Rehearsal(RehearsalFolder):
    """One rehearsal, seen from one of its processes: a `host.machine.Machine`."""

    @cached_property
    def stand_in(self) -> StandIn:
        """What the screens say of the recorded machine."""
        about = self.about
        return StandIn(about.title, about.machine, origin_of(about.base, about.recorded))

    @property
    def environment(self) -> dict[str, str]:
        """What a process of this rehearsal needs in its environment besides."""
        return {NAME: str(self.folder), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        """From the state; a topic that is read from files alone, by its reader below this root."""
        from tui_installer.host import gather
        from tui_installer.host.look import Look

        readers = gather.readers()
        recorded = [t for t in topics if t in readers and not getattr(readers[t], "FILES", False)]
        of_files = [t for t in topics if t in readers and t not in recorded]
        return self._recorded(recorded).merged(gather.read(of_files, Look.of(scope)))

    def _recorded(self, topics: Collection[type]) -> Facts:
        """A topic that the recording, of another version, lacks is not known."""
        from tui_installer.model.facts import Facts, Unread
        from tui_installer.rehearsal.codec import decode

        told = self.state.facts
        lacking = Unread(T("the recording"), T("another version made it"), lasting=True)
        return Facts(
            {t: decode(t, told[t.__name__]) if t.__name__ in told else lacking for t in topics}
        )

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """As it was recorded."""
        found = self.state.commands.get(argv)
        if found is None:
            return UNKNOWN, "", f"{argv[0]}: {UNANSWERED}"
        return found

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """A program that plays the command."""
        played = (*PYTHON, "-m", "tui_installer.rehearsal.play", *argv)
        return played, {**env, **self.environment}

    def wrote(self, path: str) -> None:
        """The machine becomes what it became in a reference run."""
        from tui_installer.rehearsal.effects import after_write

        after_write(self, path)

    def opens(self, person: Person) -> bool:
        """All files are of whom it rehearses for."""
        return True

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Root: nobody of this computer has a home on the recorded machine."""
        from tui_installer.model.facts import Person

        return (Person(),)

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """None: the line of today is none of the recorded machine's."""
        return ""

    def removable(self) -> Sequence[str]:
        """None: the disks of this computer are not those of the recorded machine."""
        return ()

    def manifest(self, place: str, digest: str) -> Manifest:
        """One of the shape of Calico's own."""
        from tui_installer.assets import ASSETS
        from tui_installer.model.facts import Manifest

        return Manifest((ASSETS / "runs/calico.yaml").read_text(encoding="utf-8"), place, digest)

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """As they were recorded, each after its recorded latency."""
        import asyncio

        from tui_installer.host import mirrors

        return asyncio.run(mirrors.replies(wanted, self._reply, tell))

    async def _reply(self, need: str, name: str) -> SourceReply:
        import asyncio

        from tui_installer.assets import location
        from tui_installer.model.facts import SourceReply, Sources
        from tui_installer.rehearsal.codec import decode

        url = location(need, name)
        known = decode(Sources, self.state.facts.get("Sources", {}))
        found = (row for row in known.replies.get(need, ()) if row.name == name or row.url == url)
        reply = next(found, SourceReply(name, url, detail=UNANSWERED, unreached=True))
        # Other sources answer meanwhile.
        await asyncio.sleep((reply.latency or 0) / self.about.speed)
        return reply

    def time_of(self, server: str) -> NtpReply:
        """The recording does not say."""
        from tui_installer.model.facts import NtpReply

        return NtpReply(server, detail=UNANSWERED)

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """Nothing: there is no network of pods."""
        return {}

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """Nothing: there is no network of pods."""
        return {}

    def start_engine(self) -> str:
        """A process of this rehearsal, without a unit; it holds the folder as well."""
        from tui_installer.host import shell

        engine = (*PYTHON, "-m", "tui_installer", "engine")
        return shell.start(engine, self.folder / "engine.log", self.environment, self.held)

    def settle(self) -> None:
        """The API server of a recorded node holds what its manifest says, which was made again."""
        from tui_installer.rehearsal.as_applied import as_applied
        from tui_installer.rehearsal.state import changing

        with changing(self.folder) as state:
            if "Calico" in state.facts:
                state.facts["Calico"] = as_applied(state.facts["Calico"])


def origin_of(base: str, recorded: str) -> Text:
    """Where a recording comes from, as the screens say it."""
    if base:
        return T("derived by an edit from {name}, recorded {day}", name=base, day=recorded[:10])
    return T("recorded {day}", day=recorded[:10])


def named(environment: Mapping[str, str]) -> Rehearsal | None:
    """The rehearsal whose folder the environment names; None: none. Raises OSError or ValueError."""
    if not (folder := environment.get(NAME)):
        return None
    status = Path(folder).stat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise ValueError("the folder of a rehearsal belongs to whom it rehearses for, alone")
    rehearsal = Rehearsal(Path(folder))
    _ = rehearsal.about
    return rehearsal
