"""The logs of services that the Log screen offers beside those of the run; read in the background, on request."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field

from tui_installer.model.facts import NotRead
from tui_installer.model.text import NO_TEXT, T, Text
from tui_installer.node import service_logs
from tui_installer.runs.output import Told
from tui_installer.ui.screens.log_parts import SERVICE
from tui_installer.ui.widgets.owner import Owner


@dataclass
class ServiceLogs:
    """The logs by their sources, each as of its last reading; `changed` is told the source of which more is known."""

    owner: Owner
    changed: Callable[[str], None]
    sources: tuple[str, ...] = ()
    _lines: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _unread: dict[str, Text] = field(default_factory=dict)
    _reading: set[str] = field(default_factory=set)

    def find(self) -> None:
        """Looks which of them this machine has."""

        def take(names: tuple[str, ...]) -> None:
            self.sources = tuple(f"{SERVICE}{name}" for name in names)
            self.changed("")

        self.owner.background(service_logs.names, take)

    def read(self, source: str) -> None:
        """Reads one of them; one reading at a time."""
        if source in self._reading:
            return
        self._reading.add(source)

        def take(lines: tuple[str, ...]) -> None:
            self._reading.discard(source)
            self._unread.pop(source, None)
            self._lines[source] = lines
            self.changed(source)

        def failed(error: Exception) -> bool:
            self._reading.discard(source)
            if not isinstance(error, NotRead):
                return False
            self._unread[source] = error.unread.text
            self.changed(source)
            return True

        self.owner.background(lambda: service_logs.read(_name(source)), take, failed)

    def told(self, source: str) -> Told:
        """Returns the lines that are known of it."""
        lines = self._lines.get(source, ())
        return Told(lambda: len(lines), lines.__getitem__, lines.__getitem__)

    def state(self, source: str) -> Text:
        """Returns that it is being read, or why it could not be; empty if its lines are here."""
        name = _name(source)
        if source in self._unread:
            return Text("{name}: {reason}", {"name": name, "reason": self._unread[source]})
        if source not in self._lines:
            return T("The log of {name} is being read.", name=name)
        return NO_TEXT if self._lines[source] else T("{name} has said nothing so far.", name=name)

    @staticmethod
    def command(source: str) -> Text:
        """Returns the command that shows it."""
        return Text("{command}", {"command": shlex.join(service_logs.command(_name(source)))})


def _name(source: str) -> str:
    return source.removeprefix(SERVICE)
