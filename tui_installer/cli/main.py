"""The entry point of every command: finds it, runs it, reports errors and returns the exit code."""

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

# Signals that end a command early: Ctrl+C, a lost connection or terminal, another process.
ENDING = (signal.SIGINT, signal.SIGHUP, signal.SIGTERM)


def main() -> int:
    """Runs a command; returns its exit code. A fault of the program goes to a file, never to the screen as a traceback.

    When this returns, a pending signal ends the process in the usual way.
    """
    language = chosen(sys.argv[1:], os.environ)
    speak(language)
    sys.unraisablehook = _swallowed
    try:
        try:
            for number in ENDING:
                # Signals that a shell lets its background jobs ignore stay ignored.
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
            # In some places, such as the creation of a class, Python replaces the exception of a signal with another one.
            return ExitCode.INTERRUPTED
        path = faults.report(error)
        _say(language, T("this program has a fault; report it with the file {path}", path=path))
        return ExitCode.FAILED


def _end(_number: int, _frame: FrameType | None) -> None:
    """Ends the command in good order on the first signal; only another Ctrl+C interrupts that, without a message."""
    _hear_no_more(signal.SIG_IGN)
    raise KeyboardInterrupt


def _swallowed(what: sys.UnraisableHookArgs) -> None:
    """Keeps a Ctrl+C that arrives in a finalizer, where Python only prints exceptions."""
    if isinstance(what.exc_value, KeyboardInterrupt):
        os._exit(ExitCode.INTERRUPTED)
    sys.__unraisablehook__(what)


def _hear_no_more(others: signal.Handlers) -> None:
    """Lets Ctrl+C end the process from now on, and handles the other signals as `others` says."""
    for number in ENDING:
        if signal.getsignal(number) is _end:
            signal.signal(number, signal.SIG_DFL if number == signal.SIGINT else others)


def _refuse(reasons: Sequence[str]) -> None:
    """Prints the reasons; a program that asked for JSON gets an object in every case."""
    if "--json" in sys.argv[1:]:
        show_json({"version": 1, "refused": list(reasons)})


def _say(language: Language, text: Text | None) -> None:
    if text is not None:
        show(language(text), error=True)


def group(language: Language) -> click.Group:
    """Returns all commands, with help in the language."""
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
    """Every file of `commands/` by its name; a command is loaded when it is asked for."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._names = [info.name for info in pkgutil.iter_modules(commands.__path__)]

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        command: Command = importlib.import_module(f"{commands.__name__}.{name}").COMMAND
        return command.to_click(name, self._language)

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
