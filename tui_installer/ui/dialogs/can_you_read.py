"""The question whether Chinese is readable here, before every screen uses it."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.ui.frame.dialog import Dialog
from tui_installer.ui.widgets.button import Button


class CanYouRead(Dialog[bool]):
    """Offers No as the safe answer: who cannot read Chinese cannot find the way back either."""

    @override
    def texts(self) -> Sequence[Text]:
        return (
            verbatim("Can you read this? 中文"),
            NO_TEXT,
            T("If not, this terminal draws no Chinese. Over ssh from a UTF-8 terminal it can."),
        )

    @override
    def buttons(self) -> Sequence[Button]:
        return (
            Button(T("No"), lambda: self.dismiss(False)),
            Button(T("Yes"), lambda: self.dismiss(True)),
        )
