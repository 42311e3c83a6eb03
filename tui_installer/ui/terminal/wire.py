"""The two directions of a terminal: sent bytes, and keys."""

from __future__ import annotations

import os
import select
from collections.abc import Callable, Iterable

from textual import events
from textual._parser import Read1
from textual._time import get_time
from textual._xterm_parser import XTermParser
from typing_extensions import override

from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.escapes import Filter

# Seconds between two checks whether to end.
POLL = 0.1


class TerminalOutput:
    """The terminal as a file: filters each piece, and outlives the terminal."""

    def __init__(self, handle: int, encoding: str, clean: Filter, lost: Callable[[], None]) -> None:
        self.clean = clean
        self._handle = handle
        self._encoding = encoding
        self._lost = lost
        self._there = True

    def write(self, text: str) -> None:
        """Returns once all is written, or can never be."""
        data = self.clean(text).encode(self._encoding, "replace")
        while data and self._there:
            try:
                data = data[os.write(self._handle, data) :]
            except BlockingIOError:
                select.select([], [self._handle], [])
            except OSError:
                self._there = False
                self._lost()

    def flush(self) -> None:
        """Does nothing: there is no buffer."""


class KeyParser(XTermParser):
    """Reads keys; Enter is a carriage return or a line feed."""

    def __init__(self, escape: float) -> None:
        self._escape = escape
        super().__init__()

    @override
    def read1(self, timeout: float | None = None) -> Read1:  # type: ignore[override]
        """Reads the next character; only Esc reads with a time limit, and gets that of this terminal."""
        return Read1(self._escape if timeout else None)

    def patience(self) -> float:
        """The seconds until a lone Esc counts, or until the next check."""
        return POLL if self._timeout_time is None else max(self._timeout_time - get_time(), 0.0)

    @override
    def _sequence_to_key_events(self, sequence: str, alt: bool = False) -> Iterable[events.Key]:
        return super()._sequence_to_key_events("\r" if sequence == "\n" else sequence, alt)


def escape_delay(terminal: Terminal) -> float:
    """Returns the seconds that Esc waits for the rest of a key's sequence: on a serial line its bytes arrive slowly."""
    return 0.25 if terminal.serial else 0.1
