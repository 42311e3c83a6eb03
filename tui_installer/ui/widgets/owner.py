"""The interface of the program for its screens and widgets; the program is handed in, never imported."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from textual.geometry import Size
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.widget import Widget

from tui_installer.model.text import NO_TEXT, Text
from tui_installer.ui.rows.cells import Key

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tui_installer.model.stand_in import StandIn
    from tui_installer.session import Session
    from tui_installer.text.language import Language
    from tui_installer.ui.terminal.capabilities import Terminal

Result = TypeVar("Result")


class SourceTests(Protocol):
    """The tests of sources in the background."""

    asking: set[tuple[str, str]]
    took: int

    @property
    def running(self) -> bool: ...
    @property
    def seconds(self) -> int: ...
    def begin(self) -> None: ...
    def again(self) -> None: ...
    def ask(self, wanted: Mapping[str, Sequence[str]]) -> None: ...


class Owner(Protocol):
    """The program, as its screens and widgets see it."""

    clock: Callable[[], float]

    # The screen, and how it is drawn.
    @property
    def language(self) -> Language: ...
    @property
    def other_language(self) -> str: ...
    @property
    def terminal(self) -> Terminal: ...
    @property
    def colours(self) -> bool: ...
    @property
    def boxes(self) -> bool: ...
    @property
    def horizontal(self) -> str: ...
    @property
    def vertical(self) -> str: ...
    @property
    def screen(self) -> Screen[Any]: ...
    @property
    def screen_stack(self) -> list[Screen[Any]]: ...
    @property
    def focused(self) -> Widget | None: ...
    @property
    def size(self) -> Size: ...

    # The facts of the machine.
    @property
    def session(self) -> Session: ...
    @property
    def probing(self) -> SourceTests: ...
    @property
    def host_name(self) -> str: ...
    @property
    def address(self) -> str: ...
    @property
    def refused(self) -> bool: ...
    @property
    def stand_in(self) -> StandIn | None: ...
    def survey(
        self, then: Callable[[], None] | None = None, topics: Collection[type] | None = None
    ) -> None: ...
    def let_know(self, news: Callable[[Shown], None]) -> None: ...
    def background(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        failed: Callable[[Exception], bool] | None = None,
    ) -> None: ...
    def call_later(self, callback: Callable[..., Any], *args: Any) -> bool: ...

    # Keys and the focus.
    def by_hand(self) -> bool: ...
    def walk(self, step: int) -> None: ...
    def hint_changed(self) -> None: ...
    def appeared(self) -> None: ...
    def action_language(self) -> None: ...

    # Ways to other screens. A page is named by its id, a row by the key of its answer.
    def show(self, screen: Screen[Any]) -> None: ...
    def over(
        self, screen: Screen[Result], then: Callable[[Result | None], None] | None = None
    ) -> None: ...
    def begin(self) -> None: ...
    def turn(self, page: str, step: int) -> None: ...
    def go(self, page: str) -> None: ...
    def go_to(self, answer: str, why: Text) -> None: ...
    def first_open_page(self) -> None: ...
    def page_asking(self, keys: Collection[str]) -> str: ...
    def page_number(self, page: str) -> int: ...
    def show_run(self) -> None: ...
    def show_stage(self, *, calm: float | None = None) -> None: ...
    def review_with(self, key: str, value: object) -> None: ...
    def rehearse(self, machine: str) -> None: ...
    def leave(self) -> None: ...
    def farewell(self) -> None: ...


class Owned(MessagePump):
    """A widget or a screen of this program."""

    @property
    def owner(self) -> Owner:
        """The program, as its screens and widgets see it."""
        return cast(Owner, self.app)


class Focusable(Owned, Widget):
    """A widget that can have the focus, with its keys and its hint."""

    # The topic that Ctrl+G shows first: a key of the answers, a check, a step.
    topic = ""

    @property
    def keys(self) -> list[Key]:
        """The keys that work here."""
        return []

    @property
    def hint(self) -> Text:
        """The meaning of the focused widget, or its fault and the cure."""
        return NO_TEXT

    @property
    def refused(self) -> bool:
        """True if the present value cannot be used."""
        return False


class Shown(Owned):
    """The messages that every screen, page and dialog of this program handles."""

    # Seconds for which an Enter presses nothing after the screen has appeared.
    calm = 0.3
    # The log that Ctrl+O shows first from here: a step; empty: the events of all.
    log_source = ""
    # True if it shows a run or its node, not a question.
    views_run = False

    def walk(self, step: int) -> None:
        """Moves the focus, and stops at the ends."""

    def tell(self) -> None:
        """Draws title, sentence and hint again."""

    def surveyed(self) -> None:
        """Called after another look at the machine."""

    def heard(self) -> None:
        """Called when a source has answered."""

    def proof_told(self) -> None:
        """Called for each result of a proof in progress."""

    def proof_ended(self) -> None:
        """Called when the proof with traffic has ended."""
