"""What our journal knows of a kubeadm that was to make a node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Seen:
    """What the engine has seen of a machine right before kubeadm began on it, or once it was gone."""

    ca: str = ""
    files: Mapping[str, int] = field(default_factory=dict)
    # Afterwards: see `Remains.latest` and `Remains.looked_at`.
    latest: float = 0.0
    looked_at: float = 0.0
    # Before: what was there already. Also what could not be read is such a trace.
    traces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attempt:
    """The last `kubeadm init` or `kubeadm join` of ours, as the journal tells it."""

    step: str = ""
    # When it was announced, in seconds since 1970.
    began: float = 0.0
    # None: the journal does not say, as those of 0.1.0 do not.
    before: Seen | None = None
    after: Seen | None = None
    # None: nobody has seen how it ended. -1: ended by the engine.
    code: int | None = None
    # A reset of what it left has begun, and so parts of it may be gone.
    clearing: bool = False
