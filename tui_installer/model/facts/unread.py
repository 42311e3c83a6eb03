"""Facts that could not be determined: they count as neither done nor broken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tui_installer.model.text import T, Text, verbatim


@dataclass(frozen=True)
class Unread:
    """The reason why a topic could not be read: who was asked, and what came instead of an answer."""

    who: Text
    why: Text | str
    # No answer came at all; a service that refuses at once may be starting.
    silent: bool = False
    # The same question would get the same answer.
    lasting: bool = False

    @property
    def text(self) -> Text:
        """The sentence for a plan or a check."""
        if self.silent:
            return T("not known: {who} did not answer ({why})", who=self.who, why=self.why)
        return T("not known: nothing usable from {who}: {why}", who=self.who, why=self.why)


@dataclass(frozen=True)
class Closed(Unread):
    """The path `who` is no file, or cannot be read."""

    lasting: bool = True

    @property
    def text(self) -> Text:
        """The sentence for a plan or a check."""
        return T("{path} cannot be read: {reason}", path=self.who, reason=self.why)


class NotRead(Exception):
    """A fact was needed that could not be read.

    A reader raises it with the facts that it could read in `rest`, and the names of the other `fields`.
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
        # The step waits for the fact up to a limit, then decides without it (see `Past.waited`).
        self.waits = waits


@dataclass(frozen=True)
class Doubt(Unread):
    """The reason why only a person can decide; no further question would help."""

    @property
    def text(self) -> Text:
        """The sentence for a plan or a check."""
        return verbatim(self.why)


class Undecided(NotRead):
    """A step's work would destroy data, and the right to do so is not certain: `title` says why."""

    def __init__(self, title: Text, cure: Text) -> None:
        super().__init__(Doubt(title, title))
        self.title, self.cure = title, cure


class Partly:
    """A topic with some unknown fields; access to one of these raises NotRead."""

    def __init__(self, rest: Any, fields: tuple[str, ...], unread: Unread) -> None:
        self._rest, self._fields, self._unread = rest, fields, unread

    @property
    def unread(self) -> Unread:
        """The reason why they are unknown."""
        return self._unread

    @property
    def parts(self) -> tuple[Any, tuple[str, ...]]:
        """The topic as far as it is known, and the names of the unknown fields."""
        return self._rest, self._fields

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            raise NotRead(self._unread)
        return getattr(self._rest, name)


def unread_of(error: NotRead) -> Unread | Partly:
    """Returns the topic's replacement after this error: Partly if some fields are known, else Unread."""
    if error.rest is None:
        return error.unread
    return Partly(error.rest, error.fields, error.unread)
