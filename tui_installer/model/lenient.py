"""Lenient readers of a journal's values, which may have any shape: another version wrote them, or they are damaged."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tui_installer.model.printable import LONGEST, clean
from tui_installer.model.text import Text, verbatim

MOST = 1 << 62
# The depth to which sentences may hold sentences.
DEPTH = 4
LISTED = 20


def word(value: object) -> str:
    """Returns a text in one line, safe for a terminal; empty if the value is no text."""
    if not isinstance(value, str):
        return ""
    if value.isprintable() and len(value) <= LONGEST:
        return value
    whole = value.encode("utf-8", "replace").decode("utf-8")
    # A damaged file may hold characters that no font shows.
    return "".join(c for c in clean(whole[:LONGEST].replace("\n", " ")) if c.isprintable())


def words(value: object, most: int) -> tuple[str, ...]:
    """Returns the last texts of a list, at most `most`."""
    found = value if isinstance(value, list | tuple) else ()
    return tuple(word(v) for v in found[-most:] if isinstance(v, str))


def number(value: object) -> float | None:
    """Returns a number if it is neither negative nor absurdly large."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return value if 0 <= value <= MOST else None


def count(value: object) -> int | None:
    """Returns a whole number that is not negative."""
    found = number(value)
    return None if found is None else int(found)


def moment(value: object) -> datetime | None:
    """Returns a time in UTC; one without a zone counts as UTC."""
    try:
        time = datetime.fromisoformat(value if isinstance(value, str) else "")
        # At the ends of the calendar, a conversion to another zone would fail.
        if not 1970 <= time.year < 9999:
            return None
        return time.replace(tzinfo=time.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def sentence(value: object, depth: int = DEPTH) -> Text | None:
    """Returns a sentence that can be shown in any language without an error; None if there is none."""
    if not isinstance(value, Mapping):
        shown = word(value) if isinstance(value, str) else str(number(value) or "")
        return verbatim(shown) if shown else None
    template, params = value.get("text"), value.get("params")
    if not isinstance(template, str) or not template or not depth:
        return None
    values = _params(params, depth) if isinstance(params, Mapping) else {}
    if values and not _plain(template, values):
        return verbatim(word(template))
    return Text(template if template.isprintable() else word(template), values)


def _params(params: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in params.items():
        inner = sentence(value, depth - 1) if isinstance(value, Mapping) else None
        values[word(name)] = inner or _scalar(value)
    return values


def _scalar(value: object) -> str | int | float:
    if isinstance(value, int | float) and -MOST <= value <= MOST:
        return value
    return ", ".join(words(value, LISTED)) if isinstance(value, list) else word(value)


def _plain(template: str, values: Mapping[str, Any]) -> bool:
    """Tells whether the template holds only known names in braces."""
    try:
        fields = list(string.Formatter().parse(template))
    except ValueError:
        return False
    return all(
        name is None or (name in values and name.isidentifier() and not spec and not conversion)
        for _, name, spec, conversion in fields
    )
