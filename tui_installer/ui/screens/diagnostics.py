"""Diagnostics: what the tools of this machine see, on several pages; it works on any node and changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from textual import events
from textual.app import ComposeResult
from textual.widget import Widget
from typing_extensions import override

import tui_installer.ui.screens
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.registry import discover
from tui_installer.text import measure
from tui_installer.ui.frame.screen import Frame, Sentence
from tui_installer.ui.rows.cells import Row, width_of
from tui_installer.ui.screens.diagnostics_tab import DiagnosticsTab, TabEntry
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.pane import Pane


@cache
def entries() -> tuple[TabEntry, ...]:
    """Returns the pages, found by their files, from left to right."""
    found = discover(tui_installer.ui.screens, "TAB", first_word="diagnostics_")
    return tuple(sorted(found.values(), key=lambda entry: (entry.place, entry.id)))


class TabBar(Pane):
    """The titles of the pages; the present one stands in brackets."""

    DEFAULT_CSS = """
    TabBar { height: 1; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.current = 0

    @override
    def rows(self, width: int) -> list[Row]:
        row: Row = [(" ", "")]
        for index, entry in enumerate(entries()):
            title, here = self.say(entry.title), index == self.current
            row += [(f"[ {title} ]" if here else title, "bold" if here else ""), ("   ", "")]
        if len(entries()) == 1:
            return [row]
        keys = self.say(T("Left/Right Other page")) + "  "
        room = width - width_of(row)
        return [[*row, (" " * (room - measure.width(keys)) + keys, "")]] if room > 0 else [row]


class Diagnostics(Frame):
    """The pages over the screen that has opened them."""

    DEFAULT_CSS = """
    Diagnostics > Sentence { display: none; }
    """
    id_ = "diagnostics"
    heading = T("Diagnostics")
    hint_rows = 5
    look_again = T("Read again")

    def __init__(self, first: str = "") -> None:
        """`first`: the id of the page that is shown first."""
        super().__init__()
        self.tabs: list[DiagnosticsTab[Any]] = [entry.tab() for entry in entries()]
        ids = [entry.id for entry in entries()]
        self.at = ids.index(first) if first in ids else 0
        self._tab_buttons = [tuple(tab.buttons()) for tab in self.tabs]

    @property
    def tab(self) -> DiagnosticsTab[Any]:
        """The present page."""
        return self.tabs[self.at]

    @property
    @override
    def sentence(self) -> Text:
        return self.tab.sentence

    @override
    def body(self) -> ComposeResult:
        self.bar = TabBar()
        yield self.bar
        yield Sentence()
        for tab in self.tabs:
            tab.display = tab is self.tab
            yield tab

    @override
    def buttons(self) -> Sequence[Button]:
        return [button for row in self._tab_buttons for button in row]

    @override
    def first_focus(self) -> Widget | None:
        return self.tab.first_focus() or super().first_focus()

    @override
    def hint_of(self, widget: Widget | None) -> Text:
        failed = self.tab.failed
        return self.tab.detail_of(widget) if failed is NO_TEXT else failed

    @override
    def on_mount(self) -> None:
        super().on_mount()
        self.set_interval(1.0, self.tick)
        self.show_tab(self.at)

    def tick(self) -> None:
        """Shows that a look is in progress, by its seconds."""
        if self.tab.reading:
            self.tell()

    def show_tab(self, index: int) -> None:
        """Shows another page; each keeps its state."""
        self.at = self.bar.current = index
        for tab in self.tabs:
            tab.display = tab is self.tab
        self.bar.redraw()
        self._show_buttons()
        self.tab.appear()
        self.set_focus(None)
        self.call_after_refresh(self._focus_first)
        self.tell()

    def _show_buttons(self) -> None:
        for tab, buttons in zip(self.tabs, self._tab_buttons, strict=True):
            for button in buttons:
                button.display = tab is self.tab and tab.offers(button)

    def on_diagnostics_tab_changed(self, event: DiagnosticsTab.Changed) -> None:
        """Draws what the present page says of itself."""
        event.stop()
        self._show_buttons()
        self.tell()

    @override
    def on_key(self, event: events.Key) -> None:
        step = {"left": -1, "right": 1}.get(event.key, 0)
        if step and 0 <= self.at + step < len(self.tabs):
            event.stop()
            event.prevent_default()
            self.show_tab(self.at + step)

    @override
    def again(self) -> None:
        self.tab.again()

    @override
    def back(self) -> None:
        self.dismiss(None)
