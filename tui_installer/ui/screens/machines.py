"""The list of recorded machines for a rehearsal; Enter chooses one."""

from __future__ import annotations

from textual.app import ComposeResult
from typing_extensions import override

from tui_installer.model.text import T, Text
from tui_installer.rehearsal import machines
from tui_installer.rehearsal.machines import RecordedMachine
from tui_installer.text import measure
from tui_installer.ui.frame.list_screen import ListScreen
from tui_installer.ui.rows.cells import Row
from tui_installer.ui.widgets.listing import Listing, ListingLook

# Cells of a machine's name.
NAME = 16


class Machines(ListScreen[RecordedMachine]):
    """The machines, over the Start screen."""

    id_ = "machines"
    heading = T("Rehearsal")
    hint_rows = 2

    @property
    @override
    def sentence(self) -> Text:
        if not self.known:
            return T("The recordings are being read.")
        return T(
            "Recorded machines: {count}. Nothing on this computer is changed by a rehearsal.",
            count=len(self.listing.items),
        )

    @override
    def body(self) -> ComposeResult:
        look = ListingLook[RecordedMachine](row=self._row, hint=self._hint)
        keys = [(T("Up/Down"), T("Machine")), (T("Enter"), T("Rehearse on it"))]
        self.listing = Listing(look, keys=keys)
        yield self.listing

    def _hint(self, machine: RecordedMachine) -> Text:
        title = machine.title_in(self.owner.language.code)
        return T("{machine}: {origin}", machine=title, origin=machine.origin)

    def _row(self, machine: RecordedMachine, width: int) -> Row:
        title = machine.title_in(self.owner.language.code)
        room = max(width - NAME, 0)
        return [(measure.fit(machine.name, NAME), ""), (measure.cut(title, room), "")]

    @override
    def read(self) -> list[RecordedMachine]:
        return machines.every()

    @override
    def opened(self, item: RecordedMachine) -> None:
        self.owner.rehearse(item.name)
