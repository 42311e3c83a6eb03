"""Where the program begins: the screens, or a command. Neither loads what only the other needs."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from typing import NoReturn

from tui_installer.exits import FAILED, USAGE
from tui_installer.language import FOLDERS, Language, chosen
from tui_installer.model.text import T, Text


def main() -> NoReturn:
    """The whole program. A fault of its own is written to a file, and never shown as a traceback."""
    if not asks_for_screens(sys.argv[1:]):
        from tui_installer.cli import main as command

        command()
    language = chosen(sys.argv[1:], os.environ)
    try:
        code = screens(language)
    except Exception as error:
        from tui_installer import faults

        code = FAILED
        path = faults.report(error)
        tell(language, T("this program has a fault; report it with the file {path}", path=path))
    sys.stdout.flush()
    sys.stderr.flush()
    # A thread that still waits for a name server or a mirror holds nobody up.
    os._exit(code)


def asks_for_screens(words: list[str]) -> bool:
    """No command; at most the language."""
    if len(words) == 1:
        words = words[0].split("=", 1)
    return not words or (len(words) == 2 and words[0] == "--lang" and words[1] in FOLDERS)


def screens(language: Language) -> int:
    """Shows the screens until they are left; returns the exit code. Raises whatever fault ends them."""
    from tui_installer.ui.terminal import terminal_of

    terminal = terminal_of(os.environ, _tty())
    if terminal.why_not is not None:
        tell(language, terminal.why_not)
        return USAGE
    from tui_installer.host.kernel_messages import quiet
    from tui_installer.ui.main import run

    with quiet() if terminal.console else nullcontext():
        code, last_words = run(language, terminal, os.environ)
    for line in last_words:
        print(line)  # noqa: T201 - the screens are gone
    return code


def tell(language: Language, text: Text) -> None:
    """A sentence to the person at the shell."""
    print(language(text), file=sys.stderr)  # noqa: T201 - a line for the shell


def _tty() -> str:
    """The terminal's device; empty where keys or picture go elsewhere."""
    try:
        return os.ttyname(sys.stdin.fileno()) if sys.stdout.isatty() else ""
    except (OSError, ValueError):
        return ""
