"""A list of items with a current row; it shows a window of them, however long it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.rows.cells import Key, Row
from tui_installer.ui.widgets.pane import Pane

Item = TypeVar("Item")


@dataclass
class ListingLook(Generic[Item]):
    """The look of a list: how its items are drawn, searched and explained."""

    row: Callable[[Item, int], Row]
    hint: Callable[[Item], Text] = field(default=lambda _item: NO_TEXT)
    # The text that `/` searches.
    text: Callable[[Item], str] = field(default=str)
    # The topic of its help.
    topic: Callable[[Item], str] = field(default=lambda _item: "")


class Listing(Pane, Generic[Item], can_focus=True):
    """Items as rows. Enter opens the current one; Up and Down leave the list at its ends."""

    DEFAULT_CSS = """
    Listing { height: 1fr; }
    """

    class Moved(Message):
        """Sent when another row is the current one."""

        def __init__(self, listing: Listing[Any]) -> None:
            super().__init__()
            self.listing = listing

        @property
        @override
        def control(self) -> Listing[Any]:
            return self.listing

    class Opened(Message):
        """Sent on Enter."""

        def __init__(self, listing: Listing[Any]) -> None:
            super().__init__()
            self.listing = listing

        @property
        @override
        def control(self) -> Listing[Any]:
            return self.listing

    def __init__(
        self,
        look: ListingLook[Item],
        items: Sequence[Item] = (),
        *,
        keys: Sequence[Key] = (),
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self.look, self.items = look, list(items)
        self.current, self.top = 0, 0
        self._keys = list(keys)

    @property
    def item(self) -> Item | None:
        """The current item."""
        return self.items[self.current] if self.items else None

    @property
    @override
    def hint(self) -> Text:
        return self.look.hint(self.item) if self.item is not None else NO_TEXT

    @property
    @override
    def keys(self) -> list[Key]:
        return self._keys

    def show(self, items: Sequence[Item]) -> None:
        """Replaces the items, or their states."""
        self.items = list(items)
        self.current = max(min(self.current, len(self.items) - 1), 0)
        self.redraw()

    def go(self, index: int) -> None:
        """Makes that row the current one."""
        index = max(min(index, len(self.items) - 1), 0)
        if index != self.current:
            self.current = index
            self.post_message(self.Moved(self))
            self.owner.hint_changed()
        if self.item is not None:
            self.topic = self.look.topic(self.item)
        self.redraw()

    @override
    def rows(self, width: int) -> list[Row]:
        shown = self._window()
        return [self._row(i, self.items[i], width) for i in shown]

    @property
    def more(self) -> Text:
        """Returns how many rows are above and below the window; the rule next to the list shows it."""
        shown = self._window()
        above, below = shown.start, len(self.items) - shown.stop
        if above and below:
            return T("{above} more above, {below} below", above=above, below=below)
        if above:
            return T("{count} more above", count=above)
        return T("{count} more below", count=below) if below else NO_TEXT

    def on_resize(self) -> None:
        """Counts the rows out of sight again."""
        self.owner.hint_changed()

    @override
    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        return len(self.items)

    def _window(self) -> range:
        height = self.size.height or len(self.items)
        self.top = max(min(self.top, self.current, len(self.items) - height), 0)
        self.top = max(self.top, self.current - height + 1)
        return range(self.top, min(self.top + height, len(self.items)))

    def _row(self, index: int, item: Item, width: int) -> Row:
        here = self.has_focus and index == self.current
        pointer = ">" if index == self.current else " "
        row: Row = [(pointer + " ", ""), *self.look.row(item, width - 2)]
        return [(text, "focus") for text, _ in row] if here else row

    def on_key(self, event: events.Key) -> None:
        """Moves through the rows; at the ends the page handles the key."""
        last, page = len(self.items) - 1, max(self.size.height - 1, 1)
        goal = {
            "up": self.current - 1,
            "down": self.current + 1,
            "pageup": max(self.current - page, 0),
            "pagedown": min(self.current + page, last),
            "home": 0,
            "end": last,
        }.get(event.key)
        if goal is not None and 0 <= goal <= last:
            event.stop()
            self.go(goal)
        elif event.key == "enter" and self.item is not None:
            event.stop()
            if self.owner.by_hand():
                self.post_message(self.Opened(self))

    def find(self, wanted: str, *, forward: bool = True) -> tuple[int, int]:
        """Goes to the next row that holds the words; returns its place among all hits."""
        wanted = wanted.casefold()
        hits = [i for i, item in enumerate(self.items) if wanted in self.look.text(item).casefold()]
        if not wanted or not hits:
            return 0, 0
        after = [i for i in hits if i > self.current] if forward else hits
        goal = after[0] if after else hits[0]
        self.go(goal)
        return hits.index(goal) + 1, len(hits)
