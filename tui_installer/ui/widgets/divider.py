"""The line between two columns."""

from __future__ import annotations

from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.pane import Pane


class Divider(Pane):
    """As high as its neighbours, in the middle of its cells."""

    DEFAULT_CSS = """
    Divider { width: 3; height: 1fr; }
    """

    def rows(self, width: int) -> list[Row]:
        """One piece of the line in each row."""
        return [[(self.owner.vertical.center(width), "")]] * self.size.height

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """What the style gives it."""
        return 1
