"""The dialog that asks for words to find in a list."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widgets import Input
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.field import Field, Judgement


class WantedWords(Field):
    """A field whose Enter submits the answer."""

    @override
    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.prevent_default()


class Find(Dialog[str]):
    """Asks for some words, and returns them."""

    def __init__(self, before: str = "") -> None:
        super().__init__()
        self.before = before

    @override
    def texts(self) -> Sequence[Text]:
        return (T("Find what? Capitals and small letters are the same."), NO_TEXT)

    @override
    def parts(self) -> ComposeResult:
        self.wanted = WantedWords(
            T("Find"), self.before, lambda _: Judgement(None), label_width=6, cells=38
        )
        yield self.wanted

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("Find"), lambda: self.dismiss(self.wanted.value)),
            Button(T("Back"), lambda: self.dismiss(None)),
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Returns the words on Enter."""
        self.dismiss(self.wanted.value)
