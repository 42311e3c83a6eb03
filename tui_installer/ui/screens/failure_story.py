"""The story of a failure: what happened, what to do, by what evidence, and the last errors of the components."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from typing_extensions import override

from tui_installer.model.step_standing import StepStanding
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.runs.output import shown
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Key, Row, Say, wrap
from tui_installer.ui.widgets.scroll import Scroll

LABEL = 15


class Story(Scroll, can_focus=True):
    """Shows all of it in whole lines. Up and Down scroll, and leave it at its ends."""

    DEFAULT_CSS = """
    Story { height: 1fr; margin: 1 0 0 0; }
    """

    @property
    @override
    def keys(self) -> list[Key]:
        return [(T("Up/Down"), T("Scroll")), (T("PgUp/PgDn"), T("Page"))]

    @property
    @override
    def hint(self) -> Text:
        return self.place

    @override
    def allow_focus(self) -> bool:
        """Takes the focus only where there is something to scroll."""
        return self.place is not NO_TEXT

    @override
    def rows(self, width: int) -> list[Row]:
        rows = super().rows(width)
        below = self._count(width) - self.top - len(rows)
        if below > 0 and rows:
            more = self.say(T("{count} more lines below", count=below + 1))
            rows[-1] = [(" " * (width - measure.width(more) - 1) + more, "")]
        if self.has_focus and rows:
            label, style = rows[0][0]
            rows[0] = [(">" + label[1:], style), *rows[0][1:]]
        return rows

    def _count(self, width: int) -> int:
        return len(self.draw(self.say, width))

    def on_key(self, event: events.Key) -> None:
        """Scrolls; at the ends the screen moves the focus."""
        last = self._count(self.size.width) - self.size.height
        leaves = {"up": self.top <= 0, "down": self.top >= last}.get(event.key, False)
        if not leaves and self.scrolled(event.key):
            event.stop()
            event.prevent_default()
            self.owner.hint_changed()


def labelled(say: Say, label: Text, lines: Sequence[str], width: int) -> list[Row]:
    """Returns the lines, wrapped, with the label before the first of them."""
    name = measure.pad(say(label), LABEL)
    pieces = [piece for line in lines for piece in wrap(shown(line), width - LABEL - 3)]
    return [[(f" {' ' * LABEL if i else name} ", "bold"), (p, "")] for i, p in enumerate(pieces)]


def evidence(say: Say, step: StepStanding | None, width: int) -> list[Row]:
    """Returns the lines that show the cause, and the last errors of the components."""
    if step is None:
        return []
    errors = [f"{name}: {line}" for name, said in step.said.items() for line in said]
    return [
        *labelled(say, T("Evidence"), step.tail, width),
        *labelled(say, T("Last errors"), errors, width),
    ]
