"""The recorded machines on which the program can be rehearsed; Enter takes one."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from tui_installer import rehearsing, units
from tui_installer.model.text import T, Text
from tui_installer.rehearsing import Machine
from tui_installer.ui.drawing import Row
from tui_installer.ui.frame import Frame
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.listing import Listing, Look

# Cells of a machine's name.
NAME = 16


class Machines(Frame):
    """Over the Start screen."""

    id_ = "machines"
    heading = T("Rehearsal")
    hint_rows = 2

    def __init__(self) -> None:
        super().__init__()
        self.known = False

    @property
    def sentence(self) -> Text:
        """How many there are."""
        if not self.known:
            return T("The recordings are being read.")
        return T(
            "Recorded machines: {count}. Nothing on this computer is changed by a rehearsal.",
            count=len(self.listing.items),
        )

    def body(self) -> ComposeResult:
        """The list."""
        look = Look[Machine](row=self._row, hint=self._hint)
        keys = [(T("Up/Down"), T("Machine")), (T("Enter"), T("Rehearse on it"))]
        self.listing = Listing(look, keys=keys)
        yield self.listing

    def _hint(self, machine: Machine) -> Text:
        title = machine.title_in(self.owner.language.code)
        return T("{machine}: {origin}", machine=title, origin=machine.origin)

    def _row(self, machine: Machine, width: int) -> Row:
        title = machine.title_in(self.owner.language.code)
        room = max(width - NAME, 0)
        return [(units.fit(machine.name, NAME), ""), (units.cut(title, room), "")]

    def buttons(self) -> Sequence[Button]:
        """The one way is back."""
        return (Button(T("Close"), self.back),)

    def first_focus(self) -> Widget:
        """The list."""
        return self.listing

    def on_mount(self) -> None:
        """The recordings are read in the background."""
        self.again()

    def again(self) -> None:
        """Ctrl+R."""
        self.owner.background(rehearsing.machines, self._take)

    def _take(self, machines: list[Machine]) -> None:
        self.known = True
        if self.is_attached:
            self.listing.show(machines)
            self.tell()

    def on_listing_opened(self, _event: Listing.Opened) -> None:
        """The whole program begins anew on that machine."""
        if (machine := self.listing.item) is not None:
            self.owner.rehearse(machine.name)

    def back(self) -> None:
        """Away with it."""
        self.dismiss(None)
