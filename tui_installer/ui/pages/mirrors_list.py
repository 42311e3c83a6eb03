"""The list of sources: one of each need is chosen, of docker.io's mirrors any number."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events
from typing_extensions import override

from tui_installer.model.text import T, Text
from tui_installer.preflight import sources
from tui_installer.ui.rows import sources as source_rows
from tui_installer.ui.rows.cells import Key
from tui_installer.ui.rows.sources import DOCKER_IO, Candidate
from tui_installer.ui.widgets.listing import Listing, ListingLook


class SourceList(Listing[Candidate]):
    """Works like a `Choice`: a need's pointer is its choice. Up and Down change the need, Left and Right the source.

    Each mirror of docker.io has a box to tick.
    """

    def __init__(
        self,
        look: ListingLook[Candidate],
        items: Sequence[Candidate],
        take: Callable[[Candidate], None],
    ) -> None:
        super().__init__(look, items)
        self._take = take
        # The source that the keys have reached although it cannot be chosen: the hint says why.
        self.passed: int | None = None

    @property
    @override
    def hint(self) -> Text:
        """Returns the hint of the chosen source, or why another one cannot be chosen."""
        if self.passed is not None and self.passed < len(self.items):
            return self.look.hint(self.items[self.passed])
        return super().hint

    @property
    @override
    def keys(self) -> list[Key]:
        ticks = self.item is not None and self.item.need == DOCKER_IO
        choose = (T("Space"), T("Tick")) if ticks else (T("Left/Right"), T("Choose"))
        return [
            (T("Up/Down"), T("Row") if ticks else T("Need")),
            choose,
            (T("Enter"), T("Details")),
        ]

    def _of(self, need: str) -> list[int]:
        return [i for i, row in enumerate(self.items) if row.need == need]

    def stop_of(self, need: str) -> int:
        """Returns the pointer's row for a need: its choice, else its first source."""
        rows = self._of(need)
        session = self.owner.session
        chosen = (i for i in rows if source_rows.is_chosen(session.draft, self.items[i]))
        return next(chosen, rows[0] if rows else 0)

    @property
    def stops(self) -> list[int]:
        """Returns the rows where the pointer may stand, from above."""
        needs = dict.fromkeys(row.need for row in self.items)
        ticks = self._of(DOCKER_IO)
        return sorted({self.stop_of(need) for need in needs if need != DOCKER_IO} | set(ticks))

    def follow(self) -> None:
        """Moves the pointer to the choice after any change of it."""
        if self.item is not None and self.item.need != DOCKER_IO:
            self.go(self.stop_of(self.item.need))

    @override
    def on_blur(self) -> None:
        self.passed = None

    @override
    def on_key(self, event: events.Key) -> None:
        stops = self.stops
        if not stops or self.item is None:
            return
        if event.key in ("left", "right"):
            event.stop()
            if self.item.need != DOCKER_IO:
                self._step(1 if event.key == "right" else -1)
        elif event.key == "space":
            event.stop()
            self._take(self.item)
        elif event.key in ("up", "down", "home", "end", "pageup", "pagedown"):
            # The base class would move row by row.
            event.prevent_default()
            self.passed = None
            before = [i for i in stops if i < self.current]
            behind = [i for i in stops if i > self.current]
            goal = {
                "up": before[-1:],
                "down": behind[:1],
                "pageup": before[-1:] or stops[:1],
                "pagedown": behind[:1] or stops[-1:],
                "home": stops[:1],
                "end": stops[-1:],
            }[event.key]
            if goal:
                event.stop()
                self.go(goal[0])

    def _step(self, step: int) -> None:
        """Chooses the previous or next source, if that is possible."""
        assert self.item is not None
        rows = self._of(self.item.need)
        after = rows.index(self.current if self.passed is None else self.passed) + step
        if not 0 <= after < len(rows):
            return
        row = self.items[rows[after]]
        session = self.owner.session
        self.passed = rows[after]
        if sources.choosable(session.draft, row.need, row.name) or source_rows.is_chosen(
            session.draft, row
        ):
            self.passed = None
            self._take(row)
        self.redraw()
        self.owner.hint_changed()
