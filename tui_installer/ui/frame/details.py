"""The full text of one thing: a file, a command, or all of a check; without a frame, so that it can be copied."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.rows.cells import Key
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.scroll import Draw, Scroll


class Details(Frame):
    """A screen over another one; Enter and Esc close it."""

    hint_rows = 1
    look_again = NO_TEXT

    def __init__(self, heading: Text, sentence: Text, draw: Draw) -> None:
        super().__init__()
        self.heading = heading
        self.said = sentence
        self.draw = draw

    @property
    @override
    def sentence(self) -> Text:
        return self.said

    @override
    def body(self) -> ComposeResult:
        self.scroll = Scroll(self.draw)
        yield self.scroll

    @override
    def buttons(self) -> Sequence[Button]:
        return (Button(T("Close"), self.back),)

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        return self.scroll.place

    @override
    def keys_now(self) -> list[Key]:
        return [
            (T("Up/Down"), T("Scroll")),
            (T("PgUp/PgDn"), T("Page")),
            (T("Enter"), T("Close")),
        ]

    @override
    def on_key(self, event: events.Key) -> None:
        if self.scroll.scrolled(event.key):
            event.stop()
            event.prevent_default()
            self.tell()

    @override
    def back(self) -> None:
        self.dismiss(None)
