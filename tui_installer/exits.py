"""The exit codes that scripts rely on, and the exception that carries one."""

from __future__ import annotations

from tui_installer.model.text import Text

DONE, FAILED, USAGE, REFUSED, BUSY, INTERRUPTED = 0, 1, 2, 3, 4, 5


class Exit(Exception):
    """Ends the program with a sentence for the person and a code for the script."""

    def __init__(self, code: int, text: Text | None = None) -> None:
        super().__init__(code)
        self.code, self.text = code, text


def by_signal(number: int) -> int:
    """The exit code of screens that this signal has ended; none of the program's own is as high."""
    return 128 + number
