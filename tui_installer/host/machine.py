"""The seam to the machine: all that differs between this machine, a recorded one, and the one of a test.

One of them is in use in a process. The edge of the program chooses it once (`use`); everything else asks it (`here`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol

from tui_installer.model import places

if TYPE_CHECKING:
    from tui_installer.assets import Release
    from tui_installer.host.look import Look
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
    from tui_installer.model.stand_in import StandIn

Tell = Callable[[str, "SourceReply"], None]


class Machine(Protocol):
    """What the program reads from a machine, asks it, and starts on it."""

    @property
    def root(self) -> Path:
        """The folder below which its files lie."""

    @property
    def stand_in(self) -> StandIn | None:
        """What people are told of a recorded machine; None: it is a real one."""

    def facts(self, topics: Collection[type], look: Look) -> Facts:
        """The topics as they are now; those that no reader knows are left out. Blocks; raises nothing."""

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """What a short reading command prints: its exit code, its output, its errors."""

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """The command that is started for one that changes the machine, and what it adds to its environment."""

    def wrote(self, path: str) -> None:
        """Hears that a file of the node, named by its path there, was written."""

    def opens(self, person: Person) -> bool:
        """Whether this process may read the files in that person's home itself."""

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Who gets a kubeconfig: root, and the user who called sudo."""

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """The ssh line by which somebody sits here, as sshd describes it; empty: none."""

    def removable(self) -> Sequence[str]:
        """The devices of disks that can be taken out."""

    def manifest(self, place: str, digest: str) -> Manifest:
        """Calico's manifest of that digest where the program has come without the file."""

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """What mirrors reply, by need. With `tell` all are waited for, and each reply is told; it must not block."""

    def time_of(self, server: str) -> NtpReply:
        """What a time server says. Blocks; raises nothing."""

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """What became of test traffic between pods of that image; empty: none can be sent. Raises NotRead."""

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """The same without an administrator's rights."""

    def start_engine(self) -> str:
        """Starts the engine; returns why it cannot be started, or nothing."""


_in_use: Machine | None = None


def use(machine: Machine) -> None:
    """From here on this process is about that machine."""
    global _in_use
    _in_use = machine


def here() -> Machine:
    """The machine in use."""
    assert _in_use is not None, (
        "no machine was chosen: machine.use() is called where the program begins"
    )
    return _in_use


@contextmanager
def instead(machine: Machine) -> Iterator[None]:
    """Uses that machine meanwhile, and afterwards the one before it."""
    global _in_use
    before = _in_use
    _in_use = machine
    try:
        yield
    finally:
        _in_use = before


def at(path: str | PurePath) -> Path:
    """Where the machine in use has the file of that name. Raises places.Outside."""
    return places.at(str(path), here().root)
