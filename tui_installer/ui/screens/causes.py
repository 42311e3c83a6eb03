"""Causes: why something does not work on this machine, with evidence and cure; read in the background."""

from __future__ import annotations

from collections.abc import Sequence

from textual.widget import Widget
from typing_extensions import override

from tui_installer.model.diagnosis import Diagnosis
from tui_installer.model.facts import NotRead
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node import diagnosis
from tui_installer.ui.dialogs.support_bundle import bundle_button
from tui_installer.ui.frame.details import Details
from tui_installer.ui.rows import causes
from tui_installer.ui.rows.cells import Key, Row, Say
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Owner


class Causes(Details):
    """Names the causes as `explain` does. It looks once, and again on Ctrl+R; nothing is changed."""

    id_ = "causes"
    look_again = T("Look again")

    def __init__(self) -> None:
        super().__init__(T("What is wrong?"), NO_TEXT, self._draw)
        self._found: Diagnosis | None = None
        # When the look in progress began, and why the last one has failed.
        self._begun: float | None = None
        self._failed: Text = NO_TEXT

    @property
    @override
    def sentence(self) -> Text:
        if self._begun is not None:
            seconds = int(self.owner.clock() - self._begun)
            return T("This machine is looked at, {seconds} s.", seconds=seconds)
        if self._failed is not NO_TEXT:
            return self._failed
        return causes.sentence(self._found) if self._found is not None else NO_TEXT

    def _draw(self, say: Say, width: int) -> list[Row]:
        return causes.rows_of(self._found, say, width) if self._found is not None else []

    @override
    def on_mount(self) -> None:
        self.set_interval(1, self.tell)
        self.again()

    @override
    def again(self) -> None:
        if self._begun is not None:
            return
        self._begun = self.owner.clock()
        self.tell()
        self.owner.background(diagnosis.look, self._take, self._fail)

    def _take(self, found: Diagnosis) -> None:
        self._begun, self._failed, self._found = None, NO_TEXT, found
        self._show()

    def _fail(self, error: Exception) -> bool:
        if not isinstance(error, NotRead):
            return False
        self._begun, self._failed = None, error.unread.text
        self._show()
        return True

    def _show(self) -> None:
        if self.is_attached:
            self.scroll.redraw()
            self.tell()

    @override
    def buttons(self) -> Sequence[Button]:
        return Button(T("Close"), self.back), bundle_button(self.owner)

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        return self.scroll.place

    @override
    def keys_now(self) -> list[Key]:
        return [
            (T("Up/Down"), T("Scroll")),
            (T("PgUp/PgDn"), T("Page")),
            (T("Left/Right"), T("Button")),
            (T("Ctrl+R"), self.look_again),
        ]


def causes_button(owner: Owner) -> Button:
    """Returns the button of a screen that opens it."""
    return Button(
        T("What is wrong?"),
        lambda: owner.over(Causes()),
        T("Names the causes of what does not work, with evidence and cure. Changes nothing."),
    )
