"""A field to type a value: a label, the box, the verdict, and the origin of the value."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Input
from typing_extensions import override

from tui_installer.model.outcome import Outcome, Sign
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, word
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.widgets.owner import Focusable, Owned
from tui_installer.ui.widgets.pane import Pane


@dataclass(frozen=True)
class Judgement:
    """The judgement of a value while it is typed: outcome, a short remark, the hint, an offer."""

    # None: there is no outcome.
    outcome: Sign | None = Outcome.OK
    remark: Text = NO_TEXT
    hint: Text = NO_TEXT
    # The value that Enter puts in place of a refused one; empty: there is no offer.
    offer: str = ""


class Label(Pane):
    """The name of a field, with the mark of the focus before it."""

    DEFAULT_CSS = """
    Label { height: 1; }
    """

    def __init__(self, text: Text) -> None:
        super().__init__()
        self.text, self.marked = text, False

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(" > " if self.marked else "   ", ""), (self.say(self.text), "")]]


class Remark(Pane):
    """The verdict column and the remark behind it."""

    DEFAULT_CSS = """
    Remark { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.judgement = Judgement(None)

    @override
    def rows(self, width: int) -> list[Row]:
        outcome = self.judgement.outcome
        cells = VERDICT if outcome else 0
        outcome_text = measure.pad(self.say(word(outcome)), cells) if outcome else ""
        return [[(outcome_text, outcome or ""), (self.say(self.judgement.remark), "")]]


class Box(Input, Focusable):
    """The box itself: Up and Down leave it; for a refused value it offers a valid one."""

    @property
    def field(self) -> Field:
        """The field that it belongs to."""
        assert isinstance(self.parent, Field)
        return self.parent

    @property
    @override
    def hint(self) -> Text:
        return self.field.judgement.hint

    @property
    @override
    def refused(self) -> bool:
        return not self.field.good

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Up/Down"), T("Field")), (T("Enter"), T("Accept"))]


class Field(Owned, Horizontal):
    """A value that is judged after every key; Enter on a refused one takes the offered one."""

    DEFAULT_CSS = """
    Field { height: 1; width: 1fr; }
    Field .bracket { width: 1; height: 1; }
    Field Box { border: none; height: 1; padding: 0; background: ansi_default; color: ansi_default; }
    Field Box:focus { text-style: reverse; border: none; height: 1; padding: 0; }
    """

    class Changed(Message):
        """Sent for another value that is not refused."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        @override
        def control(self) -> Field:
            return self.field

    class Refused(Message):
        """Sent when the present value is refused."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        @override
        def control(self) -> Field:
            return self.field

    def __init__(
        self,
        label: Text,
        value: str,
        judge: Callable[[str], Judgement],
        *,
        topic: str = "",
        label_width: int = 17,
        cells: int = 22,
        suffix: str = "",
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.topic = topic
        self._judge = judge
        self.suffix = suffix
        self._suggested = value
        self.label = Label(label)
        self.label.styles.width = label_width + 3
        self.box = Box(value, compact=True, select_on_focus=False)
        self.box.topic = topic
        self.box.cursor_blink = False
        self.box.styles.width = cells + 1
        self.remark = Remark()

    @override
    def compose(self) -> ComposeResult:
        yield self.label
        yield Bracket("[")
        yield self.box
        yield Bracket("]" + self.suffix + "  ")
        yield self.remark

    def on_mount(self) -> None:
        """Judges the first value."""
        self.judge_again()

    @property
    def value(self) -> str:
        """The text in the box."""
        return self.box.value.strip()

    @property
    def judgement(self) -> Judgement:
        """The judgement of the value."""
        return self.remark.judgement

    @property
    def good(self) -> bool:
        """True if the value is accepted."""
        return self.judgement.outcome != Outcome.FAIL

    def judge_again(self) -> None:
        """Judges again after a change of something that the judgement depends on."""
        self.remark.judgement = self._judge(self.value)
        self.remark.redraw()
        if self.box.has_focus:
            self.owner.hint_changed()

    def put(self, value: str) -> None:
        """Sets another value, as if it had been typed."""
        self.box.value = value
        self.box.cursor_position = len(value)

    def suggest(self, value: str) -> None:
        """Sets a value if the box is empty or shows an earlier suggestion; typed text stays, also if it is refused."""
        if not self.box.has_focus and self.value in ("", self._suggested):
            self._suggested = value
            self.put(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judges after every key."""
        event.stop()
        self.judge_again()
        self.post_message(self.Changed(self) if self.good else self.Refused(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the offer for a refused value; goes on from a good one."""
        event.stop()
        if self.good:
            self.owner.walk(1)
        elif self.judgement.offer:
            self.put(self.judgement.offer)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Shows the mark of the focus."""
        self.label.marked = True
        self.label.redraw()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """Removes the mark of the focus."""
        self.label.marked = False
        self.label.redraw()


class Bracket(Pane):
    """The edge of a box."""

    DEFAULT_CSS = """
    Bracket { height: 1; width: auto; }
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    @override
    def get_content_width(self, container: object, viewport: object) -> int:
        return len(self.text)

    @override
    def rows(self, width: int) -> list[Row]:
        return [[(self.text, "")]]
