"""A window on any number of lines: scrolled, followed, searched, wrapped, filtered."""

from __future__ import annotations

from collections.abc import Callable

from textual import events
from textual.message import Message
from typing_extensions import override

from tui_installer.model.text import T
from tui_installer.runs.output import ERRORS, Hits, Source, shown
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row, broken
from tui_installer.ui.widgets.pane import Pane


class LinesView(Pane, can_focus=True):
    """Shows the lines of one source. At the last line it follows new ones."""

    DEFAULT_CSS = """
    LinesView { height: 1fr; }
    """

    class Asked(Message):
        """A key that the screen handles: another source, words to find."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__()
        self.source: Source | None = None
        self.reset()

    def reset(self) -> None:
        """Returns to the end, without a search or a filter."""
        self.current = self.top = 0
        self.follows = True
        self.wraps = False
        self.whole = False
        self.indexed = False
        # The lines that pass the filter; the lines that match the search, and the line from which it runs.
        self.errors: Hits | None = None
        self.hits: Hits | None = None
        self.words = ""
        self._from: int | None = None
        self.missed = False

    def open(self, source: Source) -> None:
        """Shows another source."""
        self.source = source
        self.reset()
        self.redraw()

    # --- state ----------------------------------------------------------------------------------

    @property
    def count(self) -> int:
        """The number of lines that can be visited."""
        if self.errors is not None:
            return len(self.errors.numbers)
        return self.source.count if self.source else 0

    def _number(self, index: int) -> int:
        """Returns the source's number of a shown line."""
        return self.errors.numbers[index] if self.errors is not None else index

    def _lines(self, first: int, many: int) -> list[str]:
        if self.source is None:
            return []
        if self.errors is None:
            return [shown(line) for line in self.source.window(first, many)]
        numbers = self.errors.numbers[first : first + many]
        return [shown(line) for n in numbers for line in self.source.window(n, 1)]

    @property
    def busy(self) -> bool:
        """True while something is left to read."""
        waits = [h for h in (self.errors, self.hits) if h is not None and not h.complete]
        return not self.indexed or bool(waits)

    def work(self, enough: Callable[[], bool]) -> None:
        """Indexes new lines and searches them, until `enough`."""
        if self.source is None:
            return
        while self.source.index_more():
            self.indexed = False
            if enough():
                break
        else:
            self.indexed = True
        for hits in (self.errors, self.hits):
            if hits is not None and self.indexed:
                hits.more(enough)
        self._jump()
        if self.follows:
            self.current = max(self.count - 1, 0)
        self.freshen()

    # --- search ---------------------------------------------------------------------------------

    def find(self, words: str) -> None:
        """Goes to the next line with these words; empty: ends the search."""
        self.show_errors(False)
        self.words, self.missed = words, False
        self.hits = Hits(self.source, [words]) if words and self.source else None
        self._from = self.current if self.hits else None

    def find_next(self) -> None:
        """Goes to the next hit."""
        if self.hits is not None:
            self._from = self.current + 1
            self._jump()

    def _jump(self) -> None:
        """Goes to the next hit as soon as it is known."""
        if self.hits is None or self._from is None:
            return
        goal = self.hits.after(self._from - 1)
        finished = self.indexed and self.hits.complete
        if goal is None and finished:
            goal = self.hits.after(-1)
            self.missed = goal is None
        if goal is not None:
            self.go(goal)
        if goal is not None or finished:
            self._from = None
            self.owner.hint_changed()

    @property
    def seeking(self) -> bool:
        """True until the next hit is known."""
        return self._from is not None

    def show_errors(self, only: bool) -> None:
        """Shows only lines that look like errors, or all."""
        if only == (self.errors is not None) or self.source is None:
            return
        number = self._number(self.current) if self.count else 0
        self.errors = Hits(self.source, ERRORS) if only else None
        self.hits = None if only else self.hits
        self.follows, self.current = only, 0 if only else number
        self.redraw()

    # --- drawing --------------------------------------------------------------------------------

    @override
    def rows(self, width: int) -> list[Row]:
        height = self.size.height
        if self.source is None or not height:
            return []
        if self.follows and self.errors is None and not self.indexed:
            # The end can be shown before the lines before it are indexed.
            lines = [shown(line) for line in self.source.tail(height)]
            return [self._row(i == len(lines) - 1, line) for i, line in enumerate(lines)]
        self.current = max(min(self.current, self.count - 1), 0)
        self.top = max(min(self.top, self.current), self.current - height + 1, 0)
        if self.follows or self.count - self.top < height:
            self.top = max(self.count - height, 0)
        lines = self._lines(self.top, height)
        pieces = [self._pieces(self.top + i, line, width - 1) for i, line in enumerate(lines)]
        self._make_room(pieces, height)
        rows: list[Row] = []
        for i, some in enumerate(pieces, self.top):
            rows += [self._row(i == self.current and not n, piece) for n, piece in enumerate(some)]
        return rows[:height]

    def _make_room(self, pieces: list[list[str]], height: int) -> None:
        """Drops lines above until all of the current one is visible."""
        upto = self.current - self.top + 1
        while upto > 1 and sum(map(len, pieces[:upto])) > height:
            pieces.pop(0)
            self.top += 1
            upto -= 1

    def _pieces(self, index: int, line: str, cells: int) -> list[str]:
        wrapped = self.wraps or (self.whole and index == self.current)
        return broken(line, cells) if wrapped else [measure.cut(line, cells)]

    def _row(self, here: bool, text: str) -> Row:
        focus = "focus" if here and self.has_focus else ""
        return [(">" if here else " ", ""), (text, focus)]

    # --- keys -----------------------------------------------------------------------------------

    @property
    @override
    def keys(self) -> list[Key]:
        return [
            (T("Left/Right"), T("Source")),
            (T("/"), T("Find")),
            (T("n"), T("More")),
            (T("w"), T("Wrap")),
            (T("e"), T("All lines") if self.errors is not None else T("Errors only")),
            (T("Enter"), T("Whole line")),
        ]

    def go(self, index: int) -> None:
        """Makes that line the current one; an index behind the last line follows new ones."""
        self.current = max(min(index, self.count - 1), 0)
        self.follows = self.whole = False
        self.freshen()
        self.owner.hint_changed()

    def on_key(self, event: events.Key) -> None:
        """Moves through the lines, and handles the letters of a log."""
        acts = {
            "end": self._follow,
            "n": self.find_next,
            "w": self._wrap,
            "e": lambda: self.show_errors(self.errors is None),
            "enter": self._whole_line,
        }
        goal = self._goal(event.key)
        if goal is not None:
            if 0 <= goal < self.count:
                event.stop()
                self.go(goal)
        elif event.key in acts:
            event.stop()
            acts[event.key]()
            self.owner.hint_changed()
            self.post_message(self.Asked(event.key))
        elif event.key in ("left", "right", "slash"):
            event.stop()
            self.post_message(self.Asked(event.key))

    def _goal(self, key: str) -> int | None:
        page = max(self.size.height - 1, 1)
        steps = {"up": -1, "down": 1}
        if key in steps:
            return self.current + steps[key]
        if key == "home":
            return 0
        if key == "pageup":
            return max(self.current - page, 0)
        return min(self.current + page, self.count - 1) if key == "pagedown" else None

    def _follow(self) -> None:
        self.current, self.follows = max(self.count - 1, 0), True
        self.freshen()

    def _wrap(self) -> None:
        self.wraps = not self.wraps
        self.redraw()

    def _whole_line(self) -> None:
        self.whole = not self.whole
        self.redraw()
