"""The exception with an explanation for a person."""

from __future__ import annotations

from tui_installer.model.text import Text


class Explained(Exception):
    """The program cannot go on; `text` says why, and what to do if there is a remedy."""

    def __init__(self, text: Text) -> None:
        super().__init__(str(text))
        self.text = text
