"""The test of the sources of packages and images, in the background from the first page on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from tui_installer import assets
from tui_installer.model.facts import SourceReply
from tui_installer.preflight import sources
from tui_installer.ui.widgets.owner import Owner


class Probing:
    """Tests each source once at a time; informs the screens of every reply."""

    def __init__(self, owner: Owner) -> None:
        self.owner = owner
        self.clock: Callable[[], float] = time.monotonic
        # Sources that have not answered yet, as (need, name).
        self.asking: set[tuple[str, str]] = set()
        self._begun = False
        self._since = 0.0
        # Seconds of the last test.
        self.took = 0

    @property
    def running(self) -> bool:
        """True while a source has not answered yet."""
        return bool(self.asking)

    @property
    def seconds(self) -> int:
        """Returns the seconds since the test began."""
        return round(self.clock() - self._since)

    def begin(self) -> None:
        """Tests all sources on the first call; later calls do nothing."""
        if not self._begun:
            self.again()

    def again(self) -> None:
        """Tests all sources again."""
        self._begun = True
        self.ask({need: self.owner.session.draft.candidates[need] for need in assets.NEEDS})

    def ask(self, wanted: Mapping[str, Sequence[str]]) -> None:
        """Tests sources that are not being tested already; forgets their earlier replies."""
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
        """Handles a reply, in the thread that asks."""
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
        """Treats sources as silent on a machine whose list of authorities cannot be read."""
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
