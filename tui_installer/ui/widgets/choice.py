"""One of several: radio buttons in a column or in a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message

from tui_installer import units
from tui_installer.model.text import T, Text
from tui_installer.ui.drawing import Row
from tui_installer.ui.pane import NO_TEXT, Key, Pane


@dataclass(frozen=True)
class Option:
    """One of the options: its value, what stands beside the mark, and its hint."""

    value: str
    label: Text
    # Drawn after the label, as spans; for columns beside the options.
    more: Callable[[], Row] | None = None
    hint: Text = NO_TEXT
    # Why it cannot be chosen here; empty: it can.
    refused: Text = NO_TEXT


class Choice(Pane, can_focus=True):
    """Options of which one is chosen. Up and Down walk through a column and out of it."""

    class Chosen(Message):
        """Another option was taken: this value, whatever is offered before the message is heard."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice, self.value = choice, value

        @property
        def control(self) -> Choice:
            """Where it was taken."""
            return self.choice

    class Accepted(Message):
        """Enter: this value is taken, and on to what comes next."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice, self.value = choice, value

    def __init__(
        self,
        options: Sequence[Option],
        value: str,
        *,
        across: bool = False,
        indent: int = 1,
        label_width: int = 0,
        topic: str = "",
        most: int = 0,
        id: str | None = None,
    ) -> None:
        """`most` rows are shown of a column, those around the current one; 0: all."""
        super().__init__(id=id)
        self.options, self.across, self.indent = list(options), across, indent
        self.label_width, self.topic = label_width, topic
        self.most, self.top = most, 0
        self.value = value
        self.current = self._index(value)

    def _index(self, value: str) -> int:
        return next((i for i, o in enumerate(self.options) if o.value == value), 0)

    def offer(self, options: Sequence[Option], value: str) -> None:
        """Other options, or another state of them; the current row stays where it is."""
        now = self.options[self.current].value if self.options else value
        self.options, self.value = list(options), value
        self.current = self._index(now if self.has_focus else value)
        self.redraw(layout=True)

    @property
    def hint(self) -> Text:
        """That of the option under the cursor."""
        if not self.options:
            return NO_TEXT
        option = self.options[self.current]
        return option.refused if option.refused is not NO_TEXT else option.hint

    @property
    def keys(self) -> list[Key]:
        """Those that choose."""
        if self.across:
            return [(T("Left/Right"), T("Choose")), (T("Enter"), T("Accept"))]
        return [(T("Up/Down"), T("Choose")), (T("Enter"), T("Next"))]

    def rows(self, width: int) -> list[Row]:
        """The column, or the one row."""
        if self.across:
            row: Row = []
            for i, option in enumerate(self.options):
                style = "focus" if self.has_focus and i == self.current else ""
                row += [("   " if i else "", ""), (self._mark(option), style)]
            return [row]
        return [self._line(i, self.options[i]) for i in self._window()]

    @property
    def lines(self) -> int:
        """The rows that it takes."""
        return 1 if self.across else len(self._window())

    def _window(self) -> range:
        count = min(self.most or len(self.options), len(self.options))
        self.top = max(min(self.top, self.current, len(self.options) - count), 0)
        self.top = max(self.top, self.current - count + 1)
        return range(self.top, self.top + count)

    def _mark(self, option: Option) -> str:
        mark = "(*)" if option.value == self.value else "( )"
        return f"{mark} {units.pad(self.say(option.label), self.label_width)}"

    def _line(self, i: int, option: Option) -> Row:
        here = self.has_focus and i == self.current
        row: Row = [(" " * self.indent, ""), (self._pointer(i, here) + " ", "")]
        row.append((self._mark(option), "focus" if here else ""))
        return row + ([("  ", ""), *option.more()] if option.more else [])

    def _pointer(self, i: int, here: bool) -> str:
        """The focus; else that there is more above or below the rows that are shown."""
        window = self._window()
        more_below = i == window[-1] and i < len(self.options) - 1
        more_above = i == window[0] and i > 0
        return ">" if here else "v" if more_below else "^" if more_above else " "

    def take(self, index: int) -> None:
        """Chooses that option, if it can be chosen here."""
        option = self.options[index]
        self.current = index
        if option.refused is NO_TEXT and option.value != self.value:
            self.value = option.value
            self.post_message(self.Chosen(self, self.value))
        self.redraw()

    def on_key(self, event: events.Key) -> None:
        """The keys that choose; what leads out of the list is left to the page."""
        step = {"left": -1, "right": 1} if self.across else {"up": -1, "down": 1}
        if not self.options:
            return
        if event.key in step:
            after = self.current + step[event.key]
            if 0 <= after < len(self.options):
                event.stop()
                self._walk(after)
            elif self.across:
                event.stop()
        elif event.key == "space":
            event.stop()
            self.take(self.current)
        elif event.key == "enter":
            event.stop()
            if self.owner.by_hand():
                self.take(self.current)
                if self.options[self.current].value == self.value:
                    self.post_message(self.Accepted(self, self.value))

    def _walk(self, index: int) -> None:
        """In a row the mark goes along; in a column it stays until Space or Enter."""
        self.current = index
        if self.across:
            self.take(index)
        self.redraw()
        self.owner.hint_changed()
