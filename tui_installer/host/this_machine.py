"""The real machine on which the process runs, as a Machine."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model import places

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
        Sources,
        Workloads,
    )
    from tui_installer.model.stand_in import StandIn


class ThisMachine:
    """Reads, asks and changes the computer on which the process runs.

    Each method imports its modules when it is called, so that the first page of the screens does not wait
    for them.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        """Takes another root only in tests."""
        self._root = root

    @property
    def root(self) -> Path:
        """The folder below which its files lie."""
        return self._root

    @property
    def stand_in(self) -> StandIn | None:
        """A real machine has no description of a recording."""
        return None

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        """Runs the readers in parallel."""
        from tui_installer.host import gather
        from tui_installer.host.look import Look

        return gather.read(topics, Look.of(scope))

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """Runs the command."""
        from tui_installer.host import shell

        return shell.run(argv, timeout)

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """Returns the command unchanged."""
        return argv, env

    def wrote(self, path: str) -> None:
        """Ignores the path: a real write needs no further action."""

    def opens(self, person: Person) -> bool:
        """Allows root's home and the process's own; for another home, root does not use root's rights."""
        return person.uid in (0, os.geteuid())

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Returns the people with a home of their own."""
        from tui_installer.host import requests

        return requests.people(environment)

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """Reads the environment, or that of the shells above."""
        from tui_installer.host import ssh_line

        return ssh_line.ssh_connection(environment)

    def removable(self) -> Sequence[str]:
        """Lists the devices that the kernel reports as removable."""
        from tui_installer.host import offered_files

        return offered_files.removable()

    def manifest(self, place: str, digest: str) -> Manifest:
        """Returns a manifest without content: the file is missing."""
        from tui_installer.model.facts import Manifest

        return Manifest(place=place)

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """Asks the mirrors."""
        from tui_installer.host import mirrors

        if tell is None:
            return mirrors.ask(wanted, release)
        return mirrors.ask_each(wanted, release, tell)

    def time_of(self, server: str) -> NtpReply:
        """Asks the time server."""
        from tui_installer.host import ntp

        return ntp.ask(server)

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """Sends through test pods."""
        from tui_installer.host import look, traffic

        return traffic.send(look.Look(), traffic.ends(workloads, node, image))

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """Sends to Services and pods that every cluster has."""
        from tui_installer.host import look, traffic

        return traffic.send_as_worker(look.Look(), workloads, node)

    def start_engine(self) -> str:
        """Starts the engine's systemd unit."""
        from tui_installer.host import shell

        shell.output("systemctl", "reset-failed", places.UNIT)
        result = shell.output("systemctl", "start", "--no-block", places.UNIT)
        return "" if result.code == 0 else result.err.strip() or f"systemctl: {result.code}"
