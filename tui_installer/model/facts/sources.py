"""What mirrors have answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.text import Text


@dataclass(frozen=True)
class SourceReply:
    """What one mirror said when it was asked: `missing` names what it does not hold."""

    name: str
    url: str
    answered: bool = False
    missing: tuple[str, ...] = ()
    latency: float | None = None
    detail: Text | str = ""

    @property
    def good(self) -> bool:
        """It answered and holds everything."""
        return self.answered and not self.missing


@dataclass(frozen=True)
class Sources:
    """The replies of the mirrors by need (centos, docker_ce, ...); empty where none was asked."""

    replies: Mapping[str, tuple[SourceReply, ...]] = field(default_factory=dict)
