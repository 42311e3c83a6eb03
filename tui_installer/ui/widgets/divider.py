"""The line between two columns."""

from __future__ import annotations

from typing_extensions import override

from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.pane import Pane


class Divider(Pane):
    """A line as high as its neighbours, in the middle of its cells."""

    DEFAULT_CSS = """
    Divider { width: 3; height: 1fr; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(self.owner.vertical.center(width), "")]] * self.size.height

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return 1
