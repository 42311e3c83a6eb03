"""Rows for one change: a file with its added and removed lines, or a command."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Sequence

from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.printable import clean
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text
from tui_installer.model.trust import vouching
from tui_installer.text import measure
from tui_installer.text.plan_text import WHOLE, difference
from tui_installer.ui.rows.cells import Row, Say, broken, wrap

# Unchanged lines around changed ones: in a column of 80 cells or more, and in narrower ones.
MANY, FEW, ROOMY = 3, 1, 80
# The number of the next changes that are named.
FOLLOWING = 3


def _drawable(line: str) -> str:
    """Makes a line of a file, which may hold anything, safe to draw."""
    return clean(line).encode("utf-8", "replace").decode()


def place(change: Change) -> str:
    """Returns the file's path, or the command."""
    if isinstance(change, WriteFile):
        return _drawable(change.path)
    return _drawable(change.line)


def kind(change: Change) -> Text:
    """Returns the kind of the change."""
    return T("a file") if isinstance(change, WriteFile) else T("a command")


def _coloured(line: str) -> Row:
    style = {"+": "added", "-": "removed"}.get(line[:1], "")
    return [(" " + _drawable(line), style)]


def _about_file(change: WriteFile) -> Text:
    mode = f"{change.mode:04o}"
    if change.temporary:
        return T("mode {mode}, there only while the step runs", mode=mode)
    if change.before is None:
        return T("mode {mode}, a new file", mode=mode)
    return T("mode {mode}, a copy of the present file is kept", mode=mode)


def _file(change: WriteFile, say: Say, width: int) -> Iterator[Row]:
    yield [(place(change), "")]
    for text in (change.why, _about_file(change)):
        yield from ([(" " + line, "")] for line in wrap(say(text), width - 2))
    yield []
    for line in difference(change, MANY if width >= ROOMY else FEW):
        # Every line of a new file is shown, so no position in it has to be named.
        if change.before is not None or not line.startswith("@@"):
            yield _coloured(line)


def _command(change: RunCommand, say: Say, width: int) -> Iterator[Row]:
    for number, line in enumerate(wrap(place(change), width - 2)):
        yield [("$ " if not number else "  ", ""), (line, "bold")]
    for text in (change.why, vouching(change)):
        if text is not None:
            yield from ([(" " + line, "")] for line in wrap(say(text), width - 2))
    if change.undo:
        yield []
        yield [(say(T("To take it back:")), "")]
        for argv in change.undo:
            for line in wrap(shlex.join(argv), width - 2):
                yield [("  " + _drawable(line), "")]


def _following(changes: Sequence[Change], say: Say, width: int) -> list[Row]:
    then = say(T("then"))
    rows: list[Row] = [[]] if changes else []
    for number, change in enumerate(changes[:FOLLOWING]):
        head = (" " * measure.width(then) if number else then) + "  "
        label = place(change)
        if isinstance(change, RunCommand) and measure.width(head + label) > width:
            label = say(change.why)
        rows.append([(head + label, "")])
    return rows


def shown(changes: Sequence[Change], at: int, say: Say, size: tuple[int, int]) -> list[Row]:
    """Returns one of a step's changes in a window of width and height, and the next ones by name."""
    width, height = size
    change = changes[at]
    draw = _file if isinstance(change, WriteFile) else _command
    rows = list(draw(change, say, width))  # type: ignore[arg-type]
    more = _following(changes[at + 1 :], say, width)
    room = max(height - len(more), 1)
    if len(rows) > room:
        count = len(rows) - room + 1
        note = say(T("{count} more lines; Enter shows all", count=count))
        rows = [*rows[: room - 1], [(" " + note, "bold")]]
    return [*rows, *more]


def whole(change: Change) -> Callable[[Say, int], list[Row]]:
    """Returns all of a file or a command, from the first column on: it can be copied."""
    return lambda say, width: list(
        _whole_file(change, width)
        if isinstance(change, WriteFile)
        else _whole_command(change, say, width)
    )


def _whole_file(change: WriteFile, width: int) -> Iterator[Row]:
    if change.before is None and not isinstance(change.content, Secret):
        for line in change.content.splitlines():
            yield from ([(piece, "")] for piece in broken(_drawable(line), width))
        return
    for line in difference(change, WHOLE):
        if not line.startswith("@@"):
            style = {"+": "added", "-": "removed"}.get(line[:1], "")
            yield from ([(piece, style)] for piece in broken(_drawable(line), width))


def _whole_command(change: RunCommand, say: Say, width: int) -> Iterator[Row]:
    yield from ([(piece, "")] for piece in broken(place(change), width))
    vouched = vouching(change)
    parts = (
        (T("Why it is run"), [say(change.why)]),
        (T("Who vouches for it"), [say(vouched)] if vouched is not None else []),
        (T("To take it back"), [shlex.join(argv) for argv in change.undo]),
        (T("Environment"), [f"{name}={value}" for name, value in change.env]),
        (T("Time limit"), [say(T("{seconds} s", seconds=round(change.timeout)))]),
    )
    for heading, texts in parts:
        if texts:
            yield []
            yield [(say(heading), "bold")]
            for text in texts:
                yield from ([(_drawable(line), "")] for line in wrap(text, width))


def about(change: Change) -> Text:
    """Returns the sentence that says which change is shown in full."""
    if isinstance(change, WriteFile):
        return T("{path}, mode {mode}", path=place(change), mode=f"{change.mode:04o}")
    return change.why
