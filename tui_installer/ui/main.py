"""Opens the screens, and closes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tui_installer.exits import DONE, REFUSED
from tui_installer.language import Language
from tui_installer.ui.app import Screens
from tui_installer.ui.terminal import Terminal


@dataclass(frozen=True)
class Left:
    """How the screens were left: exit code, what is to be printed, the recorded machine that is wanted next."""

    code: int
    words: list[str]
    machine: str | None = None


def run(language: Language, terminal: Terminal, environment: Mapping[str, str]) -> Left:
    """Shows the screens until they are left.

    Raises whatever fault of the program has ended them, once the terminal is as it was before.
    """
    app = Screens(language, terminal, environment)
    app.show_until_left()
    ended = app.return_code or DONE
    refused = app.loaded and app.session.refused is not None
    code = REFUSED if refused and ended == DONE else ended
    return Left(code, app.last_words, app.next_machine)
