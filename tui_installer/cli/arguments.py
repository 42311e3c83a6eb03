"""Arguments of commands: an answers file, a join command, checks. A mistake in one ends the command."""

from __future__ import annotations

import sys
from pathlib import Path

from tui_installer import registry
from tui_installer.cli import lines
from tui_installer.exits import Exit, ExitCode
from tui_installer.host import files
from tui_installer.model.answers_file import MAX_BYTES, AnswersError, Given, parse
from tui_installer.model.join import LONGEST, JoinCommand, JoinError, parse_join
from tui_installer.model.text import T
from tui_installer.preflight import completion, inspection
from tui_installer.text.language import Language


def read_answers(say: Language, path: Path) -> Given:
    """Reads an answers file. Raises Exit, after printing each mistake with its line."""
    try:
        return parse(files.bounded(path, MAX_BYTES))
    except OSError as error:
        raise Exit(
            ExitCode.USAGE,
            T("{path} cannot be read: {reason}", path=str(path), reason=error.strerror),
        ) from error
    except AnswersError as error:
        raise Exit(
            ExitCode.USAGE, reasons=lines.mistakes(error.mistakes, say, str(path))
        ) from error


def look(say: Language, name: str, asked: inspection.Asked) -> inspection.Preflight:
    """Runs the whole preflight. Raises Exit for wrong answers and unsuitable machines."""
    try:
        preflight = inspection.look(asked)
    except AnswersError as error:
        raise Exit(ExitCode.USAGE, reasons=lines.mistakes(error.mistakes, say, name)) from error
    except completion.Refused as error:
        raise Exit(ExitCode.REFUSED, error.text) from error
    for text in preflight.notices:
        lines.warning(say, text)
    return preflight


def read_join(source: str | None) -> JoinCommand | None:
    """Reads the join command from a file, or from stdin; None if none was given. Raises Exit."""
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
    """Verifies that checks of these names exist. Raises Exit."""
    check_ids = [check.id for check in registry.checks()]
    for name in names:
        if name not in check_ids:
            raise Exit(
                ExitCode.USAGE,
                T(
                    "--accept: no check {name}; there are: {known}",
                    name=name,
                    known=", ".join(check_ids),
                ),
            )
