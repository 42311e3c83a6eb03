"""`report`: the support bundle of this machine."""

from __future__ import annotations

import os
from pathlib import Path

import click

from tui_installer.cli.command import JSON, Command, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show, show_json


def run(say: Language, output: Path | None, anonymous: bool, as_json: bool) -> int:
    """Returns 0 once the bundle is written, however broken the node is; an existing file stays as it is."""
    from tui_installer.report import making

    report = making.make(say, os.environ, anonymous=anonymous)
    path = str(output or report.name)
    try:
        report.write(output)
    except FileExistsError as error:
        text = T("{path} is there already and stays as it is; give another name", path=path)
        raise Exit(ExitCode.USAGE, text) from error
    except OSError as error:
        text = T(
            "{path} cannot be written: {reason}. Name another place with -o, for example -o /dev/shm/report.tar.gz",
            path=path,
            reason=error.strerror or str(error),
        )
        raise Exit(ExitCode.FAILED, text) from error
    if as_json:
        left_out = [{"name": name, "why": say(why)} for name, why in report.left_out.items()]
        unread = [{"name": name, "why": say(why)} for name, why in report.unread.items()]
        written = {"version": 1, "file": path, "bytes": len(report.raw)}
        show_json({**written, "left_out": left_out, "unread": unread})
        return ExitCode.DONE
    for text in report.said(path):
        show(say(text))
    return ExitCode.DONE


COMMAND = Command(
    run,
    T("Writes a support bundle of this machine, without its secrets. Changes nothing else."),
    "tui-installer report --anonymous",
    (
        option(
            "-o",
            "--output",
            type=click.Path(path_type=Path),
            metavar="F",
            text=T("The file to write; it must not be there yet."),
        ),
        option(
            "--anonymous",
            is_flag=True,
            text=T(
                "Replaces host names, addresses and user names, each always by the same stand-in."
            ),
        ),
        JSON,
    ),
)
