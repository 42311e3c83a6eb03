"""A button, and a row of buttons; Left and Right move the focus along the row."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.containers import Horizontal
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.widgets.pane import Pane


class Button(Pane, can_focus=True):
    """Does one thing when Enter or Space presses it. `...` at the end of a label: another question follows."""

    DEFAULT_CSS = """
    Button { width: auto; height: 1; margin: 0 2 0 0; }
    """

    def __init__(self, label: Text, press: Callable[[], object], hint: Text = NO_TEXT) -> None:
        super().__init__()
        self.label = label
        self.press = press
        self._hint = hint

    @property
    @override
    def hint(self) -> Text:
        return self._hint

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Left/Right"), T("Button")), (T("Enter"), T("Press it"))]

    def rename(self, label: Text) -> None:
        """Changes the label, for what the button does now."""
        self.label = label
        self.redraw(layout=True)

    @override
    def get_content_width(self, container: object, viewport: object) -> int:
        return measure.width(self._text())

    def _text(self) -> str:
        left, right = ("[> ", " <]") if self._marked else ("[  ", "  ]")
        return f"{left}{self.say(self.label)}{right}"

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(self._text(), "focus" if self._marked else "")]]

    @property
    def _marked(self) -> bool:
        """Tells whether a key would press it: a dialog over its screen takes the keys."""
        return self.has_focus and self.screen.is_active

    @override
    def on_focus(self) -> None:
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """Presses on Space, or on Enter by hand; ignores a held, typed-ahead or pasted Enter."""
        if event.key in ("enter", "space"):
            event.stop()
            if event.key == "space" or self.owner.by_hand():
                self.press()


class Buttons(Horizontal):
    """The row of buttons; the recommended one is first."""

    DEFAULT_CSS = """
    Buttons { height: 1; width: 1fr; padding: 0 0 0 1; }
    """

    def __init__(self, *buttons: Button) -> None:
        super().__init__(*buttons)

    def on_key(self, event: events.Key) -> None:
        """Moves along the row on Left and Right, without leaving it."""
        step = {"left": -1, "right": 1}.get(event.key)
        if step is None:
            return
        event.stop()
        shown = [b for b in self.query(Button) if b.display]
        for i, button in enumerate(shown):
            if button.has_focus and 0 <= i + step < len(shown):
                shown[i + step].focus()
                return
