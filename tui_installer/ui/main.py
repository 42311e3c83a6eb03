"""Opens the screens, and closes them."""

from __future__ import annotations

from collections.abc import Mapping

from tui_installer.exits import DONE, REFUSED
from tui_installer.language import Language
from tui_installer.ui.app import Screens
from tui_installer.ui.terminal import Terminal


def run(
    language: Language, terminal: Terminal, environment: Mapping[str, str]
) -> tuple[int, list[str]]:
    """Shows the screens until they are left; returns the exit code, and what is to be printed then.

    Raises whatever fault of the program has ended them, once the terminal is as it was before.
    """
    app = Screens(language, terminal, environment)
    app.show_until_left()
    ended = app.return_code or DONE
    refused = app.loaded and app.session.refused is not None
    return REFUSED if refused and ended == DONE else ended, app.last_words
