"""The journal's knowledge about a kubeadm that should make a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """The engine's view of a machine right before kubeadm started, or after it was gone."""

    ca: str = ""
    files: Mapping[str, int] = field(default_factory=dict)
    # Set afterwards: see `Remains.latest` and `Remains.looked_at`.
    latest: float = 0.0
    looked_at: float = 0.0
    # Set before: the traces that existed already. A path that could not be read is a trace too.
    traces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """Our last `kubeadm init` or `kubeadm join`, according to the journal."""

    step: str = ""
    # The time of its announcement, in seconds since 1970.
    began: float = 0.0
    # None: the journal does not say, as with 0.1.0.
    before: Seen | None = None
    after: Seen | None = None
    # None: nobody has seen how it ended. -1: the engine ended it.
    code: int | None = None
    # A reset of its remains has begun, so parts of them may be gone.
    clearing: bool = False
