"""What a reader of facts may use: files, short commands, and what was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_installer.host import shell
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Person


@dataclass(frozen=True)
class Look:
    """One look at the machine; `answers` is None while they are still being found."""

    answers: Answers | None = None
    patterns: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(Person(),))
    # A transaction of ours was cut short: what rpm says it installed may be there by half.
    verify_packages: bool = False

    def text(self, path: str) -> str:
        """A file's text without surrounding blanks; empty if it cannot be read."""
        try:
            return places.at(path).read_text(encoding="utf-8", errors="replace").strip()
        except OSError:
            return ""

    def exists(self, path: str) -> bool:
        """Whether something is there."""
        return places.at(path).exists()

    def output(self, *argv: str, timeout: float = 20) -> shell.Output:
        """What a short command prints."""
        return shell.output(*argv, timeout=timeout)
