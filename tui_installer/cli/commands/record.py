"""`record`: records this machine for a rehearsal elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_installer.cli.caller import NEEDS_ROOT
from tui_installer.cli.command import JSON, Command, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show, show_json


def run(say: Language, output: Path, as_json: bool) -> int:
    """Returns 0 once the recording is written; an existing file stays as it is."""
    from tui_installer.model.facts import NotRead
    from tui_installer.rehearsal import recorder

    path = str(output)
    try:
        files, commands = recorder.record(output, os.environ)
    except recorder.NotRoot as error:
        raise Exit(ExitCode.REFUSED, NEEDS_ROOT) from error
    except NotRead as error:
        raise Exit(ExitCode.REFUSED, error.unread.text) from error
    except FileExistsError as error:
        text = T("{path} is there already and stays as it is; give another name", path=path)
        raise Exit(ExitCode.USAGE, text) from error
    except OSError as error:
        text = T("{path} cannot be written: {reason}", path=path, reason=error.strerror or "")
        raise Exit(ExitCode.USAGE, text) from error
    if as_json:
        show_json({"version": 1, "path": path, "files": files, "commands": commands})
    else:
        show(
            say(
                T(
                    "{path}: {files} files and the answers of {commands} commands; keys, passwords and tokens are left out. Read it before you hand it on.",
                    path=path,
                    files=files,
                    commands=commands,
                )
            )
        )
    return ExitCode.DONE


COMMAND = Command(
    run,
    T("Records this machine for a rehearsal elsewhere, without its secrets. Changes nothing."),
    "tui-installer record -o server1.json",
    (
        option(
            "-o",
            "--output",
            type=click.Path(path_type=Path),
            required=True,
            metavar="F",
            text=T("The file to write; it must not be there yet."),
        ),
        JSON,
    ),
)
