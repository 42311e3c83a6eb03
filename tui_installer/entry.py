"""Where the program begins: the screens, or a command. Neither loads what only the other needs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NoReturn

from tui_installer.exits import ExitCode, by_signal
from tui_installer.host import machine, saved_language
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.text import T, Text
from tui_installer.rehearsal.stand_in import NAME, named
from tui_installer.text.language import FOLDERS, Language, chosen

# What tui-installer-console.service calls; it is not for people.
CONSOLE = ["console"]
# The exit codes of screens that a person has left; REFUSED: on a machine that cannot become a node.
LEFT = (ExitCode.DONE, ExitCode.REFUSED)


def main() -> NoReturn:
    """The whole program. A fault of its own is written to a file, and never shown as a traceback."""
    words = sys.argv[1:]
    try:
        machine.use(named(os.environ) or ThisMachine())
    except (OSError, ValueError, KeyError, TypeError):
        from tui_installer.text.stdout import show

        text = T("{name} names no folder of a rehearsal of yours; unset it", name=NAME)
        show(chosen(words, os.environ)(text), error=True)
        sys.exit(ExitCode.USAGE)
    run(words)


def run(words: list[str]) -> NoReturn:
    """The same, on the machine that is in use."""
    if words == CONSOLE or asks_for_screens(words):
        language = chosen(words, os.environ, saved_language.language(os.environ))
        code = faultless(console if words == CONSOLE else screens, language)
    else:
        from tui_installer.cli.main import main as command

        code = command()
    end(code)


def end(code: int) -> NoReturn:
    """The end of the process; what could not be printed to its end is a failure."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or ExitCode.FAILED
    # A thread that still waits for a name server or a mirror holds nobody up.
    os._exit(code)


def faultless(show: Callable[[Language], int], language: Language) -> int:
    """The exit code of what is shown; FAILED if a fault of the program has ended it, which is told."""
    try:
        return show(language)
    except Exception as error:
        from tui_installer import faults

        path = faults.report(error)
        tell(language, T("this program has a fault; report it with the file {path}", path=path))
        return ExitCode.FAILED


def asks_for_screens(words: list[str]) -> bool:
    """No command; at most the language."""
    if len(words) == 1:
        words = words[0].split("=", 1)
    return not words or (len(words) == 2 and words[0] == "--lang" and words[1] in FOLDERS)


def screens(language: Language) -> int:
    """Shows the screens until they are left; returns the exit code. Raises whatever fault ends them."""
    from tui_installer import viewer

    return viewer.screens(language)


def console(language: Language) -> int:
    """The screens on tty1 of a fresh server; once a person has left them, or the node is made, tty1 is a login for good.

    What else may end them (a fault, a signal) ends them for this boot only.
    """
    from tui_installer import tty1

    with tty1.keys_in_line():
        made = tty1.made()
        code = ExitCode.DONE if made else faultless(screens, language)
        if code in LEFT:
            code, failed = ExitCode.DONE, tty1.give_up()
            if failed is not None:
                tell(language, failed)
        if code < by_signal(0) and not made and sys.stdout.isatty():
            tty1.wait_for_reader(language(tty1.before_login()))
    return code


def tell(language: Language, text: Text) -> None:
    """A sentence to the person at the shell."""
    from tui_installer import viewer

    viewer.tell(language, text)
