"""Patches between two values of JSON, as values of JSON that a person can read and write.

The patch of an object holds its changed keys, and under "-" the removed ones. The patch of a list holds
removed items under "-" and added ones under "+"; an item with a name is identified by it, and an added one
replaces one of the same name. Any other patch is the new value itself; {"=": value} replaces an object or
list instead of merging it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

GONE, COME, ALL = "-", "+", "="
# These keys identify an item of a list: a pod, a card, a port, a file system, a connection.
NAMES = ("namespace", "name", "port", "path", "uuid", "peer")


def difference(old: Any, new: Any) -> Any:
    """Returns the patch from `old` to `new`; None if they are equal.

    Only for values that differ somewhere below an object.
    """
    if _equal(old, new) or _same_things(old, new):
        return None
    if isinstance(old, dict) and isinstance(new, dict):
        return _of_objects(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _of_lists(old, new)
    return {ALL: new} if isinstance(new, dict | list) or new is None else new


def _equal(one: Any, other: Any) -> bool:
    """Compares values as JSON, where false is not 0."""
    return bool(one == other) and json.dumps(one, sort_keys=True) == json.dumps(
        other, sort_keys=True
    )


def _among(value: Any, others: Iterable[Any]) -> bool:
    return any(_equal(value, other) for other in others)


def _same_things(old: Any, new: Any) -> bool:
    """Tells whether two lists differ only in their order."""
    both = isinstance(old, list) and isinstance(new, list) and len(old) == len(new)
    return both and all(_among(v, new) for v in old) and all(_among(v, old) for v in new)


def _identity(value: Any) -> Any:
    """Returns an item's identity: its names, else all of it."""
    names = {key: value[key] for key in NAMES if key in value} if isinstance(value, dict) else {}
    return names or value


def _of_objects(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    changed = {
        key: difference(old[key], value) if key in old else _whole(value)
        for key, value in new.items()
        if key not in old or not (_equal(old[key], value) or _same_things(old[key], value))
    }
    gone = [key for key in old if key not in new]
    return {**changed, GONE: gone} if gone else changed


def _whole(value: Any) -> Any:
    return {ALL: value} if isinstance(value, dict) or value is None else value


def _of_lists(old: list[Any], new: list[Any]) -> dict[str, Any]:
    new_identities = [_identity(value) for value in new]
    gone = [name for value in old if not _among(name := _identity(value), new_identities)]
    come = [value for value in new if not _among(value, old)]
    patch = {key: value for key, value in ((GONE, gone), (COME, come)) if value}
    # Items with the same name, or without one, cannot be told apart.
    return patch if _same_things(applied(patch, old), new) else {ALL: new}


def applied(change: Any, old: Any) -> Any:
    """Applies a patch to a value, which need not be the one that the patch was made from."""
    if not isinstance(change, dict):
        return change
    if set(change) == {ALL}:
        return change[ALL]
    if COME in change or (isinstance(old, list) and set(change) == {GONE}):
        before = old if isinstance(old, list) else []
        come = change.get(COME, [])
        away = [*map(_identity, change.get(GONE, [])), *map(_identity, come)]
        return [*(value for value in before if not _among(_identity(value), away)), *come]
    members = old if isinstance(old, dict) else {}
    remaining = {key: value for key, value in members.items() if key not in change.get(GONE, [])}
    return {**remaining, **{k: applied(v, members.get(k)) for k, v in change.items() if k != GONE}}
