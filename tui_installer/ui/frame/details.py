"""One thing whole: a file, a command, or all that a check says; without a frame, to be copied."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget

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
        self.heading, self.said, self.draw = heading, sentence, draw

    @property
    def sentence(self) -> Text:
        """What is shown."""
        return self.said

    def body(self) -> ComposeResult:
        """All of it, in a window."""
        self.scroll = Scroll(self.draw)
        yield self.scroll

    def buttons(self) -> Sequence[Button]:
        """The one way is back."""
        return (Button(T("Close"), self.back),)

    def hint_of(self, widget: Widget | None) -> Text:
        """How much more there is."""
        return self.scroll.place

    def keys_now(self) -> list[Key]:
        """Those that scroll."""
        return [
            (T("Up/Down"), T("Scroll")),
            (T("PgUp/PgDn"), T("Page")),
            (T("Enter"), T("Close")),
        ]

    def on_key(self, event: events.Key) -> None:
        """The window takes the keys that walk on other screens."""
        if self.scroll.scrolled(event.key):
            event.stop()
            event.prevent_default()
            self.tell()

    def back(self) -> None:
        """Away with it."""
        self.dismiss(None)
