"""The frame of every screen: title, sentence, body, hint, buttons, keys, always in the same rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from textual import events
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import Screen
from textual.widget import Widget
from typing_extensions import override

from tui_installer import __version__
from tui_installer.model.text import NO_TEXT, T, Text, verbatim
from tui_installer.text import measure
from tui_installer.ui.frame.dialog import Dialog, dialog_keys
from tui_installer.ui.rows.cells import Key, Row, at_most, rows_of
from tui_installer.ui.widgets.button import Button, Buttons
from tui_installer.ui.widgets.listing import Listing
from tui_installer.ui.widgets.owner import Focusable, Shown
from tui_installer.ui.widgets.pane import Pane

WIDTH, HEIGHT = 80, 24


class Title(Pane):
    """Shows the program, the screen, this machine's present name and address, and the page.

    On the pages after the first it also shows what the machine will be, in place of its present name.
    """

    DEFAULT_CSS = """
    Title { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        frame = cast(Frame, self.screen)
        left = f" tui-installer {__version__}   {self.say(frame.heading)}  "
        stand_in = self.owner.stand_in
        word = self.say(stand_in.word) if stand_in else ""
        mark = self.say(frame.mark)
        address = self.owner.address
        name = self.owner.host_name
        becomes = self.say(frame.becomes)
        if becomes:
            tight = "  ".join(part for part in (address, word, mark) if part)
            if measure.width(f"{left}{becomes}  {name} {tight}") > width:
                name = ""
            if word and measure.width(f"{left}{becomes} {tight}") > width:
                # The rehearsal's own label replaces a recorded machine's name.
                address = ""
        right = "  ".join(part for part in (address, word, mark) if part)
        room = width - measure.width(left) - measure.width(right) - 1
        becomes = measure.cut(becomes, max(room, 0))
        room -= measure.width(becomes)
        name = measure.cut(name, max(room, 0))
        gap = " " * (room - measure.width(name))
        return [[(left + becomes, "bold"), (f"{gap}{name} {right}", "")]]


class Rule(Pane):
    """A line across the screen; it says how much of a list above it is out of sight."""

    DEFAULT_CSS = """
    Rule { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        line = self.owner.horizontal
        for listing in self.screen.walk_children(Listing):
            if listing.display and listing.region.bottom == self.region.y and listing.size.height:
                out_of_sight = self.say(listing.more)
                note = f" {out_of_sight} " if out_of_sight else ""
                start = max(listing.region.right - measure.width(note) - 2, 1)
                rest = width - start - measure.width(note)
                return [[(line * start + note + line * rest, "")]]
        return [[(line * width, "")]]


class Sentence(Pane):
    """Shows what this screen decides or shows, with the counts."""

    DEFAULT_CSS = """
    Sentence { height: 1; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        frame = cast(Frame, self.screen)
        return [[(" " + self.say(frame.sentence), "bold")]]


class Hint(Pane):
    """Shows what the focused widget means, or its fault and the cure."""

    @override
    def rows(self, width: int) -> list[Row]:
        """Returns as many rows as the frame has room for; the last one says if there are more."""
        frame = cast(Frame, self.screen)
        text = self.say(frame.hint_of(frame.focused))
        return at_most(rows_of(text, width) if text else [], frame.hint_rows)


class Keys(Pane):
    """Two rows of keys: those of the focus, and those of every screen, always in the same place."""

    DEFAULT_CSS = """
    Keys { height: 2; }
    """

    @override
    def rows(self, width: int) -> list[Row]:
        frame = cast(Frame, self.screen)
        dialog = frame.dialog
        now = dialog_keys(dialog) if dialog else frame.keys_now()
        return [self._row(now, "   "), self._row(frame.keys_everywhere(), "  ")]

    def _row(self, keys: Iterable[Key], gap: str) -> Row:
        shown = (f"{self.say(key)} {self.say(what)}" for key, what in keys)
        return [(" " + gap.join(shown), "")]


# What stands around the body of every screen.
FRAME = (Title, Sentence, Rule, Hint, Keys)


class TooSmall(Pane):
    """Covers the whole screen where it has too few rows or columns for the other widgets."""

    @override
    def rows(self, width: int) -> list[Row]:
        text = T(
            "80x24 needed, this is {width}x{height}. Enlarge the window, or use plain lines: tui-installer attach",
            width=self.screen.size.width,
            height=self.screen.size.height,
        )
        stand_in = self.owner.stand_in
        head = rows_of(self.say(stand_in.word), width, indent=0) if stand_in else []
        return [*head, *rows_of(self.say(text), width, indent=0)]


class Frame(Shown, Screen[None]):
    """A screen in the frame. Subclasses give heading, sentence, body and buttons."""

    DEFAULT_CSS = """
    Frame { background: ansi_default; color: ansi_default; layout: vertical; overflow: hidden; }
    Frame #body { height: 1fr; width: 1fr; overflow: hidden; }
    Frame TooSmall { display: none; height: 1fr; }
    Frame.-low #rule { display: none; }
    Frame.-small > * { display: none; }
    Frame.-small TooSmall { display: block; }
    """
    AUTO_FOCUS = ""
    # The screen's name in the help, and in `n/7` for pages.
    id_ = ""
    heading: Text = NO_TEXT
    hint_rows = 3
    # The words for Ctrl+R here; empty: it does nothing.
    look_again: Text = T("Look again")
    leaves = False
    _focus_was: Widget | None = None

    @property
    def mark(self) -> Text:
        """Returns the end of the title row: the page, the number of viewers."""
        return NO_TEXT

    @property
    def becomes(self) -> Text:
        """Returns, on pages, what this machine will be."""
        return NO_TEXT

    @property
    def sentence(self) -> Text:
        """Returns what this screen decides or shows, with the counts."""
        return NO_TEXT

    def body(self) -> ComposeResult:
        """Yields the widgets between the sentence and the hint."""
        yield from ()

    def buttons(self) -> Sequence[Button]:
        """Returns the buttons; the recommended one is first."""
        return ()

    def first_focus(self) -> Widget | None:
        """Returns the widget that has the focus when the screen appears."""
        return next(iter(self.query(Button)), None)

    @override
    def compose(self) -> ComposeResult:
        yield TooSmall()
        yield Title()
        yield Rule(id="rule")
        yield Sentence()
        with Vertical(id="body"):
            yield from self.body()
        yield Rule(id="hint-rule")
        yield Hint()
        yield Buttons(*self.buttons())
        yield Keys()

    def on_mount(self) -> None:
        """Sets the first focus once all widgets exist."""
        self._fit()
        self.call_after_refresh(self._focus_first)

    def _focus_first(self) -> None:
        widget = self.first_focus()
        if self.focused is None and widget is not None:
            widget.focus()

    def on_resize(self, event: events.Resize) -> None:
        """Drops the rule where there are 24 rows; covers the screen where there are fewer."""
        self._fit()

    def _fit(self) -> None:
        width, height = self.app.size
        small = width < WIDTH or height < HEIGHT
        if small and self.focused is not None:
            # A hidden widget loses the focus.
            self._focus_was = self.focused
        self.set_class(small, "-small")
        self.set_class(height == HEIGHT, "-low")
        if not small and self._focus_was is not None:
            self.call_after_refresh(self._focus_was.focus)
            self._focus_was = None

    def hint_of(self, widget: Widget | None) -> Text:
        """Returns the hint of the focused widget; pages may replace it with a more urgent one."""
        return widget.hint if isinstance(widget, Focusable) else NO_TEXT

    def keys_now(self) -> list[Key]:
        """Returns the keys of this screen for the present focus."""
        keys = list(self.focused.keys) if isinstance(self.focused, Focusable) else []
        if self.look_again is not NO_TEXT:
            keys.append((T("Ctrl+R"), self.look_again))
        return keys

    def keys_everywhere(self) -> list[Key]:
        """Returns the keys of every screen."""
        esc, leave = T("Leave") if self.leaves else T("Back"), T("Leave")
        if self.dialog:
            esc, leave = self.dialog.esc, self.dialog.ctrl_c
        return [
            (T("Esc"), esc),
            (T("Ctrl+G"), T("Help")),
            (T("Ctrl+O"), T("Log")),
            (T("Ctrl+Y"), verbatim(self.owner.other_language)),
            (T("Ctrl+C"), leave),
        ]

    @property
    def dialog(self) -> Dialog[Any] | None:
        """Returns the dialog that is open over this screen."""
        over = self.app.screen
        return over if isinstance(over, Dialog) else None

    def on_screen_suspend(self, event: events.ScreenSuspend) -> None:
        """Draws the keys of the screen that covers this one."""
        self._keys_changed()

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Draws the keys of this screen again."""
        self._keys_changed()

    def _keys_changed(self) -> None:
        self.tell()
        if isinstance(self.focused, Pane):
            self.focused.redraw()

    @override
    def tell(self) -> None:
        # A search by CSS costs much more, and every key comes by here.
        for pane in self.walk_children(Pane):
            if isinstance(pane, FRAME):
                pane.freshen()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """Updates hint and keys for the focused widget."""
        self.tell()

    @override
    def walk(self, step: int) -> None:
        """Moves the focus to the next or the previous widget, and stops at the ends."""
        chain = self.focus_chain
        if self.focused not in chain:
            self._focus_first()
            return
        goal = chain.index(self.focused) + step
        # From the body Up and Down lead to the first button of the row; from any button back to the body.
        below = [isinstance(widget.parent, Buttons) for widget in chain]
        if below[chain.index(self.focused)]:
            if step > 0:
                return
            goal = max((i for i, in_row in enumerate(below) if not in_row), default=goal)
        if 0 <= goal < len(chain):
            chain[goal].focus()

    def on_key(self, event: events.Key) -> None:
        """Moves the focus through rows and fields and on into the buttons on Up and Down; goes back on Esc."""
        step = {"up": -1, "down": 1, "tab": 1, "shift+tab": -1}.get(event.key)
        if step is not None:
            event.stop()
            event.prevent_default()
            self._tab(step) if event.key.endswith("tab") else self.walk(step)
        elif event.key == "escape":
            event.stop()
            self.back()

    def _tab(self, step: int) -> None:
        self.focus_next() if step > 0 else self.focus_previous()

    def back(self) -> None:
        """Handles Esc."""
        self.owner.leave()

    def again(self) -> None:
        """Handles Ctrl+R."""
