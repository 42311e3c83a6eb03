"""The result of the screens, once a person has left them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_installer.text.language import Language


@dataclass(frozen=True)
class ViewerResult:
    """The result of the screens: an exit code, lines for the shell, a recorded machine to continue on.

    `language` is the last one shown, `language_confirmed` says that a person has seen it; `machine` None: the program ends.
    """

    code: int
    language: Language
    words: Sequence[str] = ()
    machine: str | None = None
    language_confirmed: bool = False
