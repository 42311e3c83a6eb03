"""The machine of the tests: all facts, with its files in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui_installer.assets import Release, location, release
from tui_installer.host import machine, tokens
from tui_installer.host.machine import Tell
from tui_installer.host.scope import Scope
from tui_installer.host.shell import Output
from tui_installer.host.this_machine import ThisMachine
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv
from tui_installer.model.check import Judged
from tui_installer.model.facts import (
    Clock,
    Disk,
    Facts,
    File,
    Files,
    HostName,
    Kernel,
    Manifest,
    Network,
    Nic,
    NtpReply,
    Packages,
    Selinux,
    SourceReply,
    Sources,
    Space,
    Swap,
    System,
)
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T
from tui_installer.node import health, monitor
from tui_installer.render.modules import ALWAYS, IPVS

MODULES = frozenset({*ALWAYS, *IPVS, "nf_conntrack_ipv4", "ipip", "vxlan"})
MANIFEST = Manifest(
    (Path(__file__).parent.parent / "data/files/calico.yaml").read_text(encoding="utf-8"),
    "/opt/tui-installer/app/assets/calico/v3.24.5.yaml",
    release(Answers().cluster.kubernetes).calico.sha256,
)
FRESH: tuple[Any, ...] = (
    System(),
    HostName("master01", "master01"),
    Network(
        (Nic("ens33", ("192.168.40.180/24",)), Nic("ens34", ("10.9.9.9/24",))),
        (),
        "ens33",
        ("192.168.40.2",),
        "192.168.40.2",
    ),
    Kernel(available=MODULES, sysctl={"net.ipv4.ip_forward": "0"}),
    Clock(now=1795428732, synchronized=True),
    Disk((Space("/var/lib/containerd", 50 << 30, 60 << 30),)),
    Files({"/etc/hosts": File("127.0.0.1 localhost\n")}),
    Selinux("permissive"),
    Swap(),
    Packages(),
    MANIFEST,
)


@dataclass
class Fake(ThisMachine):
    """The machine that the program sees; a test changes it.

    Commands are those of the computer that the test runs on.
    """

    folder: Path
    topics: dict[type, Any] = field(default_factory=lambda: {type(t): t for t in FRESH})
    # Mirrors that do not answer, as (need, name); and every question that was asked.
    silent: set[tuple[str, str]] = field(default_factory=set)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    # The same for the pages, which get each reply as it comes; and the replies that are unusual.
    probed: list[dict[str, list[str]]] = field(default_factory=list)
    says: dict[tuple[str, str], SourceReply] = field(default_factory=dict)
    # The replies of time servers; those that are missing here do not answer.
    times: dict[str, NtpReply] = field(default_factory=dict)
    looks: list[Scope] = field(default_factory=list)
    engine: str = ""
    # The node, as a look finds it; the number of looks; the rows of a proof; its join tokens.
    status: health.NodeStatus = field(default_factory=lambda: health.NodeStatus(None, Facts()))
    looked: int = 0
    proof: list[Judged] = field(default_factory=list)
    tokens: list[BootstrapToken] = field(default_factory=list)
    # The recorded machine of a rehearsal.
    stand_in: StandIn | None = None
    # The error that interrupts a proof.
    breaks: Exception | None = None
    # The replacements for short commands of this computer.
    prints: Callable[..., Output] | None = None

    def __post_init__(self) -> None:
        super().__init__(self.folder)

    def look(self) -> health.NodeStatus:
        self.looked += 1
        return self.status

    def prove(self, tell: Callable[[Judged], None]) -> health.NodeStatus:
        for row in self.proof:
            tell(row)
        if self.breaks is not None:
            raise self.breaks
        return self.status

    def set(self, *topics: Any) -> None:
        self.topics |= {type(topic): topic for topic in topics}

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        self.looks.append(scope)
        return Facts({topic: self.topics.get(topic, topic()) for topic in topics})

    def sources(
        self, wanted: Mapping[str, Sequence[str]], release: Release, tell: Tell | None = None
    ) -> Sources:
        self.releases.append(release)
        if tell is None:
            return self._asked(wanted)
        self.probed.append({need: list(names) for need, names in wanted.items()})
        for need, names in wanted.items():
            for name in names:
                tell(need, self.reply(need, name))
        return Sources()

    def time_of(self, server: str) -> NtpReply:
        silent = NtpReply(server, detail=T("no answer in {seconds} s", seconds=2))
        return self.times.get(server, silent)

    def reply(self, need: str, name: str) -> SourceReply:
        """Returns a mirror's reply to a page; a test may have replaced it."""
        if found := self.says.get((need, name)):
            return found
        there = (need, name) not in self.silent
        url = location(need, name)
        if there:
            return SourceReply(name, url, True, latency=0.012)
        return SourceReply(
            name, url, detail=T("no answer in {seconds} s", seconds=8), unreached=True
        )

    def output(self, argv: Argv, timeout: float) -> tuple[int, str, str]:
        if self.prints is None:
            return super().output(argv, timeout)
        said = self.prints(*argv)
        return said.code, said.out, said.err

    def ssh_line(self, environment: Mapping[str, str]) -> str:
        return environment.get("SSH_CONNECTION", "")

    def start_engine(self) -> str:
        return self.engine

    def _asked(self, wanted: Mapping[str, Sequence[str]]) -> Sources:
        self.asked.append({need: list(names) for need, names in wanted.items()})
        from tui_installer import assets

        return Sources(
            {
                need: tuple(
                    SourceReply(
                        name,
                        location(need, name),
                        (need, name) not in self.silent,
                        unreached=(need, name) in self.silent,
                    )
                    for some in names
                    for name in (assets.mirrors(need) if some == "auto" else [some])
                )
                for need, names in wanted.items()
            }
        )


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Replaces the machine of the tests until the test is over."""
    found = Fake(folder)
    machine.use(found)
    for place in (places.ANSWERS.parent, places.RUNS, places.VOLATILE):
        machine.at(place).mkdir(parents=True)
    monkeypatch.setattr(monitor, "health", SimpleNamespace(look=found.look, prove=found.prove))
    monkeypatch.setattr(tokens, "alive", lambda _now: found.tokens)
    monkeypatch.delenv("SUDO_USER", raising=False)
    return found
