"""What every page of Diagnostics is: a body, a detail text, buttons, and a look that is taken in the background."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from textual.containers import Vertical
from textual.message import Message
from textual.widget import Widget

from tui_installer.model.facts import NotRead
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Focusable, Owned

Found = TypeVar("Found")


class DiagnosticsTab(Owned, Vertical, Generic[Found]):
    """One page of Diagnostics; its parts are what `compose` yields.

    A subclass reads the machine in `read` and keeps the result in `take`; it draws what it has after `show`.
    """

    DEFAULT_CSS = """
    DiagnosticsTab { height: 1fr; width: 1fr; }
    """

    class Changed(Message):
        """Sent when sentence, detail or buttons have changed."""

    # Whether it is being read, since when, and why the last look failed.
    reading = False
    _began = 0.0
    _looked = False
    failed: Text = NO_TEXT

    @property
    def sentence(self) -> Text:
        """Returns what this page shows, with the counts."""
        return NO_TEXT

    def buttons(self) -> Sequence[Button]:
        """Returns all buttons; the recommended one is first. Called once, before the parts exist."""
        return ()

    def offers(self, button: Button) -> bool:
        """Tells whether a button can do something now; the others are not shown."""
        return True

    def first_focus(self) -> Widget | None:
        """Returns the part that has the focus when the page appears."""
        return None

    def detail_of(self, widget: Widget | None) -> Text:
        """Returns the text below the body for the focused part."""
        return widget.hint if isinstance(widget, Focusable) else NO_TEXT

    def read(self) -> Found:
        """Reads the machine; blocks, in a thread. NotRead and OSError are told, not faults."""
        raise NotImplementedError

    def take(self, found: Found) -> None:
        """Keeps what was read, and draws it."""

    # --- what a subclass calls ------------------------------------------------------------------

    @property
    def seconds(self) -> int:
        """The seconds that the present look has taken."""
        return int(self.owner.clock() - self._began)

    def changed(self) -> None:
        """Draws sentence, detail and buttons again."""
        self.post_message(self.Changed())

    # --- what the screen calls ------------------------------------------------------------------

    def appear(self) -> None:
        """Takes the first look when the page is shown for the first time."""
        if not self._looked:
            self.again()

    def again(self) -> None:
        """Reads the machine again, one look at a time."""
        if self.reading:
            return
        self.reading, self._looked, self._began = True, True, self.owner.clock()
        self.owner.background(self.read, self._take, self._break)
        self.changed()

    def _take(self, found: Found) -> None:
        self.reading, self.failed = False, NO_TEXT
        if self.is_attached:
            self.take(found)
            self.changed()

    def _break(self, error: Exception) -> bool:
        self.reading = False
        if isinstance(error, NotRead):
            self.failed = error.unread.text
        elif isinstance(error, OSError):
            reason = verbatim(error.strerror or "-")
            self.failed = T("It could not be looked at: {reason}.", reason=reason)
        else:
            return False
        if self.is_attached:
            self.changed()
        return True


@dataclass(frozen=True)
class TabEntry:
    """A page, as its file declares it in `TAB`; the lowest place is the leftmost."""

    id: str
    title: Text
    tab: Callable[[], DiagnosticsTab[Any]]
    place: int
