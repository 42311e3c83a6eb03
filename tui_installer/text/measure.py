"""Widths of text on a terminal, and numbers for people."""

from __future__ import annotations

from collections.abc import Iterable


def width(text: str) -> int:
    """Returns the cells of a text on a terminal: a Chinese character takes two."""
    if text.isascii():  # most are, and every row that is drawn is measured
        return len(text)
    return sum(2 if ord(c) >= 0x1100 and not 0x2000 <= ord(c) <= 0x2E7F else 1 for c in text)


def pad(text: str, cells: int) -> str:
    """Fills the text with blanks to that many cells."""
    return text + " " * max(cells - width(text), 0)


def size(count: float) -> str:
    """Formats bytes for people, in decimal units."""
    for unit in ("B", "kB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} MB" if count < 1000 else f"{count / 1000:.2f} GB"


def duration(seconds: float) -> str:
    """Formats seconds as minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" if minutes else f"{rest} s"


def head(text: str, cells: int) -> str:
    """Returns as many whole characters as fit."""
    taken = 0
    for i, char in enumerate(text):
        taken += width(char)
        if taken > cells:
            return text[:i]
    return text


def cut(text: str, cells: int) -> str:
    """Cuts the text to at most that many cells; `~` at the end marks a cut."""
    if width(text) <= cells:
        return text
    beginning = head(text, cells - 1)
    # Half of a wide character is left over: a blank fills it.
    return beginning + " " * (cells - 1 - width(beginning)) + "~" if cells > 0 else ""


def fit(text: str, cells: int) -> str:
    """Cuts or fills the text to exactly that many cells."""
    return pad(cut(text, cells), cells)


def middle(text: str, cells: int) -> str:
    """Shortens a name whose two ends both matter to at most that many cells: `~` replaces its middle."""
    if width(text) <= cells:
        return text
    tail = head(text[::-1], min(12, cells // 2))[::-1]
    return head(text, cells - width(tail) - 1) + "~" + tail


def wrap(text: str, cells: int) -> list[str]:
    """Breaks the text into lines of at most that many cells; Chinese breaks between any two characters.

    Punctuation that ends a sentence does not begin a line.
    """
    lines: list[str] = []
    # Before the first layout the width is 0; with less than one Chinese character the loop would never end.
    cells = max(cells, 2)
    for paragraph in text.split("\n"):
        line = ""
        for word in _words(paragraph):
            if width(line + word.rstrip()) > cells and line.strip():
                lines.append(line.rstrip())
                line = ""
            line += word if line else word.lstrip()
            while width(line.rstrip()) > cells:
                part = head(line, cells)
                lines.append(part)
                line = line[len(part) :]
        lines.append(line.rstrip())
    return lines


def _words(text: str) -> Iterable[str]:
    """Yields the pieces between which a line may break, each with the blanks that follow it."""
    word = ""
    for i, char in enumerate(text):
        word += char
        after = text[i + 1] if i + 1 < len(text) else ""
        wide = width(char) == 2 or (after and width(after) == 2)
        closing = after and after in "，。；：、！？）》」』”,.;:)]"
        opening = char in "（《「『“(["
        if (char == " " and after != " ") or (wide and not closing and not opening):
            yield word
            word = ""
    if word:
        yield word
