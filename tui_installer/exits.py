"""The exit codes that scripts rely on, and the exception that carries one."""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum, unique

from tui_installer.model.text import Text


@unique
class ExitCode(IntEnum):
    """How a command ended; docs/exit-codes.md tells what each means to each command."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    REFUSED = 3
    BUSY = 4
    INTERRUPTED = 5


class Exit(Exception):
    """Ends the program with a sentence for the person and a code for the script.

    `reasons` are lines that the person has been told already; `told`: so has the script, in an object.
    """

    def __init__(
        self,
        code: ExitCode,
        text: Text | None = None,
        *,
        reasons: Sequence[str] = (),
        told: bool = False,
    ) -> None:
        super().__init__(code)
        self.code, self.text, self.reasons, self.told = code, text, reasons, told


def by_signal(number: int) -> int:
    """The exit code of screens that this signal has ended; none of the program's own is as high."""
    return 128 + number
