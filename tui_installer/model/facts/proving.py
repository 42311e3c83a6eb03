"""Facts that a proof needs besides the objects of the cluster."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.outcome import Outcome
from tui_installer.model.text import Text


@dataclass(frozen=True)
class BgpSession:
    """One BGP session of this node's BIRD."""

    peer: str
    up: bool
    info: str = ""


@dataclass(frozen=True)
class Peers:
    """BIRD's sessions; `asked` False: no BIRD runs here."""

    asked: bool = False
    sessions: tuple[BgpSession, ...] = ()


@dataclass(frozen=True)
class Proxy:
    """kube-proxy's mode on this node, as it reports it, and the mode in the cluster's configuration; empty: unknown."""

    mode: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Certificate:
    """One certificate of this node with its end, in seconds since 1970, and the names and addresses it is made for."""

    name: str
    ends: float
    names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Certificates:
    """The certificates that kubeadm and the kubelet keep here."""

    rows: tuple[Certificate, ...] = ()


@dataclass(frozen=True)
class ApiServer:
    """The API server as seen from this node; `skew` is its clock minus ours, in seconds."""

    address: str = ""
    answers: bool = False
    detail: Text | str = ""
    latency: float = 0.0
    skew: float | None = None


@dataclass(frozen=True)
class Sent:
    """The result of one kind of test traffic; `good` None: it was not sent."""

    good: bool | None = None
    found: Text | str = ""


@dataclass(frozen=True)
class Traffic:
    """The results of test traffic; empty where none was sent."""

    # Results by id: dns, service, across.
    sent: Mapping[str, Sent] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sent:
        return self.sent.get(name, Sent())


@dataclass(frozen=True)
class Drift:
    """The differences between this node and its answers: each step with the changes that it would make.

    `unknown` holds the steps whose changes could not be determined, with the reasons.
    """

    steps: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    unknown: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class ProofRow:
    """One line of a proof: its id, its title and its outcome; `seconds` since the beginning."""

    id: str
    title: Text
    outcome: Outcome
    found: Text
    why: Text | None = None
    cure: Text | None = None
    seconds: float = 0.0


# Kinds of traffic that can be sent on every node.
NEEDED = ("dns", "service")


@dataclass(frozen=True)
class Proved:
    """The last proof with traffic; `at` in seconds since 1970, 0: there has been none."""

    at: float = 0.0
    rows: tuple[ProofRow, ...] = ()
    over: bool = False
    # The last change at its beginning, named as `Past.changed` is; None: 0.1.0 made the proof.
    changed: str | None = None

    @property
    def good(self) -> bool:
        """The proof ran to its end, nothing failed, and the results of its traffic are known."""
        return self.over and self.against is None

    @property
    def against(self) -> ProofRow | None:
        """The first row that speaks against the node; else a needed row whose result is unknown."""
        failed = (row for row in self.rows if row.outcome is Outcome.FAIL)
        unknown = (row for row in self.rows if row.outcome is Outcome.UNKNOWN and row.id in NEEDED)
        return next(failed, None) or next(unknown, None)

    def row(self, name: str) -> ProofRow | None:
        """Returns the row with that id."""
        return next((row for row in self.rows if row.id == name), None)
