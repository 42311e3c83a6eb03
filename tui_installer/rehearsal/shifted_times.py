"""Shifted timestamps: a certificate with a month left when recorded has a month left when rehearsed."""

from __future__ import annotations

from typing import Any

# Topic, and its field with an instant: of the topic itself, or of each item in its list.
INSTANTS = {"Clock": (None, "now"), "Certificates": ("rows", "ends")}


def shifted(facts: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Returns the facts with their instants moved by that many seconds."""
    return {name: _shifted(name, value, seconds) for name, value in facts.items()}


def _shifted(topic: str, value: Any, seconds: float) -> Any:
    if topic not in INSTANTS or not isinstance(value, dict):
        return value
    rows, name = INSTANTS[topic]
    if rows is None:
        return _later(value, name, seconds)
    return {**value, rows: [_later(row, name, seconds) for row in value.get(rows, [])]}


def _later(row: dict[str, Any], name: str, seconds: float) -> dict[str, Any]:
    return {**row, name: row[name] + seconds} if row.get(name) else row
