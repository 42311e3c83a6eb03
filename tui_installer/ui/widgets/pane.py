"""The base of every widget here: a part of the screen that draws itself as rows of cells."""

from __future__ import annotations

from textual.geometry import Region, Size
from textual.strip import Strip
from typing_extensions import override

from tui_installer.model.text import Text
from tui_installer.ui.rows.cells import Row, rows_of, strip
from tui_installer.ui.widgets.owner import Focusable


class Pane(Focusable):
    """Draws `rows()`; takes as many lines as there are, unless its style says otherwise."""

    DEFAULT_CSS = """
    Pane { width: 1fr; height: auto; }
    """
    # The rows of the last drawing, and the size for which they were computed.
    _drawn: tuple[Size, list[Row]] | None = None

    def rows(self, width: int) -> list[Row]:
        """Returns what to show, in a width of that many cells."""
        raise NotImplementedError

    def say(self, text: Text) -> str:
        """Returns the sentence in the present language."""
        return self.owner.language(text)

    def redraw(self, *, layout: bool = False) -> None:
        """Draws again after a change; `layout` where the number of rows may have changed."""
        self._drawn = None
        self.refresh(layout=layout)

    def freshen(self) -> None:
        """Draws only the lines that have changed: on a slow line every byte counts."""
        if self._drawn is None or self._drawn[0] != self.size:
            self.redraw()
            return
        width, before = self.size.width, self._drawn[1]
        rows = self.rows(width)
        self._drawn = (self.size, rows)
        count = max(len(rows), len(before))
        old, new = ([*r, *[[]] * (count - len(r))] for r in (before, rows))
        if changed := [y for y in range(count) if old[y] != new[y]]:
            self.refresh(*(Region(0, y, width, 1) for y in changed))

    @override
    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.rows(width))

    @override
    def render_line(self, y: int) -> Strip:
        """Returns one line; the rows are computed once for all lines of a drawing."""
        width = self.size.width
        if self._drawn is None or self._drawn[0] != self.size:
            self._drawn = (self.size, self.rows(width))
        rows = self._drawn[1]
        row = rows[y] if y < len(rows) else []
        return strip(row, width, colours=self.owner.colours)

    def on_focus(self) -> None:
        """Draws the mark of the focus."""
        self.redraw()

    def on_blur(self) -> None:
        """Removes the mark of the focus."""
        self.redraw()


class BlankRow(Pane):
    """An empty row."""

    DEFAULT_CSS = """
    BlankRow { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        return [[]]


class Words(Pane):
    """Rows of constant text, in the present language."""

    def __init__(self, *texts: Text, style: str = "") -> None:
        super().__init__()
        self.texts, self.style = texts, style

    @override
    def rows(self, width: int) -> list[Row]:
        return [row for text in self.texts for row in rows_of(self.say(text), width, self.style)]
