"""One value to type: a label, the box, the verdict, and where the value comes from."""

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
    """What is thought of a value while it is typed: outcome, a short remark, the hint, an offer."""

    # None: nothing is said.
    outcome: Sign | None = Outcome.OK
    remark: Text = NO_TEXT
    hint: Text = NO_TEXT
    # What Enter puts in its place when it is refused; empty: nothing can be offered.
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
    """The verdict column and what stands behind it."""

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
        said = measure.pad(self.say(word(outcome)), cells) if outcome else ""
        return [[(said, outcome or ""), (self.say(self.judgement.remark), "")]]


class Box(Input, Focusable):
    """The box itself: Up and Down leave it, and a refused value offers what would be right."""

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
    """A value that is judged with every key; Enter on a refused one takes the offered one."""

    DEFAULT_CSS = """
    Field { height: 1; width: 1fr; }
    Field .bracket { width: 1; height: 1; }
    Field Box { border: none; height: 1; padding: 0; background: ansi_default; color: ansi_default; }
    Field Box:focus { text-style: reverse; border: none; height: 1; padding: 0; }
    """

    class Changed(Message):
        """Another value that is not refused."""

        def __init__(self, field: Field) -> None:
            super().__init__()
            self.field = field

        @property
        @override
        def control(self) -> Field:
            return self.field

    class Refused(Message):
        """What stands in the box now is refused."""

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
        self.topic, self._judge, self.suffix = topic, judge, suffix
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
        """The first verdict."""
        self.judge_again()

    @property
    def value(self) -> str:
        """What stands in the box."""
        return self.box.value.strip()

    @property
    def judgement(self) -> Judgement:
        """What is thought of it."""
        return self.remark.judgement

    @property
    def good(self) -> bool:
        """It can be gone on with."""
        return self.judgement.outcome != Outcome.FAIL

    def judge_again(self) -> None:
        """Something that the verdict depends on has changed."""
        self.remark.judgement = self._judge(self.value)
        self.remark.redraw()
        if self.box.has_focus:
            self.owner.hint_changed()

    def put(self, value: str) -> None:
        """Another value, as if it had been typed."""
        self.box.value = value
        self.box.cursor_position = len(value)

    def suggest(self, value: str) -> None:
        """A value for a box that is empty or shows what was suggested before; what was typed stays, refused too."""
        if not self.box.has_focus and self.value in ("", self._suggested):
            self._suggested = value
            self.put(value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Judges with every key."""
        event.stop()
        self.judge_again()
        self.post_message(self.Changed(self) if self.good else self.Refused(self))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Takes the offer for a refused value; goes on from one that is good."""
        event.stop()
        if self.good:
            self.owner.walk(1)
        elif self.judgement.offer:
            self.put(self.judgement.offer)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The mark comes."""
        self.label.marked = True
        self.label.redraw()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The mark goes."""
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
