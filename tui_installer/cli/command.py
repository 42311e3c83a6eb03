"""A command as its file declares it, and the options that several commands have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from tui_installer.model.text import T, Text
from tui_installer.text.language import Language

# An option or an argument; its help is in the reader's language.
Parameter = Callable[[Language], click.Parameter]


@dataclass(frozen=True)
class Command:
    """A command; its file gives it its name.

    `run` takes the language and the value of each parameter by its name. It returns the exit code, or raises Exit.
    """

    run: Callable[..., int]
    # None: the command is not for people, and no list shows it.
    summary: Text | None = None
    example: str = ""
    parameters: tuple[Parameter, ...] = ()

    def to_click(self, name: str, say: Language) -> click.Command:
        """Returns the command as click reads it, in the reader's language."""
        run = partial(self.run, say)
        if self.summary is None:
            return click.Command(name, callback=run, hidden=True)
        return click.Command(
            name,
            callback=run,
            help=say(self.summary),
            epilog=say(T("Example: {example}", example=self.example)),
            params=[parameter(say) for parameter in (*self.parameters, LANGUAGE)],
        )


def option(*names: str, text: Text, **settings: Any) -> Parameter:
    """Declares an option whose help is `text`; the settings are click's."""
    return lambda say: click.Option(names, help=say(text), **settings)


def answers(*, required: bool) -> Parameter:
    """Declares the option that names the answers file."""
    return option(
        "--answers",
        type=click.Path(path_type=Path),
        required=required,
        metavar="F",
        text=T("The answers file (TOML)."),
    )


LANGUAGE = option(
    "--lang", type=click.Choice(["zh", "en"]), expose_value=False, text=T("Language: zh or en.")
)
JSON = option("--json", "as_json", is_flag=True, text=T("Prints JSON for programs."))
JOIN = option(
    "--join",
    metavar="F2",
    text=T("File with the join command of a worker; - reads it from stdin."),
)
ACCEPT = option(
    "--accept",
    metavar="CHECK",
    multiple=True,
    text=T("Accepts this check's FAIL; can be repeated."),
)
