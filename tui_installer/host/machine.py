"""The seam to the machine: every difference between this machine, a recorded one, and the one of a test.

A process uses one of them. The edge of the program chooses it once (`use`); all other code asks it
(`here`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Protocol

from tui_installer.model import places

if TYPE_CHECKING:
    from tui_installer.assets import Release
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
    from tui_installer.model.stand_in import StandIn

Tell = Callable[[str, "SourceReply"], None]


class Machine(Protocol):
    """A machine that the program reads, asks, and starts commands on."""

    @property
    def root(self) -> Path:
        """The folder below which the machine's files lie."""

    @property
    def stand_in(self) -> StandIn | None:
        """The description of a recorded machine for people; None for a real one."""

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        """Reads the given topics now, and leaves out those that no reader knows. Blocks; raises nothing."""

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        """Runs a short reading command; returns its exit code, its output and its errors."""

    def started(self, argv: Argv, env: Mapping[str, str]) -> tuple[Argv, Mapping[str, str]]:
        """Returns the command that replaces one that changes the machine, and its additions to the environment."""

    def wrote(self, path: str) -> None:
        """Receives the path on the node of a file that was written."""

    def opens(self, person: Person) -> bool:
        """Tells whether this process itself may read the files in a person's home."""

    def people(self, environment: Mapping[str, str]) -> tuple[Person, ...]:
        """Returns who gets a kubeconfig: root, and the user who called sudo."""

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        """Returns sshd's description of the connection to this terminal; empty if there is none."""

    def removable(self) -> Sequence[str]:
        """Lists the devices of removable disks."""

    def manifest(self, place: str, digest: str) -> Manifest:
        """Returns Calico's manifest of that digest if the program was installed without the file."""

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        """Returns the mirrors' replies by need.

        With `tell` it waits for all mirrors and passes each reply on; `tell` must not block.
        """

    def time_of(self, server: str) -> NtpReply:
        """Asks a time server for the time. Blocks; raises nothing."""

    def send(self, workloads: Workloads, node: str, image: str) -> Mapping[str, Sent]:
        """Sends test traffic between pods of that image; returns nothing if it cannot send any. Raises NotRead."""

    def send_as_worker(self, workloads: Workloads, node: str) -> Mapping[str, Sent]:
        """Sends test traffic without an administrator's rights."""

    def start_engine(self) -> str:
        """Starts the engine; returns the reason if it cannot start, else ""."""


_in_use: Machine | None = None


def use(machine: Machine) -> None:
    """Chooses the machine for this process."""
    global _in_use
    _in_use = machine


def here() -> Machine:
    """Returns the machine in use."""
    assert _in_use is not None, (
        "no machine was chosen: machine.use() is called where the program begins"
    )
    return _in_use


@contextmanager
def instead(machine: Machine) -> Iterator[None]:
    """Uses another machine within the block."""
    global _in_use
    before = _in_use
    _in_use = machine
    try:
        yield
    finally:
        _in_use = before


def at(path: str | PurePath) -> Path:
    """Returns the path of a file of the machine in use. Raises places.Outside."""
    return places.at(str(path), here().root)
