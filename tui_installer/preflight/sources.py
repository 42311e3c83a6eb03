"""Sources of packages and images: their replies, and the choice among them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from tui_installer import assets
from tui_installer.host import machine
from tui_installer.model.facts import SourceReply
from tui_installer.preflight import address
from tui_installer.preflight.draft import Draft

Tell = Callable[[str, SourceReply], None]


def probe(draft: Draft, wanted: Mapping[str, Sequence[str]], tell: Tell) -> None:
    """Asks those sources of each need; calls `tell` with every reply as it arrives, in this thread.

    Blocks until each source has answered or timed out. Raises OSError.
    """
    docker = draft.looked and draft.answers.options.docker
    machine.here().sources(wanted, assets.asked(draft.release.kubernetes, docker=docker), tell)


# --- replies and choices --------------------------------------------------------------------------


def reply(draft: Draft, need: str, name: str) -> SourceReply | None:
    """Returns the reply of a source; None: there is none yet."""
    return draft.replies.get(need, {}).get(name)


def not_yet(draft: Draft, need: str, name: str) -> bool:
    """Tells whether a source was silent only over the present network, which the run changes first."""
    said = reply(draft, need, name)
    return said is not None and said.silent and address.changes_way(draft)


def choosable(draft: Draft, need: str, name: str) -> bool:
    """Tells whether a source may be chosen: it is not known to be bad."""
    said = reply(draft, need, name)
    return said is None or said.good or not_yet(draft, need, name)


def by_hand(draft: Draft, need: str) -> bool:
    """Tells whether a person, not the test, chose the source of that need."""
    return f"mirrors.{need}" in draft.values


def chosen(draft: Draft, need: str) -> list[str]:
    """Returns the chosen candidates for a need, in order: one, except for docker.io."""
    value = getattr(draft.answers.mirrors, need) if draft.looked else ()
    places = [value] if isinstance(value, str) else value
    names = {assets.location(need, name): name for name in draft.candidates[need]}
    return [names[p] for v in places if (p := assets.location(need, v)) in names]


# --- changes to the draft -------------------------------------------------------------------------


def with_source(draft: Draft, need: str, name: str) -> Draft:
    """Adds a source; a good first reply chooses it, unless a person makes a choice before that."""
    added = {**draft.added, need: (*draft.added.get(need, ()), name)}
    return replace(draft, added=added, awaited=draft.awaited | {(need, name)})


def with_reply(draft: Draft, need: str, reply: SourceReply) -> Draft:
    """Stores the reply of a source.

    A later reply chooses nothing: the choice may be a person's by then.
    """
    rows, source = {**draft.replies.get(need, {}), reply.name: reply}, (need, reply.name)
    after = replace(draft, replies={**draft.replies, need: rows}, awaited=draft.awaited - {source})
    taken = reply.good and source in draft.awaited
    return _taken(after, need, reply.name) if taken else after


def without_replies(draft: Draft, sources: Collection[tuple[str, str]]) -> Draft:
    """Removes the replies of these sources, given by need and name."""
    replies = {
        need: {
            name: source_reply for name, source_reply in rows.items() if (need, name) not in sources
        }
        for need, rows in draft.replies.items()
    }
    return replace(draft, replies=replies)


def with_choice(draft: Draft, need: str, name: str, *, take: bool = True) -> Draft:
    """Stores a person's choice; a source for docker.io joins the others, or leaves them."""
    if need != "docker_io":
        others = frozenset(source for source in draft.awaited if source[0] != need)
        draft = replace(draft, awaited=others)
    return _taken(draft, need, name, take=take)


def _taken(draft: Draft, need: str, name: str, *, take: bool = True) -> Draft:
    if need != "docker_io":
        return draft.with_value(f"mirrors.{need}", name)
    names = [n for n in chosen(draft, need) if n != name] + ([name] if take else [])
    return draft.with_value(f"mirrors.{need}", [assets.location(need, n) for n in names])
