"""A label before a widget that has none of its own."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from typing_extensions import override

from tui_installer.model.text import Text
from tui_installer.ui.widgets.field import Label
from tui_installer.ui.widgets.pane import Pane


class Labelled(Horizontal):
    """One row: the label with the mark of the focus, a remark, and the widget."""

    DEFAULT_CSS = """
    Labelled { height: 1; width: 1fr; }
    """

    def __init__(self, label: Text, *parts: Pane, label_width: int = 14) -> None:
        super().__init__()
        self.label = Label(label)
        self.label.styles.width = label_width + 3
        self.parts = parts

    @override
    def compose(self) -> ComposeResult:
        yield self.label
        yield from self.parts

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the mark of the focus."""
        self._mark(True)

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Removes the mark of the focus."""
        self._mark(False)

    def _mark(self, marked: bool) -> None:
        self.label.marked = marked
        self.label.redraw()
