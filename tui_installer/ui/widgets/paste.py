"""An area that takes a pasted text, and never shows its secrets."""

from __future__ import annotations

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.pasted_text import masked, repaired
from tui_installer.model.printable import ESCAPES
from tui_installer.model.text import T
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row, broken
from tui_installer.ui.widgets.pane import Pane

# No card and no output of kubeadm is as long.
LONGEST = 20_000
# Seconds without a key after which the text is read.
REST = 0.3
# On a serial line a line feed is Enter too.
LINE_ENDS = {"enter": "\n", "ctrl+j": "\n", "tab": "\t"}


def _drawn(char: str) -> str:
    """Returns a character that can be drawn anywhere: one whose width is the same on every terminal."""
    if " " <= char <= "~":
        return char
    plain = repaired(char)[0]
    if not plain or plain.isascii():
        return plain.replace("\t", " ")
    return char if measure.width(char) == 2 and char.isprintable() else "?"


def shown(text: str) -> list[str]:
    """Returns the text in lines for display: secrets as stars, without control characters."""
    stars = ESCAPES.sub("", masked(text))
    return ["".join(map(_drawn, line)) for line in stars.split("\n")]


class Paste(Pane, can_focus=True):
    """Takes keys and pastes at its end. It alone holds the text, secrets and all."""

    DEFAULT_CSS = """
    Paste { height: 1fr; }
    """

    class Rested(Message):
        """Sent when the text has changed, and no more keys have come for a moment."""

        def __init__(self, paste: Paste, *, whole: bool) -> None:
            super().__init__()
            # The text came in one piece, and not by keys.
            self.paste, self.whole = paste, whole

        @property
        @override
        def control(self) -> Paste:
            return self.paste

    def __init__(self, *, topic: str = "") -> None:
        super().__init__()
        self.topic = topic
        self.text = ""
        # Lines between the end of the text and the end of the window.
        self._up = 0
        self._rest = 0

    @property
    @override
    def keys(self) -> list[Key]:
        return [
            (T("Tab"), T("Out of the paste area")),
            (T("Ctrl+U"), T("Clear")),
        ]

    @property
    def full(self) -> bool:
        """True if nothing more can be added."""
        return len(self.text) >= LONGEST

    def clear(self) -> None:
        """Deletes the text."""
        self._change("")

    def put(self, text: str) -> None:
        """Adds a text that came in one piece; it is read at once."""
        self._add(text)
        self._rest += 1
        self.post_message(self.Rested(self, whole=True))

    def _add(self, text: str) -> None:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._change((self.text + text)[:LONGEST])

    def _change(self, text: str) -> None:
        self.text, self._up = text, 0
        self._rest += 1
        number = self._rest
        self.set_timer(REST, lambda: self._rested(number))
        self.freshen()

    def _rested(self, number: int) -> None:
        if number == self._rest:
            self.post_message(self.Rested(self, whole=False))

    def on_paste(self, event: events.Paste) -> None:
        """Adds the text that a terminal with bracketed paste delivers whole."""
        event.stop()
        event.prevent_default()
        self.put(event.text)

    def on_key(self, event: events.Key) -> None:
        """Adds the keys of a text; a tab within a paste is part of it, one by hand leaves the area."""
        char = LINE_ENDS.get(event.key) or (event.character if event.is_printable else None)
        if event.key == "tab" and (self.owner.by_hand() or not self.text):
            return
        if char:
            self._add(char)
        elif event.key == "backspace":
            self._change(self.text[:-1])
        elif event.key == "ctrl+u":
            self.clear()
        elif not self._scroll(event.key):
            return
        event.stop()
        event.prevent_default()

    def _scroll(self, key: str) -> bool:
        """Scrolls to what is above or below, if there is any."""
        above = len(self._lines(self._cells)) - self._room
        page = max(self._room - 1, 1)
        step = {"up": 1, "down": -1, "pageup": page, "pagedown": -page}.get(key, 0)
        goal = max(min(self._up + step, above), 0)
        if goal == self._up:
            return False
        self._up = goal
        self.redraw()
        return True

    @property
    def _room(self) -> int:
        return max(self.size.height - 2, 1)

    @property
    def _cells(self) -> int:
        return self.size.width - 4

    def _lines(self, cells: int) -> list[str]:
        return [piece for line in shown(self.text) for piece in broken(line, cells)]

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns the end of the text between two lines, without sides, so that it can be copied."""
        lines = self._lines(width - 4)
        last = len(lines) - self._up
        first = max(last - self._room, 0)
        rows: list[Row] = [[("  " + line, "")] for line in lines[first:last]]
        if self.has_focus and not self._up:
            rows[-1] = [("> " + lines[-1], ""), (" ", "focus")]
        rows += [[]] * (self._room - len(rows))
        corner = "\u2500" if self.owner.boxes else "+"
        edge: Row = [(f" {corner}{self.owner.horizontal * (width - 3)}{corner}", "")]
        return [edge, *rows, edge]

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 6
