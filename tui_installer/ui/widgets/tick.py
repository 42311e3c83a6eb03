"""A box to tick: yes or no."""

from __future__ import annotations

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.widgets.pane import Pane


class Tick(Pane, can_focus=True):
    """A box with a label; Space ticks it."""

    class Ticked(Message):
        """Sent when it was ticked, or the tick removed."""

        def __init__(self, tick: Tick) -> None:
            super().__init__()
            self.tick = tick

        @property
        @override
        def control(self) -> Tick:
            return self.tick

    def __init__(
        self,
        label: Text,
        value: bool,
        *,
        hint: Text = NO_TEXT,
        topic: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.label = label
        self.value = value
        self._hint = hint
        self.topic = topic

    @property
    @override
    def hint(self) -> Text:
        return self._hint

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Space"), T("Tick")), (T("Enter"), T("Next"))]

    @override
    def rows(self, width: int) -> list[Row]:
        mark = "[x]" if self.value else "[ ]"
        return [[(f"{mark} {self.say(self.label)}", "focus" if self.has_focus else "")]]

    def on_key(self, event: events.Key) -> None:
        """Ticks on Space; goes on on Enter."""
        if event.key == "space":
            event.stop()
            self.value = not self.value
            self.redraw()
            self.post_message(self.Ticked(self))
        elif event.key == "enter":
            event.stop()
            self.owner.walk(1)
