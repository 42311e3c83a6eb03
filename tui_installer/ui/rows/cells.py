"""Rows of cells: spans with a style name each, cut and filled to the width of the screen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui_installer.model.ending import Ending
from tui_installer.model.outcome import Outcome
from tui_installer.model.printable import one_line
from tui_installer.model.step_standing import StepState
from tui_installer.model.text import Text
from tui_installer.text import measure

wrap = measure.wrap
# A span: a text and the name of its style; a row is a list of spans.
Span = tuple[str, str]
Row = list[Span]
# Translates a sentence into the present language.
Say = Callable[[Text], str]
# The width from which two things stand side by side.
WIDE = 120
# The marks before an option: chosen, selectable, not selectable.
CHOSEN, FREE, REFUSED = "(*)", "( )", "(-)"
# A key and its action, as the rows of keys show it.
Key = tuple[Text, Text]

# Only the eight basic colours and bold: kernel 3.10's console ignores the bright ones.
STYLES: dict[str, Style] = {
    "": Style(),
    "dim": Style(),
    "bold": Style(bold=True),
    "focus": Style(reverse=True),
    Outcome.OK: Style(color="green"),
    Outcome.WARN: Style(color="yellow", bold=True),
    Outcome.FAIL: Style(color="white", bgcolor="red", bold=True),
    Outcome.PLANNED: Style(color="cyan"),
    StepState.RUNNING: Style(color="cyan", bold=True),
    StepState.VERIFYING: Style(color="cyan", bold=True),
    "STALLED": Style(color="yellow", bold=True),
    Ending.DONE: Style(color="green"),
    Ending.NOTHING: Style(color="green"),
    Ending.FAILED: Style(color="white", bgcolor="red", bold=True),
    "added": Style(color="green"),
    "removed": Style(color="red"),
}
# Without colours the worst outcome must still stand out.
PLAIN: dict[str, Style] = {
    **{name: Style() for name in STYLES},
    "bold": Style(bold=True),
    "focus": Style(reverse=True),
    Outcome.WARN: Style(bold=True),
    Outcome.FAIL: Style(reverse=True),
    StepState.RUNNING: Style(bold=True),
    StepState.VERIFYING: Style(bold=True),
    "STALLED": Style(bold=True),
    Ending.FAILED: Style(reverse=True),
}


def width_of(row: Row) -> int:
    """Returns the cells that a row takes."""
    return sum(measure.width(text) for text, _ in row)


def cut(row: Row, cells: int) -> Row:
    """Cuts the row to at most that many cells; `~` marks the cut."""
    if width_of(row) <= cells:
        return row
    spans: Row = []
    left = cells
    for text, style in row:
        if measure.width(text) >= left:
            # One cell more than there is room for makes the cut visible, also after a text that fits exactly.
            return [*spans, (measure.cut(text + "~", left), style)]
        spans.append((text, style))
        left -= measure.width(text)
    return spans


def strip(row: Row, cells: int, *, colours: bool, over: str = "") -> Strip:
    """Returns the row as Textual draws it, filled with blanks; `over` is laid over every span."""
    styles = STYLES if colours else PLAIN
    # Every text becomes cells here, regardless of its source.
    row = cut([(one_line(text), style) for text, style in row], cells)
    # The style of the focus replaces all others: a console cannot show two at once. A word without a style of its own is drawn plainly.
    segments = [Segment(text, styles.get(over or style, styles[""])) for text, style in row]
    rest = cells - width_of(row)
    if rest > 0:
        segments.append(Segment(" " * rest, styles[over]))
    return Strip(segments, cells)


def rows_of(text: str, cells: int, style: str = "", indent: int = 1) -> list[Row]:
    """Returns a wrapped text as rows."""
    return [[(" " * indent + line, style)] for line in wrap(text, cells - 2 * indent)]


def at_most(rows: Sequence[Row], count: int) -> list[Row]:
    """Returns the first rows, filled up to that many; `~` at the end of the last says that there are more."""
    if len(rows) > count > 0:
        return [*rows[: count - 1], [*rows[count - 1], ("~", "")]]
    return [*rows, *[[]] * (count - len(rows))]


def lines(texts: Sequence[Text]) -> Text:
    """Joins sentences to one text, each beginning a row."""
    names = [f"line{number}" for number in range(len(texts))]
    return Text("\n".join(f"{{{name}}}" for name in names), dict(zip(names, texts, strict=True)))


def broken(line: str, cells: int) -> list[str]:
    """Splits a line into pieces of at most that many cells, broken where it is full, as terminals do."""
    pieces = []
    cells = max(cells, 2)
    while measure.width(line) > cells:
        head = measure.head(line, cells)
        pieces.append(head)
        line = line[len(head) :]
    return [*pieces, line]
