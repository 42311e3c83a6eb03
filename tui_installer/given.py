"""What a command was given: an answers file, a join command, names of checks; mistakes in them end it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tui_installer import plain, registry, stdout
from tui_installer.exits import Exit, ExitCode
from tui_installer.host import files
from tui_installer.model.answers_file import MAX_BYTES, AnswersError, Given, parse
from tui_installer.model.join import LONGEST, JoinCommand, JoinError, parse_join
from tui_installer.model.text import T, Text
from tui_installer.preflight import completion, inspection
from tui_installer.text.language import Language


def read_answers(say: Language, path: Path) -> Given:
    """The answers of a file. Raises Exit, once each mistake is told with its line."""
    try:
        return parse(files.bounded(path, MAX_BYTES))
    except OSError as error:
        raise Exit(
            ExitCode.USAGE,
            T("{path} cannot be read: {reason}", path=str(path), reason=error.strerror),
        ) from error
    except AnswersError as error:
        raise Exit(
            ExitCode.USAGE, reasons=plain.mistakes(error.mistakes, say, str(path))
        ) from error


def look(say: Language, name: str, asked: inspection.Asked) -> inspection.Preflight:
    """The whole preflight. Raises Exit for answers and machines that cannot be."""
    try:
        found = inspection.look(asked)
    except AnswersError as error:
        raise Exit(ExitCode.USAGE, reasons=plain.mistakes(error.mistakes, say, name)) from error
    except completion.Refused as error:
        raise Exit(ExitCode.REFUSED, error.text) from error
    for text in found.notices:
        tell(say, text)
    return found


def tell(say: Language, text: Text) -> None:
    """Something that a person has to know besides, also where a program reads what was asked for."""
    stdout.show(say(T("warn: {text}", text=text)), error=True)


def print_json(value: dict[str, Any]) -> None:
    """One object for programs, in one line."""
    stdout.show_json(value)


def read_join(source: str | None) -> JoinCommand | None:
    """The join command of a file, or of stdin; None if none was given. Raises Exit."""
    if source is None:
        return None
    try:
        raw = (
            sys.stdin.buffer.read(LONGEST)
            if source == "-"
            else files.bounded(Path(source), LONGEST)
        )
        return parse_join(raw.decode("utf-8", "replace"))
    except OSError as error:
        raise Exit(
            ExitCode.USAGE, T("{path} cannot be read: {reason}", path=source, reason=error.strerror)
        ) from error
    except JoinError as error:
        raise Exit(ExitCode.USAGE, T("--join: {reason}", reason=error.text)) from error


def known_checks(names: tuple[str, ...]) -> None:
    """That there are checks of these names. Raises Exit."""
    known = [check.id for check in registry.checks()]
    for name in names:
        if name not in known:
            raise Exit(
                ExitCode.USAGE,
                T(
                    "--accept: no check {name}; there are: {known}",
                    name=name,
                    known=", ".join(known),
                ),
            )
