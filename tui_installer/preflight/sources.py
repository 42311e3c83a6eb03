"""Where packages and images may come from: what the sources have said, and which are taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from tui_installer import assets
from tui_installer.model.answers import Answers
from tui_installer.model.answers_file import Given
from tui_installer.model.facts import Facts, SourceReply, Sources
from tui_installer.preflight import completion

Tell = Callable[[str, SourceReply], None]


class Way(Protocol):
    """The way out of this machine, as far as sources need it."""

    @property
    def changes_way(self) -> bool:
        """Whether what this machine reaches may be another after the run than now."""


class Answering(Protocol):
    """The session, as far as sources need it."""

    values: dict[str, object]
    facts: Facts | None
    last: Answers | None

    @property
    def kubernetes(self) -> str:
        """The version that is to be installed."""

    @property
    def addressing(self) -> Way:
        """What the run makes of the way out."""

    def answers(self) -> Answers:
        """The answers as they stand."""

    def set(self, key: str, value: object) -> None:
        """An answer of the user's."""


def _ask_each(wanted: Mapping[str, Sequence[str]], release: assets.Release, tell: Tell) -> None:
    from tui_installer.host import mirrors  # slow to load, and only this needs it

    mirrors.ask_each(wanted, release, tell)


class Sourcing:
    """The sources of one session, by need and name."""

    def __init__(self, session: Answering) -> None:
        self._session = session
        # The replies as they have come in, and the sources that were added by hand.
        self.replies: dict[str, dict[str, SourceReply]] = {}
        self.added: dict[str, list[str]] = {}
        # Those of the added ones, as (need, name), that are taken if their first reply is good.
        self._awaited: set[tuple[str, str]] = set()

    @property
    def sources(self) -> Sources:
        """The replies as a preflight has them: good ones first, then by the table."""
        found = {}
        for need, rows in self.replies.items():
            known = [rows[name] for name in self.candidates(need) if name in rows]
            found[need] = tuple(sorted(known, key=lambda reply: not reply.good))
        return Sources(found)

    def reply(self, need: str, name: str) -> SourceReply | None:
        """What a source said; None: nothing yet."""
        return self.replies.get(need, {}).get(name)

    def candidates(self, need: str) -> list[str]:
        """Every source of a need that is worth asking: names of the table, URLs of the user's."""
        names = completion.mirror_names(Given({}), self._session.last)[need]
        table = assets.mirrors(need)
        known = [name for some in names for name in (table if some == "auto" else [some])]
        mine = [name for name in (*self._typed(need), *self.added.get(need, ())) if name != "auto"]
        there = {assets.location(need, name) for name in known}
        return [*known, *dict.fromkeys(m for m in mine if assets.location(need, m) not in there)]

    def _typed(self, need: str) -> list[str]:
        value = self._session.values.get(f"mirrors.{need}", "auto")
        return [str(v) for v in value] if isinstance(value, list) else [str(value)]

    def probe(self, wanted: Mapping[str, Sequence[str]], tell: Tell) -> None:
        """Asks those sources of each need; `tell` gets every reply as it comes, in this thread.

        Blocks until all have answered or had their time. Raises OSError.
        """
        known, session = assets.versions(), self._session
        version = session.kubernetes if session.kubernetes in known else known[0]
        docker = session.facts is not None and session.answers().options.docker
        _ask_each(wanted, assets.asked(version, docker=docker), tell)

    def add(self, need: str, name: str) -> None:
        """One more source; it is chosen if its first reply is good, unless a person chooses before that."""
        self.added.setdefault(need, []).append(name)
        self._awaited.add((need, name))

    def heard(self, need: str, reply: SourceReply) -> None:
        """Takes over what a source said.

        What it says later chooses nothing: the choice may be a person's by then.
        """
        self.replies.setdefault(need, {})[reply.name] = reply
        if (need, reply.name) not in self._awaited:
            return
        self._awaited.remove((need, reply.name))
        if reply.good:
            self._take(need, reply.name)

    def not_yet(self, need: str, name: str) -> bool:
        """Nothing came from it over the network of now, which the run changes before it fetches anything."""
        reply = self.reply(need, name)
        return reply is not None and reply.silent and self._session.addressing.changes_way

    def choosable(self, need: str, name: str) -> bool:
        """It is not known to be bad."""
        reply = self.reply(need, name)
        return reply is None or reply.good or self.not_yet(need, name)

    def by_hand(self, need: str) -> bool:
        """The source of that need was chosen by a person, not by the test."""
        return f"mirrors.{need}" in self._session.values

    def chosen(self, need: str) -> list[str]:
        """The candidates that are chosen for a need, in order; one, but for docker.io."""
        session = self._session
        value = getattr(session.answers().mirrors, need) if session.facts is not None else ()
        places = [value] if isinstance(value, str) else value
        names = {assets.location(need, name): name for name in self.candidates(need)}
        return [names[p] for v in places if (p := assets.location(need, v)) in names]

    def choose(self, need: str, name: str, *, take: bool = True) -> None:
        """A person chooses a source; of docker.io's it joins the others, or leaves them."""
        if need != "docker_io":
            self._awaited = {(other, one) for other, one in self._awaited if other != need}
        self._take(need, name, take=take)

    def _take(self, need: str, name: str, *, take: bool = True) -> None:
        if need != "docker_io":
            self._session.set(f"mirrors.{need}", name)
            return
        names = [n for n in self.chosen(need) if n != name] + ([name] if take else [])
        self._session.set(f"mirrors.{need}", [assets.location(need, n) for n in names])
