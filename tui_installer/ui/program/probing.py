"""Asks the sources of packages and images in the background, from the first page on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from tui_installer import assets
from tui_installer.model.facts import SourceReply
from tui_installer.preflight import sources
from tui_installer.ui.widgets.owner import Owner


class Probing:
    """One test of the sources at a time for each of them; screens hear of every reply."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.clock: Callable[[], float] = time.monotonic
        # Those that have not answered yet, as (need, name).
        self.asking: set[tuple[str, str]] = set()
        self._begun = False
        self._since = 0.0
        # Seconds that the last test took.
        self.took = 0

    @property
    def running(self) -> bool:
        """Some have not answered yet."""
        return bool(self.asking)

    @property
    def seconds(self) -> int:
        """For how long the test has been going on."""
        return round(self.clock() - self._since)

    def begin(self) -> None:
        """Asks all, the first time; later calls do nothing."""
        if not self._begun:
            self.again()

    def again(self) -> None:
        """Asks all anew."""
        self._begun = True
        self.ask({need: self.owner.session.draft.candidates[need] for need in assets.NEEDS})

    def ask(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """Asks those that are not being asked already; what they said before is forgotten."""
        fresh = {(need, name) for need, some in wanted.items() for name in some} - self.asking
        if not fresh:
            return
        if not self.asking:
            self._since = self.clock()
        self.asking |= fresh
        session = self.owner.session
        session.draft = sources.without_replies(session.draft, fresh)
        asked = {
            need: [name for name in some if (need, name) in fresh] for need, some in wanted.items()
        }
        self.owner.background(
            lambda: sources.probe(self.owner.session.draft, asked, self._told),
            lambda _done: self._ended(fresh),
            lambda error: self._failed(error, fresh),
        )

    def _told(self, need: str, reply: SourceReply) -> None:
        """In the thread that asks."""
        self.owner.call_later(self._heard, need, reply)

    def _heard(self, need: str, reply: SourceReply) -> None:
        self.owner.session.draft = sources.with_reply(self.owner.session.draft, need, reply)
        self.asking.discard((need, reply.name))
        self._pass_on()

    def _ended(self, asked: set[tuple[str, str]]) -> None:
        self.asking -= asked
        self.took = self.seconds
        self._pass_on()

    def _failed(self, error: Exception, asked: set[tuple[str, str]]) -> bool:
        """A machine whose list of authorities cannot be read has sources that do not answer."""
        if not isinstance(error, OSError):
            return False
        for need, name in asked & self.asking:
            url = assets.location(need, name)
            self.owner.session.draft = sources.with_reply(
                self.owner.session.draft, need, SourceReply(name, url, detail=str(error))
            )
        self._ended(asked)
        return True

    def _pass_on(self) -> None:
        self.owner.let_know(lambda screen: screen.heard())
