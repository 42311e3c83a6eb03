"""The named causes of what does not work, as rows: the one that explains others first, what follows from it under it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui_installer.model.cause import Cause
from tui_installer.model.diagnosis import Diagnosis
from tui_installer.model.text import T, Text
from tui_installer.runs.output import shown
from tui_installer.text import measure
from tui_installer.text.words import VERDICT, WORDS
from tui_installer.ui.rows.cells import Row, Say, wrap

# Cells by which one that follows from another stands further right; deeper ones stand no further.
STEP, DEEPEST = 2, 3
# Lines of evidence for one cause; more of them say the same.
LINES = 3


def sentence(found: Diagnosis) -> Text:
    """Returns how much is wrong, in one line."""
    causes = len(found.causes)
    if causes == 1:
        return T("One cause is named.")
    if causes:
        return T("{count} causes are named; put the first one right first.", count=causes)
    if found.unexplained:
        return T("Something fails, and why is not known to this program.")
    if found.unread:
        return T("No cause is found, but not everything could be read.")
    return T("Nothing fails that this program knows.")


def rows_of(found: Diagnosis, say: Say, width: int) -> list[Row]:
    """Returns causes with evidence and cure, errors that none of them explains, and what could not be read."""
    return [
        *_causes(found.causes, say, width),
        *_unexplained(found, say, width),
        *_unread(found, say, width),
    ]


def _causes(causes: Sequence[Cause], say: Say, width: int) -> Iterator[Row]:
    depth: dict[str, int] = {}
    for cause in causes:
        depth[cause.id] = depth.get(cause.explained_by, -1) + 1
        yield from _cause(cause, min(depth[cause.id], DEEPEST), say, width)
        yield []


def _cause(cause: Cause, depth: int, say: Say, width: int) -> Iterator[Row]:
    left = " " * (1 + STEP * depth)
    sign = measure.fit(say(WORDS[cause.severity]), VERDICT - 1) + " "
    inner = left + " " * VERDICT
    room = width - len(inner) - 1
    title = say(T("from it follows: {title}", title=cause.title) if depth else cause.title)
    for number, line in enumerate(wrap(shown(f"{title}   [{cause.id}]"), room)):
        start: Row = [(inner, "")] if number else [(left, ""), (sign, cause.severity)]
        yield [*start, (line, "bold")]
    # What to do comes before lines that may fill the screen.
    yield from _pieces(f"{inner}> ", say(cause.cure), width)
    for line in cause.evidence[:LINES]:
        yield from _pieces(f"{inner}| ", shown(line), width)


def _pieces(mark: str, text: str, width: int) -> Iterator[Row]:
    """Yields a text in whole, with the mark before its first row."""
    cells = measure.width(mark)
    for number, piece in enumerate(wrap(text, width - cells - 1)):
        yield [(" " * cells if number else mark, ""), (piece, "")]


def _unexplained(found: Diagnosis, say: Say, width: int) -> Iterator[Row]:
    if not found.unexplained:
        return
    yield from _pieces(" ", say(found.above_errors), width)
    for line in found.unexplained:
        yield from _pieces("   | ", shown(line), width)
    yield []


def _unread(found: Diagnosis, say: Say, width: int) -> Iterator[Row]:
    reasons: dict[str, list[str]] = {}
    for source, why in found.unread.items():
        reasons.setdefault(say(why), []).append(source)
    sign = measure.fit(say(WORDS["unknown"]), VERDICT - 1) + " "
    for reason, sources in reasons.items():
        yield from _pieces(f" {sign}", shown(f"{', '.join(sources)}: {reason}"), width)
