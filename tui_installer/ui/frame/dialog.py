"""A box over the screen that asks one question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row, wrap
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Focusable, Shown
from tui_installer.ui.widgets.pane import Pane

Answer = TypeVar("Answer")
CELLS = 56


class Edge(Pane):
    """The upper or lower edge of the box."""

    DEFAULT_CSS = """
    Edge { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        boxes = self.owner.boxes
        left, right = ("\u250c", "\u2510") if boxes else ("+", "+")
        if self.id == "lower" and boxes:
            left, right = "\u2514", "\u2518"
        return [[(left + self.owner.horizontal * (width - 2) + right, "")]]


class DialogText(Pane):
    """Sentences in the box; draws the box's sides with them."""

    def __init__(self, texts: Sequence[Text]) -> None:
        super().__init__()
        self.texts = list(texts)

    def put(self, texts: Sequence[Text]) -> None:
        """Replaces the sentences."""
        self.texts = list(texts)
        self.redraw(layout=True)

    @override
    def rows(self, width: int) -> list[Row]:
        lines: list[str] = []
        for text in self.texts:
            sentence = self.say(text)
            lines += wrap(sentence, width - 4) if sentence else [""]
        side = self.owner.vertical
        return [[(f"{side} {measure.pad(line, width - 4)} {side}", "")] for line in lines]


class Side(Pane):
    """A side of the box, beside widgets other than text."""

    DEFAULT_CSS = """
    Side { width: 2; height: 100%; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        blank = " " if self.has_class("left") else ""
        side = self.owner.vertical + blank if blank else " " + self.owner.vertical
        return [[(side, "")]] * max(self.size.height, 1)


class Dialog(Shown, ModalScreen[Answer], Generic[Answer]):
    """A dialog with one question. Up, Down, Left and Right move through it; Esc is the harmless answer."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: transparent; }
    Dialog #box { width: 58; height: auto; background: ansi_default; }
    Dialog .line { height: 1; width: 1fr; layout: horizontal; }
    Dialog .line Button { width: 1fr; margin: 0; }
    """
    AUTO_FOCUS = ""
    keys: Sequence[Key] = ()
    # The words for Esc and Ctrl+C in the row of keys below.
    esc, ctrl_c = T("Back"), T("Leave")

    def texts(self) -> Sequence[Text]:
        """Returns the sentences; the first one is the question."""
        return ()

    def parts(self) -> ComposeResult:
        """Yields the fields between the sentences and the buttons."""
        yield from ()

    def buttons(self) -> Sequence[Button]:
        """Returns the buttons, the safe answer first."""
        return ()

    @override
    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Edge(id="upper")
            self.inside = DialogText(self.texts())
            yield self.inside
            for part in (*self.parts(), DialogText([NO_TEXT]), *self.buttons()):
                yield part if isinstance(part, DialogText) else DialogLine(part)
            yield DialogText([NO_TEXT])
            yield Edge(id="lower")

    def on_mount(self) -> None:
        """Focuses the first widget that can have the focus."""
        self.call_after_refresh(self._focus_first)

    def _focus_first(self) -> None:
        if self.focused is None and self.focus_chain:
            self.focus_chain[0].focus()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Updates the row of keys below for the focused widget."""
        for screen in self.app.screen_stack[:-1]:
            if isinstance(screen, Shown):
                screen.tell()

    def on_key(self, event: events.Key) -> None:
        """Moves the focus; closes the dialog on Esc."""
        step = {"up": -1, "left": -1, "shift+tab": -1, "down": 1, "right": 1, "tab": 1}.get(
            event.key
        )
        if step is not None:
            event.stop()
            event.prevent_default()
            self.walk(step)
        elif event.key == "escape":
            event.stop()
            self.dismiss(None)

    @staticmethod
    def hide(*parts: Widget) -> None:
        """Removes parts from the box, with the rows that hold them."""
        for part in parts:
            if part.parent is not None:
                cast(Widget, part.parent).display = False

    @override
    def walk(self, step: int) -> None:
        chain = self.focus_chain
        if self.focused in chain:
            goal = chain.index(self.focused) + step
            if 0 <= goal < len(chain):
                chain[goal].focus()

    @override
    def tell(self) -> None:
        """Tells the dialog that typed text has changed."""


def dialog_keys(dialog: Dialog[Any]) -> list[Key]:
    """Returns the keys of the focused widget in the dialog."""
    keys = list(dialog.focused.keys) if isinstance(dialog.focused, Focusable) else []
    if isinstance(dialog.focused, Button):
        keys = [(T("Up/Down"), T("Button")), (T("Enter"), T("Press it"))]
    return keys


class DialogLine(Vertical):
    """A part of the box that holds a widget other than text; it takes as many rows as its `lines`, or one."""

    DEFAULT_CSS = """
    DialogLine { height: 1; width: 1fr; layout: horizontal; }
    DialogLine Button { width: 1fr; margin: 0; }
    """

    def __init__(self, part: object) -> None:
        super().__init__()
        self.part = part
        self.styles.height = int(getattr(part, "lines", 1))

    @override
    def compose(self) -> ComposeResult:
        yield Side(classes="left")
        yield cast(Pane, self.part)
        yield Side(classes="right")


__all__ = ["Dialog", "DialogText", "T", "dialog_keys"]
