"""What a proof looks at besides the objects of the cluster."""

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
    """kube-proxy's mode here, by its own word, and the one that the cluster gives it; empty: not known."""

    mode: str = ""
    wanted: str = ""


@dataclass(frozen=True)
class Certificate:
    """One certificate of this node and its end, in seconds since 1970."""

    name: str
    ends: float


@dataclass(frozen=True)
class Certificates:
    """The certificates that kubeadm and the kubelet keep here."""

    rows: tuple[Certificate, ...] = ()


@dataclass(frozen=True)
class ApiServer:
    """The API server as this node reaches it; `skew` is its clock against ours, in seconds."""

    address: str = ""
    answers: bool = False
    detail: Text | str = ""
    latency: float = 0.0
    skew: float | None = None


@dataclass(frozen=True)
class Sent:
    """What came of one kind of test traffic; `good` None: it was not sent."""

    good: bool | None = None
    found: Text | str = ""


@dataclass(frozen=True)
class Traffic:
    """What test traffic has shown; empty where none was sent."""

    # By id: dns, service, across.
    sent: Mapping[str, Sent] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Sent:
        return self.sent.get(name, Sent())


@dataclass(frozen=True)
class Drift:
    """What this node is not as its answers want it: by step, what would have to be done.

    `unknown` are the steps of which that could not be found out, and why.
    """

    steps: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    unknown: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class ProofRow:
    """One line of a proof: its id and title, how it ended; `seconds` since the beginning."""

    id: str
    title: Text
    outcome: Outcome
    found: Text
    why: Text | None = None
    cure: Text | None = None
    seconds: float = 0.0


# Traffic that can be sent on every node.
NEEDED = ("dns", "service")


@dataclass(frozen=True)
class Proved:
    """The last proof with traffic; `at` in seconds since 1970, 0: there has been none."""

    at: float = 0.0
    rows: tuple[ProofRow, ...] = ()
    over: bool = False
    # Names the last change that was there when it began, as `Past.changed` does; None: made by 0.1.0.
    changed: str | None = None

    @property
    def good(self) -> bool:
        """It was made to its end, nothing failed, and what became of its traffic is known."""
        return self.over and self.against is None

    @property
    def against(self) -> ProofRow | None:
        """The first row that speaks against the node; else one that had to be known and is not."""
        failed = (row for row in self.rows if row.outcome is Outcome.FAIL)
        unknown = (row for row in self.rows if row.outcome is Outcome.UNKNOWN and row.id in NEEDED)
        return next(failed, None) or next(unknown, None)

    def row(self, name: str) -> ProofRow | None:
        """What it found there."""
        return next((row for row in self.rows if row.id == name), None)
