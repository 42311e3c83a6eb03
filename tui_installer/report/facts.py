"""The facts of the diagnosis in a bundle, so that the causes can be named again on another machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tui_installer import __version__
from tui_installer.model.explained import Explained
from tui_installer.model.facts import Closed, Facts, NotRead, Packages, Partly, Unread
from tui_installer.model.text import T
from tui_installer.node import diagnosis
from tui_installer.rehearsal.codec import Misfit, decode, encode

NAME = "facts.json"
KIND = "report"
VERSION = 1
# Those of the diagnosis, and what a helper asks for besides.
TOPICS: tuple[type, ...] = (*diagnosis.TOPICS, Packages)


class NoBundle(Explained):
    """A file that is no bundle, or one that cannot be used; `text` says why."""


def dump(facts: Facts, recorded: str) -> dict[str, Any]:
    """Returns the facts as JSON holds them: those that are known, and of the others the reasons."""
    known: dict[str, Any] = {}
    unread: dict[str, Any] = {}
    partly: dict[str, Any] = {}
    for topic in TOPICS:
        if (why := facts.unread.get(topic)) is not None:
            unread[topic.__name__] = {**encode(why), "closed": isinstance(why, Closed)}
        value: Any
        try:
            value = facts[topic]
        except NotRead:
            continue
        if isinstance(value, Partly):
            rest, fields = value.parts
            value, partly[topic.__name__] = rest, list(fields)
        known[topic.__name__] = encode(value)
    return {
        "version": VERSION,
        "kind": KIND,
        "program": __version__,
        "recorded": recorded,
        "facts": known,
        "partly": partly,
        "unread": unread,
    }


def load(raw: bytes) -> Facts:
    """Returns the facts of a bundle; a topic that it lacks, or has in another form, is unread. Raises NoBundle."""
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise NoBundle(T("{name} in it is damaged: {why}", name=NAME, why=str(error))) from error
    if not isinstance(document, dict) or document.get("kind") != KIND:
        raise NoBundle(T("{name} in it is not of tui-installer", name=NAME))
    if document.get("version") != VERSION:
        raise NoBundle(
            T(
                "version {version} of a bundle was made by another tui-installer ({program}); this one knows version {known}",
                version=str(document.get("version")),
                program=str(document.get("program", "")),
                known=VERSION,
            )
        )
    return Facts({topic: _topic(topic, document) for topic in TOPICS})


def _topic(topic: type, document: Mapping[str, Any]) -> Any:
    name = topic.__name__
    unread = _unread(_of(document, "unread", name))
    written = _of(document, "facts", name)
    if written is None:
        return unread or _lacking(T("the bundle does not say"))
    try:
        value: Any = decode(topic, written)
        fields = decode(tuple[str, ...], _of(document, "partly", name) or [])
    except Misfit as misfit:
        return _lacking(T("another version wrote it: {why}", why=misfit.what))
    return Partly(value, fields, unread) if fields and unread else value


def _of(document: Mapping[str, Any], section: str, name: str) -> Any:
    rows = document.get(section)
    return rows.get(name) if isinstance(rows, dict) else None


def _unread(written: Any) -> Unread | None:
    if not isinstance(written, dict):
        return None
    kind = Closed if written.pop("closed", False) is True else Unread
    try:
        return decode(kind, written)
    except Misfit:
        return None


def _lacking(why: Any) -> Unread:
    return Unread(T("the bundle"), why, lasting=True)
