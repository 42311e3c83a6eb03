"""Texts of a width, and numbers for people."""

from __future__ import annotations


def width(text: str) -> int:
    """Cells on a terminal: Chinese characters take two."""
    return sum(2 if ord(c) >= 0x1100 and not 0x2000 <= ord(c) <= 0x2E7F else 1 for c in text)


def pad(text: str, cells: int) -> str:
    """The text filled up with blanks."""
    return text + " " * max(cells - width(text), 0)


def size(count: float) -> str:
    """Bytes for people, in decimal units."""
    for unit in ("B", "kB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} MB" if count < 1000 else f"{count / 1000:.2f} GB"


def duration(seconds: float) -> str:
    """Minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"
