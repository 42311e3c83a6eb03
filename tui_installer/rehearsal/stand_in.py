"""A stand-in for the real machine: the answers of a recorded one in each process of a rehearsal."""

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

# The folder of the rehearsal; all its processes have it in their environment.
NAME = "TUI_INSTALLER_REHEARSAL"
# This interpreter again; that of a bundle must ignore the caller's files.
PYTHON = (sys.executable, *(["-I", "-B"] if sys.flags.isolated else []))
# The recording lacks the program's output; a shell uses this code for an unknown program.
UNKNOWN = 127
UNANSWERED = T("the recording does not say")


class Rehearsal(RehearsalFolder):
    """One rehearsal, as one of its processes sees it: a `host.machine.Machine`."""

    @cached_property
    def stand_in(self) -> StandIn:
        """The screens' description of the recorded machine."""
        about = self.about
        return StandIn(about.title, about.machine, origin_of(about.base, about.recorded))

    @property
    def environment(self) -> dict[str, str]:
        """Additional environment variables of a process of this rehearsal."""
        return {NAME: str(self.folder), "PYTHONPATH": os.environ.get("PYTHONPATH", "")}

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        """Takes topics from the state; those that are read from files alone come from the files below this root."""
        from tui_installer.host import gather
        from tui_installer.host.look import Look

        readers = gather.readers()
        recorded = [t for t in topics if t in readers and not getattr(readers[t], "FILES", False)]
        of_files = [t for t in topics if t in readers and t not in recorded]
        return self._recorded(recorded).merged(gather.read(of_files, Look.of(scope)))

    def _recorded(self, topics: Collection[type]) -> Facts:
        """Decodes recorded topics; one that the recording lacks, because another version made it, is unknown."""
        from tui_installer.model.facts import Facts, Unread
        from tui_installer.rehearsal.codec import decode

        recorded = self.state.facts
        lacking = Unread(T("the recording"), T("another version made it"), lasting=True)
        return Facts(
            {
                t: decode(t, recorded[t.__name__]) if t.__name__ in recorded else lacking
                for t in topics
            }
        )

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """Returns the recorded output."""
        recorded = self.state.commands.get(argv)
        if recorded is None:
            return UNKNOWN, "", f"{argv[0]}: {UNANSWERED}"
        return recorded

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """Returns a program that plays the command, with its script. Raises OSError or ValueError."""
        from tui_installer.rehearsal import script

        chosen = str(script.written(self, argv))
        played = (*PYTHON, "-m", "tui_installer.rehearsal.play", chosen, *argv)
        return played, {**env, **self.environment}

    def wrote(self, path: str) -> None:
        """Applies the reference run's effects of the written file."""
        from tui_installer.rehearsal.script import after_write

        after_write(self, path)

    def opens(self, person: Person) -> bool:
        """Allows every home: all files belong to the user of the rehearsal."""
        return True

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Returns root: nobody of this computer has a home on the recorded machine."""
        from tui_installer.model.facts import Person

        return (Person(),)

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """Returns none: the present connection is not the recorded machine's."""
        return ""

    def removable(self) -> Sequence[str]:
        """Returns none: the disks of this computer are not the recorded machine's."""
        return ()

    def manifest(self, place: str, digest: str) -> Manifest:
        """Returns a manifest with the structure of Calico's own."""
        from tui_installer.assets import ASSETS
        from tui_installer.model.facts import Manifest

        return Manifest((ASSETS / "runs/calico.yaml").read_text(encoding="utf-8"), place, digest)

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """Returns the recorded replies, each after its recorded latency."""
        import asyncio

        from tui_installer.host import mirrors

        return asyncio.run(mirrors.replies(wanted, self._reply, tell))

    async def _reply(self, need: str, name: str) -> SourceReply:
        import asyncio

        from tui_installer.assets import location
        from tui_installer.model.facts import SourceReply, Sources
        from tui_installer.rehearsal.codec import decode

        url = location(need, name)
        sources = decode(Sources, self.state.facts.get("Sources", {}))
        replies = (
            row for row in sources.replies.get(need, ()) if row.name == name or row.url == url
        )
        reply = next(replies, SourceReply(name, url, detail=UNANSWERED, unreached=True))
        # Other sources answer during this pause.
        await asyncio.sleep((reply.latency or 0) / self.about.speed)
        return reply

    def time_of(self, server: str) -> NtpReply:
        """Reports that the recording has no reply."""
        from tui_installer.model.facts import NtpReply

        return NtpReply(server, detail=UNANSWERED)

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """Sends nothing: there is no network of pods."""
        return {}

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """Sends nothing: there is no network of pods."""
        return {}

    def start_engine(self) -> str:
        """Starts the engine as a process of this rehearsal, without a unit; it locks the folder as well."""
        from tui_installer.host import shell

        engine = (*PYTHON, "-m", "tui_installer", "engine")
        return shell.start(engine, self.folder / "engine.log", self.environment, self.held)

    def settle(self) -> None:
        """Brings the API server's objects in line with the node's manifest, which was made again."""
        from tui_installer.rehearsal.as_applied import applied_now, as_applied
        from tui_installer.rehearsal.state import changing

        with changing(self.folder) as state:
            if "Calico" in state.facts:
                state.facts["Calico"] = as_applied(state.facts["Calico"], applied_now())


def origin_of(base: str, recorded: str) -> Text:
    """Returns a sentence on the origin of a recording."""
    if base:
        return T("derived by an edit from {name}, recorded {day}", name=base, day=recorded[:10])
    return T("recorded {day}", day=recorded[:10])


def named(environment: Mapping[str, str]) -> Rehearsal | None:
    """Returns the rehearsal whose folder the environment names; None if it names none.

    Raises OSError or ValueError.
    """
    if not (folder := environment.get(NAME)):
        return None
    status = Path(folder).stat()
    if status.st_uid != os.geteuid() or status.st_mode & 0o077:
        raise ValueError("the folder of a rehearsal belongs to whom it rehearses for, alone")
    rehearsal = Rehearsal(Path(folder))
    _ = rehearsal.about
    return rehearsal
