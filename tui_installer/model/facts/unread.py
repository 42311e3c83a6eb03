"""What could not be found out: neither done nor broken, and never taken for either."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_installer.model.text import T, Text, verbatim


@dataclass(frozen=True)
class Unread:
    """Why a topic could not be read: who was asked, and what came instead of an answer."""

    who: Text
    why: Text | str
    # Nothing came at all; what refuses at once may just be starting.
    silent: bool = False
    # Asked again it would be the same.
    lasting: bool = False

    @property
    def text(self) -> Text:
        """As a plan or a check says it."""
        if self.silent:
            return T("not known: {who} did not answer ({why})", who=self.who, why=self.why)
        return T("not known: nothing usable from {who}: {why}", who=self.who, why=self.why)


@dataclass(frozen=True)
class Closed(Unread):
    """Something is in the place of a file that is none, or cannot be read: `who` is its path."""

    lasting: bool = True

    @property
    def text(self) -> Text:
        """As a plan or a check says it."""
        return T("{path} cannot be read: {reason}", path=self.who, reason=self.why)


class NotRead(Exception):
    """A fact was looked at that could not be read.

    A reader raises it with what it did learn in `rest`, and the names of the `fields` that it did not.
    """

    def __init__(
        self,
        unread: Unread,
        rest: Any = None,
        fields: tuple[str, ...] = (),
        waits: bool = False,
    ) -> None:
        super().__init__(str(unread.text))
        self.unread, self.rest, self.fields = unread, rest, fields
        # It is waited for, but not for ever: then the step decides without it (see `Past.waited`).
        self.waits = waits


@dataclass(frozen=True)
class Doubt(Unread):
    """Why nobody but a person can say what is to be done; no question would tell."""

    @property
    def text(self) -> Text:
        """As a plan or a check says it."""
        return verbatim(self.why)


class Undecided(NotRead):
    """What a step would have to do destroys something, and it is not certain that it may: `title` says why."""

    def __init__(self, title: Text, cure: Text) -> None:
        super().__init__(Doubt(title, title))
        self.title, self.cure = title, cure


class Partly:
    """A topic of which some fields are not known; whoever looks at one of these gets NotRead."""

    def __init__(self, rest: Any, fields: tuple[str, ...], unread: Unread) -> None:
        self._rest, self._fields, self._unread = rest, fields, unread

    @property
    def unread(self) -> Unread:
        """Why they are not known."""
        return self._unread

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            raise NotRead(self._unread)
        return getattr(self._rest, name)


def unread_of(error: NotRead) -> Unread | Partly:
    """What stands in the place of a topic whose reader has raised this."""
    if error.rest is None:
        return error.unread
    return Partly(error.rest, error.fields, error.unread)
