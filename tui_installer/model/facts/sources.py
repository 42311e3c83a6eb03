"""Replies of mirrors and time servers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.text import Text


@dataclass(frozen=True)
class SourceReply:
    """A mirror's reply; `missing` names the items that it lacks."""

    name: str
    url: str
    answered: bool = False
    missing: tuple[str, ...] = ()
    latency: float | None = None
    detail: Text | str = ""
    # Its name could not be looked up.
    unresolved: bool = False
    # The connection failed, broke off or timed out. A recording from before this field does not say so: a silent
    # source in it counts as a bad one.
    unreached: bool = False

    @property
    def silent(self) -> bool:
        """The source sent nothing, and may answer over another network; a wrong answer stays wrong."""
        return self.unresolved or self.unreached

    @property
    def good(self) -> bool:
        """The source answered and has everything."""
        return self.answered and not self.missing


@dataclass(frozen=True)
class Sources:
    """The replies of the mirrors by need (centos, docker_ce, ...); empty where none was asked."""

    replies: Mapping[str, tuple[SourceReply, ...]] = field(default_factory=dict)

    @property
    def unresolved(self) -> bool:
        """No name could be looked up at all, so the name server is at fault, not the mirrors."""
        rows = [reply for replies in self.replies.values() for reply in replies]
        return bool(rows) and all(reply.unresolved for reply in rows)


@dataclass(frozen=True)
class NtpReply:
    """A time server's reply: `latency` in seconds (None: no answer), `offset` from our clock to its own."""

    server: str
    latency: float | None = None
    offset: float = 0
    # The reason why the reply cannot be used.
    detail: Text | str = ""
