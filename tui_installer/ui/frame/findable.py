"""A list with a search: `/` finds, and `n` finds the next."""

from __future__ import annotations

from textual import events
from typing_extensions import override

from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.ui.frame.find import Find
from tui_installer.ui.rows.cells import Key
from tui_installer.ui.widgets.listing import Item, Listing


class Findable(Listing[Item]):
    """A `Listing` that can be searched."""

    wanted = ""
    # The result of the last search.
    said: Text = NO_TEXT

    @property
    @override
    def keys(self) -> list[Key]:
        """Returns the keys of the list and of the search; the first of them has no room beside all others."""
        if self.wanted:
            return [*self._keys[1:], (T("/"), T("Find")), (T("n"), T("Find next"))]
        return [*self._keys, (T("/"), T("Find"))]

    @override
    def on_key(self, event: events.Key) -> None:
        self.said = NO_TEXT
        if event.character == "/":
            event.stop()
            self.owner.over(Find(self.wanted), self._found)
        elif event.character == "n" and self.wanted:
            event.stop()
            self._found(self.wanted)

    def _found(self, wanted: str | None) -> None:
        if not wanted:
            return
        self.wanted = wanted
        place, count = self.find(wanted)
        self.said = (
            T('"{words}": {place} of {count} rows', words=wanted, place=place, count=count)
            if count
            else T('"{words}": in no row', words=wanted)
        )
        self.owner.hint_changed()
