"""A window over rows of text that are longer than the screen."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.geometry import Size
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.pane import Pane

# Makes the rows for a width, in the present language.
Draw = Callable[[Callable[[Text], str], int], list[Row]]


class Scroll(Pane):
    """A window over rows; its owner hands it the keys."""

    DEFAULT_CSS = """
    Scroll { height: 1fr; }
    """

    def __init__(self, draw: Draw) -> None:
        super().__init__()
        self.draw = draw
        self.top = 0
        # The window as of the last layout: the hint is read in the middle of the next one.
        self._window = Size()

    def on_resize(self, event: events.Resize) -> None:
        """Draws the hint again, which says how much is visible."""
        self._window = event.size
        self.owner.hint_changed()

    @override
    def rows(self, width: int) -> list[Row]:
        found = self.draw(self.say, width)
        self.top = max(min(self.top, len(found) - self.size.height), 0)
        return found[self.top : self.top + self.size.height]

    @property
    def place(self) -> Text:
        """The lines that are visible; empty where all are."""
        width, height = self._window
        count = len(self.draw(self.say, width)) if height else 0
        if count <= height:
            return NO_TEXT
        last = min(self.top + height, count)
        return T("Lines {first} to {last} of {count}.", first=self.top + 1, last=last, count=count)

    def scrolled(self, key: str) -> bool:
        """Scrolls, if the key is one that does; returns whether it did."""
        page = max(self.size.height - 1, 1)
        count = len(self.draw(self.say, self.size.width))
        goal = {
            "up": self.top - 1,
            "down": self.top + 1,
            "pageup": self.top - page,
            "pagedown": self.top + page,
            "home": 0,
            "end": count,
        }.get(key)
        if goal is None:
            return False
        self.top = max(min(goal, count - self.size.height), 0)
        self.redraw()
        return True

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1
