"""The program's entry: the screens, or a command. Neither imports what only the other needs."""

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

# tui-installer-console.service uses this word; it is not for people.
CONSOLE = ["console"]
# Exit codes of screens that a person has left; REFUSED is for a machine that cannot become a node.
LEFT = (ExitCode.DONE, ExitCode.REFUSED)


def main() -> NoReturn:
    """Runs the whole program; a fault of its own goes to a file, never to the screen as a traceback."""
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
    """Runs the program on the machine in use."""
    if words == CONSOLE or asks_for_screens(words):
        language = chosen(words, os.environ, saved_language.language(os.environ))
        code = faultless(console if words == CONSOLE else screens, language)
    else:
        from tui_installer.cli.main import main as command

        code = command()
    end(code)


def end(code: int) -> NoReturn:
    """Ends the process; output that could not be printed counts as a failure."""
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or ExitCode.FAILED
    # A thread that still waits for a name server or a mirror must not delay the end.
    os._exit(code)


def faultless(show: Callable[[Language], int], language: Language) -> int:
    """Returns the exit code of the screens; after a fault, reports it and returns FAILED."""
    try:
        return show(language)
    except Exception as error:
        from tui_installer import faults

        path = faults.report(error)
        tell(language, T("this program has a fault; report it with the file {path}", path=path))
        return ExitCode.FAILED


def asks_for_screens(words: list[str]) -> bool:
    """Tells whether the words name no command: at most the language."""
    if len(words) == 1:
        words = words[0].split("=", 1)
    return not words or (len(words) == 2 and words[0] == "--lang" and words[1] in FOLDERS)


def screens(language: Language) -> int:
    """Shows the screens until a person leaves them; returns the exit code. Raises any fault that ends them."""
    from tui_installer import viewer

    return viewer.screens(language)


def console(language: Language) -> int:
    """Shows the screens on tty1 of a fresh server.

    Once a person has left them, or the node is made, tty1 is a login for good. Another end (a fault, a
    signal) lasts until the next boot.
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
    """Prints a sentence to the person at the shell."""
    from tui_installer import viewer

    viewer.tell(language, text)
