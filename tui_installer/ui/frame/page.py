"""The way through the pages: their order, Next and Back, and what keeps them apart from other screens."""

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
    """The page is asked of all."""
    return True


@dataclass(frozen=True)
class Entry:
    """One page: its id is its file's name; `follows` is the page before it."""

    id: str
    title: Text
    screen: Callable[[], Page]
    follows: tuple[str, ...] = ()
    applies: Callable[[str], bool] = every_role
    # The keys of the answers that are asked there.
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Pointed:
    """The answer that somebody was led to, why it has to be another one, and what it was then."""

    key: str
    why: Text
    value: object


def answer_of(draft: Draft, key: str) -> object:
    """The answer as it stands; "join" is the join command."""
    return draft.join if key == "join" else draft.value(key)


def what_it_becomes(draft: Draft) -> Text:
    """Role and name of the node that these answers make, for titles."""
    role = ROLES.get(draft.role, NO_TEXT)
    name = draft.value("node.hostname")
    return T("{role} {name}", role=role, name=str(name)) if name else role


class Page(Frame):
    """A page of the wizard: it edits the session's answers and holds nothing of its own."""

    entry_id = ""
    # Next was pressed while something that it needs was still being looked at.
    going = False
    # Why somebody was led to this page, if it was by a check.
    pointed: Pointed | None = None

    @property
    def still_pointed(self) -> Pointed | None:
        """The same as long as the answer has not become another one."""
        led = self.pointed
        if led is None or answer_of(self.owner.session.draft, led.key) != led.value:
            return None
        return led

    def row_of(self, key: str) -> Widget | None:
        """Where that answer is given."""
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
        """Its place in the way through the pages, from 1."""
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
        """After the page has taken it: a look that came in between may have shown what was chosen before."""
        event.choice.offer(event.choice.options, event.value)

    def missing(self) -> Text:
        """Why it cannot be gone on yet; empty: it can."""
        return NO_TEXT

    def waits(self) -> bool:
        """Whether something is still being looked at that Next needs."""
        return False

    @property
    def waited(self) -> int:
        """For how many seconds that has been going on."""
        return 0

    def go_on(self) -> None:
        """Next: to the page that follows; not while something is missing, which the hint then says."""
        if self.waits():
            self.going = True
            self.tell()
        elif self.missing() is NO_TEXT:
            self.owner.turn(self.entry_id, 1)
        else:
            self.refuse()

    def ready(self) -> None:
        """What Next waits for may be there now."""
        if self.going and not self.waits():
            self.going = False
            self.go_on()

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        """What Next waits for or why it is refused; else that of the focused thing."""
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
        """What has led to the row that has the focus; a refused box says more itself."""
        led = self.still_pointed
        row = self.row_of(led.key) if led is not None else None
        here = row is None or not row.focusable or row is widget
        says_more = isinstance(widget, Focusable) and widget.refused
        return led.why if led and here and not says_more else NO_TEXT

    def refuse(self) -> None:
        """Puts the focus where something is missing."""
        self.tell()

    @override
    def back(self) -> None:
        """Esc and Back: to the page before, with all answers kept; or no longer going on."""
        if self.going:
            self.going = False
            self.tell()
        else:
            self.owner.turn(self.entry_id, -1)

    @override
    def again(self) -> None:
        self.owner.survey()
