"""Gathers facts, slow topics in parallel."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Collection, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import tui_installer.host.facts
from tui_installer.host import machine
from tui_installer.host.look import Look
from tui_installer.host.scope import Scope
from tui_installer.model.facts import Facts, NotRead, Unread, unread_of
from tui_installer.model.text import verbatim


@cache
def readers() -> dict[type, Any]:
    """Maps each topic to the module that reads it."""
    package = tui_installer.host.facts
    names = [f"{package.__name__}.{info.name}" for info in pkgutil.iter_modules(package.__path__)]
    modules = [importlib.import_module(name) for name in names]
    return {module.TOPIC: module for module in modules}


def gather(topics: Iterable[type], scope: Scope) -> Facts:
    """Reads the given topics now; the caller supplies those that no reader knows."""
    return machine.here().facts(set(topics), scope)


def read(topics: Collection[type], look: Look) -> Facts:
    """Reads the topics by the readers, from the files below the root of the machine in use."""
    topics = {topic for topic in topics if topic in readers()}
    with ThreadPoolExecutor(max_workers=8) as pool:
        return Facts(dict(zip(topics, pool.map(lambda t: _topic(t, look), topics), strict=True)))


def _topic(topic: type, look: Look) -> Any:
    """Reads a topic; a reader that fails makes it Unread."""
    try:
        return readers()[topic].read(look)
    except NotRead as error:
        return unread_of(error)
    except Exception as error:
        why = f"{type(error).__name__}: {error}"
        # A refusal of the machine may pass; an answer that a reader does not understand stays.
        lasting = not isinstance(error, OSError)
        return Unread(verbatim(topic.__name__), why, lasting=lasting)
