"""A page of the wizard: its order, Next and Back, and what other screens do not have."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.preflight.draft import Draft
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.choice import Choice
from tui_installer.ui.widgets.owner import Focusable

ROLES = {FIRST_CONTROL_PLANE: T("control plane"), WORKER: T("worker")}
# Review is the last page, and has a room of its own.
COUNT = 7


def every_role(_role: str) -> bool:
    """Marks a page that every role goes through."""
    return True


@dataclass(frozen=True)
class Entry:
    """A page in the wizard's order: its id is its file's name; `follows` is the page before it."""

    id: str
    title: Text
    screen: Callable[[], Page]
    follows: tuple[str, ...] = ()
    applies: Callable[[str], bool] = every_role
    # The keys of the answers that the page asks for.
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pointed:
    """An answer to which a person was led: its key, why it must change, and its value at that time."""

    key: str
    why: Text
    value: object


def answer_of(draft: Draft, key: str) -> object:
    """Returns the present answer; "join" is the join command."""
    return draft.join if key == "join" else draft.value(key)


def what_it_becomes(draft: Draft) -> Text:
    """Returns the role and name of the node that these answers make, for titles."""
    role = ROLES.get(draft.role, NO_TEXT)
    name = draft.value("node.hostname")
    return T("{role} {name}", role=role, name=str(name)) if name else role


class Page(Frame):
    """A page of the wizard: it edits the session's answers and holds no state of its own."""

    entry_id = ""
    # True after Next was pressed while the page still waited for something.
    going = False
    # The reason why a check led a person to this page, if one did.
    pointed: Pointed | None = None

    @property
    def still_pointed(self) -> Pointed | None:
        """Returns the reason as long as the answer has not changed."""
        led = self.pointed
        if led is None or answer_of(self.owner.session.draft, led.key) != led.value:
            return None
        return led

    def row_of(self, key: str) -> Widget | None:
        """Returns the widget that asks for that answer."""
        return None

    @override
    def _focus_first(self) -> None:
        led = self.still_pointed
        row = self.row_of(led.key) if led is not None else None
        if self.focused is None and row is not None and row.focusable:
            row.focus()
        else:
            super()._focus_first()

    @property
    def number(self) -> int:
        """Returns the page's place in the wizard, from 1."""
        return self.owner.page_number(self.entry_id)

    @property
    @override
    def mark(self) -> Text:
        return T("{number}/{count}", number=self.number, count=COUNT)

    @property
    @override
    def becomes(self) -> Text:
        return what_it_becomes(self.owner.session.draft) if self.number > 1 else NO_TEXT

    @override
    def buttons(self) -> Sequence[Button]:
        self.next_button = Button(T("Next"), self.go_on)
        return (self.next_button, Button(T("Back"), self.back))

    def on_choice_chosen(self, event: Choice.Chosen) -> None:
        """Runs after the page has stored the choice: a look in between may have drawn the previous one."""
        event.choice.offer(event.choice.options, event.value)

    def missing(self) -> Text:
        """Returns why Next is not possible yet; empty: it is."""
        return NO_TEXT

    def waits(self) -> bool:
        """Tells whether Next needs something that is still being read."""
        return False

    @property
    def waited(self) -> int:
        """Returns the seconds of that wait."""
        return 0

    def go_on(self) -> None:
        """Goes to the next page; if something is missing, stays, and the hint says so."""
        if self.waits():
            self.going = True
            self.tell()
        elif self.missing() is NO_TEXT:
            self.owner.turn(self.entry_id, 1)
        else:
            self.refuse()

    def ready(self) -> None:
        """Tries Next again after new data has arrived."""
        if self.going and not self.waits():
            self.going = False
            self.go_on()

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """Returns why Next waits or is refused; else the hint of the focused widget."""
        if self.going:
            return T(
                "Going on as soon as the test ends, {seconds} s. Esc stays.", seconds=self.waited
            )
        if (why := self._why_here(widget)) is not NO_TEXT:
            return why
        if widget is self.next_button and not self.waits() and self.missing() is not NO_TEXT:
            return self.missing()
        return super().hint_of(widget)

    def _why_here(self, widget: Widget | None) -> Text:
        """Returns why a person was led to the focused row; a refused field has a better hint of its own."""
        led = self.still_pointed
        row = self.row_of(led.key) if led is not None else None
        here = row is None or not row.focusable or row is widget
        says_more = isinstance(widget, Focusable) and widget.refused
        return led.why if led and here and not says_more else NO_TEXT

    def refuse(self) -> None:
        """Moves the focus to where something is missing."""
        self.tell()

    @override
    def back(self) -> None:
        """Goes to the page before with all answers kept, or cancels a waiting Next, on Esc and Back."""
        if self.going:
            self.going = False
            self.tell()
        else:
            self.owner.turn(self.entry_id, -1)

    @override
    def again(self) -> None:
        self.owner.survey()
