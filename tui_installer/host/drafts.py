"""Drafts of a person's answers, and answers files for another machine."""

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

# This comment in a draft names the answers of the last run at the time of typing.
AFTER = "# typed after answers: "
# This comment marks an answer that a person chose to leave as it is; TOML has no value for that.
LEFT = f"# stays as it is: {AS_IT_IS}"


def save(values: Mapping[str, object]) -> None:
    """Saves the answers given so far, by dotted key. Raises OSError if they cannot be written."""
    machine.at(places.STATE).mkdir(mode=0o700, parents=True, exist_ok=True)
    left = f"{LEFT}\n" if values.get(AS_IT_IS, "") is None else ""
    text = f"{dump_values(values)}\n{left}{AFTER}{_last_answers()}\n"
    files.write(str(places.DRAFT), text, mode=0o600)


def load() -> Given | None:
    """Returns the saved answers; None if there are none, or if a later run has replaced them.

    Unusable answers are put aside, and the person is told.
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
    # A person who may not write here may not read here either; another place says so.
    with suppress(OSError):
        _put_aside(why)
    return None


def _read(draft: bytes) -> Given:
    """Parses a draft. Raises AnswersError."""
    draft_values = parse(draft, whole=False)
    if LEFT in draft.decode("utf-8-sig").splitlines():
        draft_values.values[AS_IT_IS] = None
    return draft_values


def _put_aside(why: Text) -> None:
    """Renames an unusable draft, so that the typed answers stay on the disk and no other draft replaces them."""
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
    """Tells whether a later run has answers of its own; it compares digests, because the clock may have been set."""
    _, named, after = draft.decode(errors="replace").rpartition(AFTER)
    if named:
        return after.strip() != _last_answers()
    # A draft of 0.1.0 names no answers.
    return machine.at(places.ANSWERS).exists() and _changed(machine.at(places.ANSWERS)) > _changed(
        machine.at(places.DRAFT)
    )


def _last_answers() -> str:
    """Returns the digest of the last run's answers; "none" before the first run."""
    try:
        return hashlib.sha256(files.bounded(machine.at(places.ANSWERS), MAX_BYTES)).hexdigest()
    except FileNotFoundError:
        return "none"


def _changed(path: Path) -> int:
    return path.stat().st_mtime_ns


def forget() -> None:
    """Removes the draft. Raises OSError if it cannot be removed."""
    machine.at(places.DRAFT).unlink(missing_ok=True)


def export(path: Path, answers: Answers, *, replace: bool = False) -> None:
    """Writes an answers file, which holds no secret, for its owner alone. Raises what `put` raises."""
    put(path, dump(answers), mode=0o600, replace=replace)


def put(path: Path, text: str, *, mode: int, replace: bool = False) -> None:
    """Writes a file at a path that a person chose.

    Raises FileExistsError if a file exists there and `replace` is false, or another OSError.
    """
    if not replace and os.path.lexists(machine.at(path)):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    if machine.at(path.parent) == machine.at(places.SAVED):
        machine.at(places.SAVED).mkdir(mode=0o700, parents=True, exist_ok=True)
    elif not path.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path.parent))
    files.write(str(path), text, mode=mode)
