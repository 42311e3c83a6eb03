"""Where the program begins: the screens, or a command. Neither loads what only the other needs."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from tui_installer.exits import FAILED
from tui_installer.host.rehearsal.current import enter
from tui_installer.language import FOLDERS, chosen
from tui_installer.model.text import T


def main() -> NoReturn:
    """The whole program. A fault of its own is written to a file, and never shown as a traceback."""
    enter(os.environ)
    if not asks_for_screens(sys.argv[1:]):
        from tui_installer.cli import main as command

        command()
    language = chosen(sys.argv[1:], os.environ)
    try:
        from tui_installer.showing import screens

        code = screens(language)
    except Exception as error:
        from tui_installer import faults
        from tui_installer.showing import tell

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
