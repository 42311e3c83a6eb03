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
    # Its name could not be looked up.
    unresolved: bool = False
    # No connection came about, it broke off, or the time was over. A recording of before this field does not
    # say it: a source that is silent there is taken for a bad one.
    unreached: bool = False

    @property
    def silent(self) -> bool:
        """Nothing came from it, and over another network it may answer; a wrong answer stays wrong."""
        return self.unresolved or self.unreached

    @property
    def good(self) -> bool:
        """It answered and holds everything."""
        return self.answered and not self.missing


@dataclass(frozen=True)
class Sources:
    """The replies of the mirrors by need (centos, docker_ce, ...); empty where none was asked."""

    replies: Mapping[str, tuple[SourceReply, ...]] = field(default_factory=dict)

    @property
    def unresolved(self) -> bool:
        """No name at all could be looked up: not the mirrors are at fault, but the name server."""
        rows = [reply for replies in self.replies.values() for reply in replies]
        return bool(rows) and all(reply.unresolved for reply in rows)


@dataclass(frozen=True)
class NtpReply:
    """What a time server said: seconds until it answered (None: it did not), and from our clock to
    its own."""

    server: str
    latency: float | None = None
    offset: float = 0
    # Why it is of no use.
    detail: Text | str = ""
