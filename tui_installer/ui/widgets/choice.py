"""A choice of one option: radio buttons in a column or in a row.

The choice is always where the pointer is: no key moves one without the other. The keys skip an option that
cannot be chosen here, and the hint says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.text import measure
from tui_installer.ui.rows.cells import CHOSEN, FREE, REFUSED, Key, Row
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.pane import Pane


@dataclass(frozen=True)
class Option:
    """One of the options: its value, the label beside its mark, and its hint."""

    value: str
    label: Text
    # Drawn after the label, as spans; for columns beside the options.
    more: Callable[[], Row] | None = None
    hint: Text = NO_TEXT
    # Why it cannot be chosen here; empty: it can.
    refused: Text = NO_TEXT


class Choice(Pane, can_focus=True):
    """Options of which one is chosen. Left and Right choose; Up and Down lead to the next widget.

    Where the screen asks nothing else, Up and Down choose in a column too, and leave it at its ends.
    """

    class Chosen(Message):
        """Sent when another option is chosen; it carries the value, because other options may follow before it is handled."""

        def __init__(self, choice: Choice, value: str) -> None:
            super().__init__()
            self.choice, self.value = choice, value

        @property
        @override
        def control(self) -> Choice:
            return self.choice

    class Accepted(Message):
        """Sent on Enter: the value is confirmed, and the focus moves on."""

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
        """`most` rows of a column are shown, those around the current one; 0: all."""
        super().__init__(id=id)
        self.options = list(options)
        self.across = across
        self.indent = indent
        self.label_width, self.topic = label_width, topic
        self.most, self.top = most, 0
        # The pointer. It differs from the choice only while no option of this list is chosen.
        self.value = value
        self.current = self._index(value, 0)
        # The option that the keys have reached although it cannot be chosen: the hint says why.
        self.passed: int | None = None

    def _index(self, value: str, other: int) -> int:
        return next((i for i, o in enumerate(self.options) if o.value == value), other)

    def offer(self, options: Sequence[Option], value: str) -> None:
        """Replaces the options, or their states; the pointer stands at the choice."""
        same = [o.value for o in options] == [o.value for o in self.options]
        self.options, self.value = list(options), value
        self.current = self._index(value, self.current if same else 0)
        self.passed = self.passed if same else None
        self.redraw(layout=True)

    @property
    def nothing_chosen(self) -> bool:
        """True if the present answer is not one of the options; the page does not go on with it."""
        return all(option.value != self.value for option in self.options)

    @property
    def _has_keys(self) -> bool:
        """Tells whether the widget gets keys: a dialog over its screen takes them, and the mark of the focus with them."""
        return self.has_focus and self.screen.is_active

    @property
    def alone(self) -> bool:
        """True if this screen asks nothing else, so that Up and Down need not lead on."""
        asked = [w for w in self.screen.focus_chain if not isinstance(w, Button)]
        return asked == [self]

    @property
    @override
    def hint(self) -> Text:
        """The hint of the chosen option, or why another one cannot be chosen."""
        if not self.options:
            return NO_TEXT
        option = self.options[self.current if self.passed is None else self.passed]
        return option.refused if option.refused is not NO_TEXT else option.hint

    @override
    def on_blur(self) -> None:
        self.passed = None

    @property
    @override
    def keys(self) -> list[Key]:
        if self.across:
            return [(T("Left/Right"), T("Choose")), (T("Enter"), T("Accept"))]
        if self.alone:
            tab = (T("Tab"), T("Button"))
            return [(T("Up/Down"), T("Choose")), (T("Enter"), T("Next")), tab]
        lead = (T("Up/Down"), T("Field"))
        return [lead, (T("Left/Right"), T("Choose")), (T("Enter"), T("Next"))]

    @override
    def rows(self, width: int) -> list[Row]:
        if self.across:
            row: Row = []
            for i, option in enumerate(self.options):
                style = "focus" if self._has_keys and i == self.current else ""
                row += [("   " if i else "", ""), (self._mark(option), style)]
            return [row]
        return [self._line(i, self.options[i]) for i in self._window()]

    @property
    def lines(self) -> int:
        """The number of rows that it takes."""
        return 1 if self.across else len(self._window())

    def _window(self) -> range:
        count = min(self.most or len(self.options), len(self.options))
        self.top = max(min(self.top, self.current, len(self.options) - count), 0)
        self.top = max(self.top, self.current - count + 1)
        return range(self.top, self.top + count)

    def _mark(self, option: Option) -> str:
        free = FREE if option.refused is NO_TEXT else REFUSED
        mark = CHOSEN if option.value == self.value else free
        return f"{mark} {measure.pad(self.say(option.label), self.label_width)}"

    def _line(self, i: int, option: Option) -> Row:
        here = self._has_keys and i == self.current
        row: Row = [(" " * self.indent, ""), (self._pointer(i, here) + " ", "")]
        row.append((self._mark(option), "focus" if here else ""))
        return row + ([("  ", ""), *option.more()] if option.more else [])

    def _pointer(self, i: int, here: bool) -> str:
        """Returns the mark of the focus; else the sign that there is more above or below."""
        window = self._window()
        more_below = i == window[-1] and i < len(self.options) - 1
        more_above = i == window[0] and i > 0
        return ">" if here else "v" if more_below else "^" if more_above else " "

    def take(self, index: int) -> None:
        """Chooses that option, if it can be chosen here."""
        option, self.passed = self.options[index], None
        if option.refused is not NO_TEXT and option.value != self.value:
            self.passed = index
        else:
            self.current = index
            if option.value != self.value:
                self.value = option.value
                self.post_message(self.Chosen(self, self.value))
        self.redraw()
        self.owner.hint_changed()

    def on_key(self, event: events.Key) -> None:
        """Handles the keys that choose; leaves those that lead out of the list to the page."""
        if not self.options:
            return
        if event.key in ("left", "right"):
            event.stop()
            self._step(1 if event.key == "right" else -1)
        elif event.key in ("up", "down") and not self.across and self.alone:
            if self._step(1 if event.key == "down" else -1):
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

    def _step(self, step: int) -> bool:
        """Chooses the previous or next option; returns whether there is one."""
        after = (self.current if self.passed is None else self.passed) + step
        if self.nothing_chosen and self.passed is None:
            # The first key chooses the option under the pointer.
            after = self.current
        if not 0 <= after < len(self.options):
            return False
        self.take(after)
        return True
