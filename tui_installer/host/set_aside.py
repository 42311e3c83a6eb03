"""Notes about our own unusable files that were put aside; they stay until a person has read them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tui_installer.host import files, machine
from tui_installer.model import places
from tui_installer.model.lenient import sentence
from tui_installer.model.text import Text

LARGEST = 64 << 10
# Nobody reads more notes; the newest stay.
MOST = 10


def note(text: Text) -> None:
    """Saves a sentence for the next person who looks. Raises OSError."""
    rows = [row.to_json() for row in notes()]
    if (new := text.to_json()) in rows:
        return
    machine.at(places.STATE).mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = "".join(f"{json.dumps(row)}\n" for row in [*rows, new][-MOST:])
    files.write(str(places.SET_ASIDE), lines, mode=0o600)


def notes() -> list[Text]:
    """Returns the notes, oldest first; none for a user who may not read them."""
    try:
        raw = files.bounded(machine.at(places.SET_ASIDE), LARGEST)
    except OSError:
        return []
    return list(_sentences(raw.decode("utf-8", "replace")))


def _sentences(text: str) -> Iterator[Text]:
    for line in text.split("\n"):
        try:
            sentence_left = sentence(json.loads(line))
        except (ValueError, RecursionError):
            continue
        if sentence_left is not None:
            yield sentence_left


def forget() -> None:
    """Removes the notes once they are read or obsolete. Raises OSError."""
    machine.at(places.SET_ASIDE).unlink(missing_ok=True)
