"""A list over another screen, read in the background; Enter opens an item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.text import T
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing

Item = TypeVar("Item")


class ListScreen(Frame, Generic[Item]):
    """A subclass makes `listing` in its body, reads the items, and says what Enter does with one."""

    listing: Listing[Item]

    def __init__(self) -> None:
        super().__init__()
        # True once the items are read.
        self.known = False

    def read(self) -> list[Item]:
        """Returns the items; blocks, in a thread."""
        raise NotImplementedError

    def opened(self, item: Item) -> None:
        """Handles Enter on the current item."""
        raise NotImplementedError

    @override
    def buttons(self) -> Sequence[Button]:
        return (Button(T("Close"), self.back),)

    @override
    def first_focus(self) -> Widget:
        return self.listing

    @override
    def on_mount(self) -> None:
        self.again()

    @override
    def again(self) -> None:
        self.owner.background(self.read, self._take)

    def _take(self, items: list[Item]) -> None:
        self.known = True
        if self.is_attached:
            self.listing.show(items)
            self.tell()

    def on_listing_opened(self, _event: Listing.Opened) -> None:
        """Opens the current item, if there is one."""
        if (item := self.listing.item) is not None:
            self.opened(item)

    @override
    def back(self) -> None:
        self.dismiss(None)
