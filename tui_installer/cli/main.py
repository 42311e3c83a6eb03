"""A command from its words to its exit code: finds it, carries it out, tells what went wrong."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from types import FrameType
from typing import cast

import click

from tui_installer import __version__, faults
from tui_installer.cli import commands
from tui_installer.cli.command import LANGUAGE, Command
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T, Text
from tui_installer.text.language import Language, chosen, speak
from tui_installer.text.stdout import show, show_json

# What ends a command before its time: Ctrl+C, a line or a terminal that is gone, somebody else.
ENDING = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def main() -> int:
    """Carries out a command; its exit code. A fault of the program is written to a file, and never shown as a traceback.

    When this returns a signal ends the process as it ends any other.
    """
    language = chosen(sys.argv[1:], os.environ)
    speak(language)
    sys.unraisablehook = _swallowed
    try:
        try:
            for number in ENDING:
                # Not what a shell lets its jobs in the background ignore.
                if number != signal.SIGINT or signal.getsignal(number) is not signal.SIG_IGN:
                    signal.signal(number, _end)
            return _carry_out(language)
        finally:
            _hear_no_more(signal.SIG_DFL)
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED


def _carry_out(language: Language) -> int:
    try:
        code = group(language).main(standalone_mode=False, prog_name="tui-installer")
        return code if isinstance(code, int) else ExitCode.DONE
    except Exit as end:
        if not end.told and end.code in (ExitCode.USAGE, ExitCode.REFUSED, ExitCode.BUSY):
            _refuse(end.reasons or ([language(end.text)] if end.text else []))
        _say(language, end.text)
        return end.code
    except click.ClickException as error:
        _refuse([error.format_message()])
        error.show()
        return ExitCode.USAGE
    except click.Abort:
        return ExitCode.INTERRUPTED
    except Exception as error:
        if signal.getsignal(signal.SIGTERM) is not _end:
            # Where a class is made, for instance, Python makes another exception of the one that a signal raises.
            return ExitCode.INTERRUPTED
        path = faults.report(error)
        _say(language, T("this program has a fault; report it with the file {path}", path=path))
        return ExitCode.FAILED


def _end(_number: int, _frame: FrameType | None) -> None:
    """The first signal ends the command in good order; only another Ctrl+C cuts that short, and nothing is told then."""
    _hear_no_more(signal.SIG_IGN)
    raise KeyboardInterrupt


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    """What is raised in a finalizer, for instance, Python only prints; Ctrl+C that came there is not to be lost."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        os._exit(ExitCode.INTERRUPTED)
    sys.__unraisablehook__(what)


def _hear_no_more(others: signal.Handlers) -> None:
    """From now on Ctrl+C ends the process, and `others` is what becomes of the other signals."""
    for number in ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGINT else others)


def _refuse(reasons: Sequence[str]) -> None:
    """A program that asked for JSON gets an object in every case."""
    if "--json" in sys.argv[1:]:
        show_json({"version": 1, "refused": list(reasons)})


def _say(language: Language, text: Text | None) -> None:
    if text is not None:
        show(language(text), error=True)


def group(language: Language) -> click.Group:
    """All commands, their help in the language."""
    say = language
    return click.Group(
        name="tui-installer",
        # click only reads it.
        commands=cast("MutableMapping[str, click.Command]", Commands(language)),
        help=say(
            T(
                "Makes this CentOS 7.9 server a Kubernetes 1.25 node: checks the server, shows every change, makes it, and verifies it."
            )
        ),
        epilog=say(
            T(
                "Without a command: full-screen pages. Example: tui-installer check --answers node.toml"
            )
        ),
        params=[LANGUAGE(say), _version(say)],
    )


class Commands(Mapping[str, click.Command]):
    """Every file of `commands/` by its name; one is loaded when it is asked for."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._names = [info.name for info in pkgutil.iter_modules(commands.__path__)]

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        found: Command = importlib.import_module(f"{commands.__name__}.{name}").COMMAND
        return found.to_click(name, self._language)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _version(say: Language) -> click.Option:
    def tell(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
        if wanted:
            click.echo(f"tui-installer {__version__}")
            context.exit()

    return click.Option(
        ["--version"],
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=tell,
        help=say(T("Shows the version.")),
    )
