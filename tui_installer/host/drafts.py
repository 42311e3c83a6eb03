"""The answers that a person is still giving, and those that are saved for another machine."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Mapping
from contextlib import suppress
from itertools import count
from pathlib import Path

from tui_installer.host import files, machine, set_aside
from tui_installer.model import places
from tui_installer.model.answers import AS_IT_IS, Answers
from tui_installer.model.answers_file import (
    MAX_BYTES,
    AnswersError,
    Given,
    dump,
    dump_values,
    parse,
)
from tui_installer.model.text import T, Text, verbatim

# The comment by which a draft names the answers of the last run when it was typed.
AFTER = "# typed after answers: "
# The comment for what was chosen to stay as it is, which TOML has no value for.
LEFT = f"# stays as it is: {AS_IT_IS}"


def save(values: Mapping[str, object]) -> None:
    """Keeps the answers given so far, by dotted key. Raises OSError if they cannot be written."""
    machine.at(places.STATE).mkdir(mode=0o700, parents=True, exist_ok=True)
    left = f"{LEFT}\n" if values.get(AS_IT_IS, "") is None else ""
    text = f"{dump_values(values)}\n{left}{AFTER}{_last_answers()}\n"
    files.write(str(places.DRAFT), text, mode=0o600)


def load() -> Given | None:
    """The answers that were kept; None if there are none, or a run came after them.

    Those that cannot be used are put aside, and a person is told.
    """
    try:
        text = files.bounded(machine.at(places.DRAFT), MAX_BYTES)
        return None if _overtaken(text) else _read(text)
    except FileNotFoundError:
        return None
    except AnswersError as error:
        why = error.mistakes[0].said
    except OSError as error:
        why = verbatim(error.strerror)
    # Who may not write here may not read here either, and is told so elsewhere.
    with suppress(OSError):
        _put_aside(why)
    return None


def _read(draft: bytes) -> Given:
    """Raises AnswersError."""
    given = parse(draft, whole=False)
    if LEFT in draft.decode("utf-8-sig").splitlines():
        given.values[AS_IT_IS] = None
    return given


def _put_aside(why: Text) -> None:
    """What was typed stays on the disk, where no other draft takes its place."""
    aside = next(path for path in map(_aside, count(1)) if not path.exists())
    os.rename(machine.at(places.DRAFT), aside)
    set_aside.note(
        T(
            "what was typed here before cannot be used ({why}); it is kept as {path}",
            why=why,
            path=str(aside),
        )
    )


def _aside(number: int) -> Path:
    return machine.at(places.DRAFT).with_name(f"draft-{number}.toml")


def _overtaken(draft: bytes) -> bool:
    """Whether a run came after it with answers of its own. No clock tells: it may have been set since."""
    _, named, after = draft.decode(errors="replace").rpartition(AFTER)
    if named:
        return after.strip() != _last_answers()
    # A draft of 0.1.0 names none.
    return machine.at(places.ANSWERS).exists() and _changed(machine.at(places.ANSWERS)) > _changed(
        machine.at(places.DRAFT)
    )


def _last_answers() -> str:
    """The digest of the answers of the last run; "none" if there has been no run."""
    try:
        return hashlib.sha256(files.bounded(machine.at(places.ANSWERS), MAX_BYTES)).hexdigest()
    except FileNotFoundError:
        return "none"


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def forget() -> None:
    """Removes what was kept. Raises OSError if it cannot be removed."""
    machine.at(places.DRAFT).unlink(missing_ok=True)


def export(path: Path, answers: Answers, *, replace: bool = False) -> None:
    """Writes an answers file for its owner alone; it holds no secret. Raises as `put`."""
    put(path, dump(answers), mode=0o600, replace=replace)


def put(path: Path, text: str, *, mode: int, replace: bool = False) -> None:
    """Writes a file that a person asked for.

    Raises FileExistsError if something is there that is not to be replaced, or another OSError.
    """
    if not replace and os.path.lexists(machine.at(path)):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if machine.at(path.parent) == machine.at(places.SAVED):
        machine.at(places.SAVED).mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    files.write(str(path), text, mode=mode)
