"""The entry point of the screens: opens them, and closes them."""

from __future__ import annotations

from collections.abc import Mapping

from tui_installer.exits import ExitCode
from tui_installer.text.language import Language
from tui_installer.ui.program.app import Screens
from tui_installer.ui.program.result import ViewerResult
from tui_installer.ui.terminal.capabilities import Terminal


def run(
    language: Language,
    terminal: Terminal,
    environment: Mapping[str, str],
    *,
    language_confirmed: bool = False,
) -> ViewerResult:
    """Shows the screens until a person leaves; `language_confirmed`: a person has seen the language on this terminal.

    Raises the fault of the program that ended them, after restoring the terminal.
    """
    app = Screens(language, terminal, environment, language_confirmed=language_confirmed)
    app.show_until_left()
    ended = app.return_code or ExitCode.DONE
    code = ExitCode.REFUSED if app.refused and ended == ExitCode.DONE else ended
    return ViewerResult(
        code, app.language, app.last_words, app.next_machine, language_confirmed=True
    )
