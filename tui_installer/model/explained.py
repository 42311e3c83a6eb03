"""The exception that a person is told."""

from __future__ import annotations

from tui_installer.model.text import Text


class Explained(Exception):
    """Something does not go on; `text` says why, and what to do where there is something to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
