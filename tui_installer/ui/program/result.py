"""How the screens were left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_installer.text.language import Language


@dataclass(frozen=True)
class Left:
    """What is there to do after them: an exit code, words for the shell, a recorded machine to go on with.

    `language` is the one that they had in the end, `read` that a person has seen it; None for `machine`: it is over.
    """

    code: int
    language: Language
    words: Sequence[str] = ()
    machine: str | None = None
    read: bool = False
