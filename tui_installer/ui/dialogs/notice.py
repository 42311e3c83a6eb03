"""A dialog with one message and the actions that answer it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button


@dataclass(frozen=True)
class Way:
    """A button and its answer."""

    label: Text
    answer: str


class Notice(Dialog[str]):
    """Returns the answer of the pressed button; `Back` is always there."""

    def __init__(self, said: Sequence[Text], ways: Sequence[Way] = (), *, back_first: bool) -> None:
        super().__init__()
        self.said = list(said)
        self.ways = list(ways)
        self.back_first = back_first

    @override
    def texts(self) -> Sequence[Text]:
        return [part for text in self.said for part in (text, NO_TEXT)][:-1]

    @override
    def buttons(self) -> Sequence[Button]:
        ways = [Button(way.label, lambda way=way: self.dismiss(way.answer)) for way in self.ways]  # type: ignore[misc]
        back = Button(T("Back"), lambda: self.dismiss(None))
        return [back, *ways] if self.back_first else [*ways, back]
