"""This machine: the real answers to all that the program asks of one."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tui_installer.model import places

if TYPE_CHECKING:
    from tui_installer.assets import Release
    from tui_installer.host.look import Look
    from tui_installer.host.machine import Tell
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

    What a method needs is loaded when it is called: the first page of the screens waits for none of it.
    """

    def __init__(self, root: Path = Path("/")) -> None:
        """Only a test has its files below another root."""
        self._root = root

    @property
    def root(self) -> Path:
        """Where its files lie."""
        return self._root

    @property
    def stand_in(self) -> StandIn | None:
        """Nothing stands in for it."""
        return None

    def facts(self, topics: Collection[type], look: Look) -> Facts:
        """By their readers, side by side."""
        from tui_installer.host import gather

        return gather.read(topics, look)

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """By running it."""
        from tui_installer.host import shell

        return shell.run(argv, timeout)

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """The command itself."""
        return argv, env

    def wrote(self, path: str) -> None:
        """Nothing follows from it."""

    def opens(self, person: Person) -> bool:
        """Root does not enter homes with root's rights, but its own."""
        return person.uid in (0, os.geteuid())

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Those with a home of their own."""
        from tui_installer.host import requests

        return requests.people(environment)

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """From the environment, or from that of the shells above."""
        from tui_installer.host import callers

        return callers.ssh_connection(environment)

    def removable(self) -> Sequence[str]:
        """As the kernel lists them."""
        from tui_installer.host import offered

        return offered.removable()

    def manifest(self, place: str, digest: str) -> Manifest:
        """There is none."""
        from tui_installer.model.facts import Manifest

        return Manifest(place=place)

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """By asking them."""
        from tui_installer.host import mirrors

        if tell is None:
            return mirrors.ask(wanted, release)
        return mirrors.ask_each(wanted, release, tell)

    def time_of(self, server: str) -> NtpReply:
        """By asking it."""
        from tui_installer.host import ntp

        return ntp.ask(server)

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """By test pods."""
        from tui_installer.host import look, traffic

        return traffic.send(look.Look(), traffic.ends(workloads, node, image))

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """To Services and pods that every cluster has."""
        from tui_installer.host import look, traffic

        return traffic.send_as_worker(look.Look(), workloads, node)

    def start_engine(self) -> str:
        """By its unit."""
        from tui_installer.host import shell

        shell.output("systemctl", "reset-failed", places.UNIT)
        said = shell.output("systemctl", "start", "--no-block", places.UNIT)
        return "" if said.code == 0 else said.err.strip() or f"systemctl: {said.code}"
