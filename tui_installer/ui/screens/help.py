"""Help: the focused widget first, then the page, the keys and the words; over the screen, which stays."""

from __future__ import annotations

from typing import Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.screen import ModalScreen, Screen
from typing_extensions import override

from tui_installer.help.book import PLACES
from tui_installer.model.text import T, verbatim
from tui_installer.text import measure
from tui_installer.ui.frame.screen import HEIGHT, WIDTH, Frame, Keys
from tui_installer.ui.rows import help
from tui_installer.ui.rows.cells import Key, Row, width_of
from tui_installer.ui.rows.help import HelpPart
from tui_installer.ui.widgets.button import Button
from tui_installer.ui.widgets.owner import Shown
from tui_installer.ui.widgets.pane import BlankRow, Pane

# Longer lines are hard to read.
WIDEST = 100


class Upper(Pane):
    """The upper edge of the box, with the labels of the parts."""

    DEFAULT_CSS = """
    Upper { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        shown = cast(HelpScreen, self.screen)
        left, right = ("\u250c", "\u2510") if self.owner.boxes else ("+", "+")
        row: Row = [(f"{left}{self.owner.horizontal} {self.say(T('Help:'))}  ", "")]
        for i, part in enumerate(shown.parts):
            title = self.say(part.title)
            here = i == shown.current
            row.append((f"[ {title} ]" if here else title, "bold" if here else ""))
            row.append((" " if i + 1 == len(shown.parts) else "   ", ""))
        row.append((self.owner.horizontal * (width - width_of(row) - 1) + right, ""))
        return [row]


class Lower(Pane):
    """The lower edge; it says how much there is below."""

    DEFAULT_CSS = """
    Lower { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        left, right = ("\u2514", "\u2518") if self.owner.boxes else ("+", "+")
        line = self.owner.horizontal
        below = cast(HelpScreen, self.screen).inside.below
        note = self.say(T(" {count} more below ", count=below)) if below else ""
        return [
            [
                (
                    left + line * (width - measure.width(note) - 4) + note + line * 2 + right,
                    "",
                )
            ]
        ]


class HelpBody(Pane):
    """The rows of the present part, between the sides of the box."""

    DEFAULT_CSS = """
    HelpBody { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.top = 0

    def text(self) -> list[Row]:
        """All rows of the part."""
        return cast(HelpScreen, self.screen).part.rows(self.say, self.size.width - 4)

    @property
    def below(self) -> int:
        """The number of rows below the window."""
        return max(len(self.text()) - self.top - self.size.height, 0)

    def scroll_rows(self, count: int) -> None:
        """Scrolls the text, up to its ends."""
        self.top = max(min(self.top + count, len(self.text()) - self.size.height), 0)
        self.redraw()

    @override
    def rows(self, width: int) -> list[Row]:
        side = self.owner.vertical
        drawn = []
        for row in (self.text()[self.top :] + [[]] * self.size.height)[: self.size.height]:
            blank = " " * max(width - 4 - width_of(row), 0)
            drawn.append([(f"{side} ", ""), *row, (f"{blank} {side}", "")])
        return drawn


class HelpScreen(Shown, ModalScreen[None]):
    """Teaches; Left and Right turn its parts, Esc closes it."""

    DEFAULT_CSS = """
    HelpScreen { background: transparent; layout: vertical; }
    HelpScreen #box { height: 1fr; padding: 0 0 0 1; background: ansi_default; }
    HelpScreen #below { height: auto; background: ansi_default; }
    HelpScreen #close { height: 1; padding: 0 0 0 1; }
    HelpScreen.-low #gap { display: none; }
    HelpScreen.-small > * { display: none; }
    """
    AUTO_FOCUS = ""
    # The rows of keys are drawn as on a frame: no dialog is over this screen.
    dialog = None

    def __init__(self, topic: str, under: Screen[Any]) -> None:
        super().__init__()
        self.topic, self.under = topic, under
        self.parts: list[HelpPart] = []
        self.current = 0

    @property
    def part(self) -> HelpPart:
        """The present part."""
        return self.parts[self.current]

    @override
    def compose(self) -> ComposeResult:
        self._write()
        with Vertical(id="box"):
            self.upper, self.inside, self.lower = Upper(), HelpBody(), Lower()
            yield self.upper
            yield self.inside
            yield self.lower
        with Vertical(id="below"):
            yield BlankRow(id="gap")
            with Horizontal(id="close"):
                self.close = Button(T("Close"), lambda: self.dismiss(None))
                yield self.close
            yield Keys()

    def _write(self) -> None:
        session = self.owner.session
        here = self.under.keys_now() if isinstance(self.under, Frame) else []
        parts = (
            help.focused(self.topic, session),
            help.place(self._place()),
            help.keys(here),
            help.words(),
        )
        self.parts = [part for part in parts if part is not None]

    def _place(self) -> str:
        """Returns the page or screen that help is about; for a dialog, the one below it."""
        below = [self.under, *reversed(self.app.screen_stack)]
        files = (type(screen).__module__.rpartition(".")[2] for screen in below)
        return next((name for name in files if name in PLACES), "")

    def on_mount(self) -> None:
        """Focuses the only widget that can have the focus."""
        self._fit()
        self.close.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Makes the box wider on wide screens, at the right."""
        self._fit()
        self.call_after_refresh(self.inside.scroll_rows, 0)
        self.call_after_refresh(self.lower.redraw)

    def _fit(self) -> None:
        width, height = self.app.size
        self.set_class(width < WIDTH or height < HEIGHT, "-small")
        self.set_class(height == HEIGHT, "-low")
        box = self.query_one("#box")
        # One cell at the left stays empty, so that no half character of the screen stands beside the box.
        cells = min(width, WIDEST + 1)
        box.styles.width = cells
        box.styles.margin = (2 if height == HEIGHT else 3, 0, 0, width - cells)

    def _show(self) -> None:
        for pane in (self.upper, self.inside, self.lower):
            pane.redraw()

    def keys_now(self) -> list[Key]:
        """Returns the keys of the box."""
        return [(T("Up/Down"), T("Scroll")), (T("Left/Right"), T("Other part"))]

    def keys_everywhere(self) -> list[Key]:
        """Returns the keys of every screen; two of them close the box."""
        return [
            (T("Esc"), T("Close")),
            (T("Ctrl+G"), T("Close")),
            (T("Ctrl+O"), T("Log")),
            (T("Ctrl+Y"), verbatim(self.owner.other_language)),
            (T("Ctrl+C"), T("Leave")),
        ]

    def on_key(self, event: events.Key) -> None:
        """Scrolls, turns the parts, or closes."""
        page = max(self.inside.size.height - 1, 1)
        rows = {"up": -1, "down": 1, "pageup": -page, "pagedown": page}
        rows |= {"home": -self.inside.top, "end": self.inside.below}
        part = {"left": -1, "right": 1}.get(event.key)
        if event.key in rows:
            self.inside.scroll_rows(rows[event.key])
            self.lower.redraw()
        elif part is not None:
            self.turn(part)
        elif event.key == "escape":
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()

    def turn(self, step: int) -> None:
        """Shows another part; stops at the ends."""
        after = self.current + step
        if 0 <= after < len(self.parts):
            self.current, self.inside.top = after, 0
            self._show()
