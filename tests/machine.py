"""A whole machine as facts, and the program's own places in a folder of the test."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tui_installer import rehearsing, session
from tui_installer.assets import Release, location, release
from tui_installer.host import callers, requests, tokens
from tui_installer.host.look import Look
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model import places
from tui_installer.model.answers import Answers
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
from tui_installer.preflight import inspection, sources, survey
from tui_installer.render.modules import ALWAYS, IPVS

MODULES = frozenset({*ALWAYS, *IPVS, "nf_conntrack_ipv4", "ipip", "vxlan"})
MANIFEST = Manifest(
    (Path(__file__).parent / "data/files/calico.yaml").read_text(encoding="utf-8"),
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
class Fake:
    """What the program finds when it looks; a test changes it."""

    folder: Path
    topics: dict[type, Any] = field(default_factory=lambda: {type(t): t for t in FRESH})
    # Mirrors that do not answer, as (need, name); and every question that was asked.
    silent: set[tuple[str, str]] = field(default_factory=set)
    asked: list[dict[str, list[str]]] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    # The same for the pages, which hear of each reply; and replies that are not the usual ones.
    probed: list[dict[str, list[str]]] = field(default_factory=list)
    says: dict[tuple[str, str], SourceReply] = field(default_factory=dict)
    # What time servers say; those that are not here do not answer.
    times: dict[str, NtpReply] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)
    engine: str = ""
    # The node, as a look finds it; how often it was looked at; what a proof tells; its join tokens.
    status: health.Status = field(default_factory=lambda: health.Status(None, Facts()))
    looked: int = 0
    proof: list[Judged] = field(default_factory=list)
    tokens: list[BootstrapToken] = field(default_factory=list)
    # The recorded machine that is said to stand in for it.
    stand_in: StandIn | None = None
    # What a proof breaks off with.
    breaks: Exception | None = None

    def look(self) -> health.Status:
        self.looked += 1
        return self.status

    def prove(self, tell: Callable[[Judged], None]) -> health.Status:
        for row in self.proof:
            tell(row)
        if self.breaks is not None:
            raise self.breaks
        return self.status

    def set(self, *topics: Any) -> None:
        self.topics |= {type(topic): topic for topic in topics}

    def gather(self, topics: Iterable[type], look: Look) -> Facts:
        self.looks.append(look)
        return Facts({topic: self.topics.get(topic, topic()) for topic in topics})

    def ask_each(
        self,
        wanted: Mapping[str, Sequence[str]],
        release: Release,
        tell: Callable[[str, SourceReply], None],
    ) -> None:
        self.releases.append(release)
        self.probed.append({need: list(names) for need, names in wanted.items()})
        for need, names in wanted.items():
            for name in names:
                tell(need, self.reply(need, name))

    def ask_time(self, server: str) -> NtpReply:
        silent = NtpReply(server, detail=T("no answer in {seconds} s", seconds=2))
        return self.times.get(server, silent)

    def reply(self, need: str, name: str) -> SourceReply:
        """What a mirror says when a page asks; a test may have put something else in its place."""
        if found := self.says.get((need, name)):
            return found
        there = (need, name) not in self.silent
        url = location(need, name)
        if there:
            return SourceReply(name, url, True, latency=0.012)
        return SourceReply(
            name, url, detail=T("no answer in {seconds} s", seconds=8), unreached=True
        )

    def ask(self, wanted: dict[str, list[str]], release: Release) -> Sources:
        self.asked.append(wanted)
        self.releases.append(release)
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
    """Puts the machine in the place of the one that the tests run on."""
    machine = Fake(folder)
    volatile, state = folder / "volatile", folder / "state"
    for name, path in {
        "ANSWERS": folder / "answers.toml",
        "STATE": state,
        "RUNS": state / "runs",
        "UNFINISHED": state / "unfinished",
        "DRAFT": state / "draft.toml",
        "SET_ASIDE": state / "set-aside.jsonl",
        "PROOF": state / "proof.json",
        "VOLATILE": volatile,
        "LOCK": volatile / "lock",
        "REQUEST": volatile / "request.json",
        "STOP": volatile / "stop",
        "RAW": volatile / "output",
        "KUBELET_STOPPED": volatile / "kubelet-stopped",
        "BOOTED": volatile / "booted",
    }.items():
        monkeypatch.setattr(places, name, path)
    (state / "runs").mkdir(parents=True)
    volatile.mkdir()
    monkeypatch.setattr(inspection, "gather", machine.gather)
    monkeypatch.setattr(survey, "gather", machine.gather)
    monkeypatch.setattr(monitor, "gather", machine.gather)
    monkeypatch.setattr(monitor, "health", SimpleNamespace(look=machine.look, prove=machine.prove))
    monkeypatch.setattr(tokens, "alive", lambda _now: machine.tokens)
    monkeypatch.setattr(rehearsing, "stand_in", lambda: machine.stand_in)
    monkeypatch.setattr(sources, "_ask_each", machine.ask_each)
    monkeypatch.setattr(inspection, "_ask", machine.ask)
    monkeypatch.setattr(session, "_ask_time", machine.ask_time)
    monkeypatch.setattr(requests, "start_engine", lambda: machine.engine)
    monkeypatch.setattr(
        callers, "ssh_connection", lambda environment: environment.get("SSH_CONNECTION", "")
    )
    monkeypatch.delenv("SUDO_USER", raising=False)
    return machine
