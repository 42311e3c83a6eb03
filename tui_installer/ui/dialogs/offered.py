"""The list of files to choose from, which replaces a typed path where nobody has logged in."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.places import SAVED
from tui_installer.model.text import T, Text, verbatim
from tui_installer.preflight.saved_answers import Choice
from tui_installer.text import measure
from tui_installer.ui.frame.list_screen import ListScreen
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.listing import Listing, ListingLook

# Cells of a file's name.
NAME = 44


class OfferedFiles(ListScreen[Choice]):
    """Lists files over another screen; closes once a file is chosen, and returns it."""

    id_ = "offered"
    heading = T("Choose a file")
    hint_rows = 2

    def __init__(
        self, offered: Callable[[], list[Choice]], taken: Callable[[Choice], None]
    ) -> None:
        super().__init__()
        self._offered, self._taken = offered, taken

    @property
    @override
    def sentence(self) -> Text:
        if not self.known:
            return T("Disks that are plugged in are being read.")
        return T("Files to choose from: {count}. Enter takes one.", count=len(self.listing.items))

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[Choice](row=self._row, hint=lambda choice: verbatim(choice.place))
        keys = [(T("Up/Down"), T("File")), (T("Enter"), T("Take it"))]
        self.listing = Listing(look, keys=keys)
        yield self.listing

    @override
    def hint_of(self, widget: object) -> Text:
        return T(
            "Looked for in {folder} and in the top folder of a USB stick or CD; Ctrl+R looks again.",
            folder=str(SAVED),
        )

    @staticmethod
    def _row(choice: Choice, width: int) -> Row:
        room = max(width - NAME, 0)
        return [(measure.fit(choice.name, NAME), ""), (measure.cut(choice.place, room), "dim")]

    @override
    def read(self) -> list[Choice]:
        return self._offered()

    @override
    def opened(self, item: Choice) -> None:
        self.dismiss(None)
        self._taken(item)
