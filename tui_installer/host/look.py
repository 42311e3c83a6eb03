"""The tools of a reader of facts: files, short commands, and the parameters of one look at the machine."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, fields

from tui_installer.host import files, machine, shell
from tui_installer.host.scope import Scope
from tui_installer.model.facts import Closed, NotRead, Unread
from tui_installer.model.text import T, Text, verbatim

# The service that answers a program's question, where it is not the program itself.
WHO: dict[str, Text] = {
    "kubectl": T("the API server"),
    "crictl": T("containerd"),
    "systemctl": T("systemd"),
    "firewall-cmd": T("firewalld"),
    "nmcli": T("NetworkManager"),
}
# Programs that ask a service; its messages about a timeout are part of their answer.
ASKING = frozenset({*WHO, "ctr", "docker"})
# Only these errors mean that nothing is there.
MISSING = (FileNotFoundError, NotADirectoryError)
# These programs use such words where no answer came in time.
LATE = ("timeout", "timed out", "deadline exceeded")


def who(program: str) -> Text:
    """Names the service that a program asks."""
    return WHO.get(program, verbatim(program))


@dataclass(frozen=True)
class Look(Scope):
    """Reads the machine within a scope."""

    @classmethod
    def of(cls, scope: Scope) -> Look:
        """Returns a look within that scope; all looks of one scope share its patience."""
        return cls(**{one.name: getattr(scope, one.name) for one in fields(scope)})

    def text(self, path: str) -> str:
        """Reads a file's text without surrounding blanks; empty if there is no file. Raises NotRead."""
        return self.whole(path).strip()

    def whole(self, path: str) -> str:
        """Reads a file's text as it is, so that its lines can be counted. Raises NotRead."""
        try:
            raw = files.bounded(machine.at(path), files.LARGEST)
        except MISSING:
            return ""
        except OSError as error:
            raise closed(path, error) from error
        return raw.decode("utf-8", "replace")

    def hint(self, path: str) -> str:
        """Reads a file that may refuse by design; then, too, the text is empty. No decision may depend on it alone."""
        try:
            return self.text(path)
        except NotRead:
            return ""

    def exists(self, path: str) -> bool:
        """Tells whether a path exists. Raises NotRead where it cannot tell."""
        try:
            os.stat(machine.at(path))
        except MISSING:
            return False
        except OSError as error:
            raise closed(path, error) from error
        return True

    def modified(self, path: str) -> float:
        """Returns the time of a file's last change in seconds since 1970; 0 if there is no file. Raises NotRead."""
        try:
            return os.stat(machine.at(path)).st_mtime
        except MISSING:
            return 0.0
        except OSError as error:
            raise closed(path, error) from error

    def names(self, folder: str) -> tuple[str, ...]:
        """Lists a folder's entries in order; none if there is no folder. Raises NotRead."""
        try:
            return tuple(sorted(os.listdir(machine.at(folder))))
        except MISSING:
            return ()
        except OSError as error:
            raise closed(folder, error) from error

    def output(self, *argv: str, timeout: float = 20) -> shell.Output:
        """Runs a short command; readers of facts use `answer`."""
        return shell.output(*argv, timeout=timeout)

    def answer(
        self, *argv: str, codes: tuple[int, ...] | None = None, longest: float = 0
    ) -> shell.Output:
        """Runs a command that asks a service. Raises NotRead where no answer comes.

        `codes` are the exit codes of an answer (None: all are); `longest` is the number of seconds that a
        healthy answer may take.
        """
        limit, began = max(longest, self.patience.of(argv[0])), time.monotonic()
        output = self.output(*argv, timeout=limit)
        if output.code == shell.TIMED_OUT:
            self.patience.missed(argv[0], limit)
            why = T("no answer in {seconds} s", seconds=round(limit))
            raise NotRead(Unread(who(argv[0]), why, silent=True))
        if output.code == shell.TOO_MUCH:
            raise NotRead(Unread(who(argv[0]), output.err))
        if output.code < 0:
            why = T("{program} was ended by signal {number}", program=argv[0], number=-output.code)
            raise NotRead(Unread(who(argv[0]), why))
        late = argv[0] in ASKING and any(mark in output.err.lower() for mark in LATE)
        if output.code and late:
            self.patience.missed(argv[0], limit)
            raise NotRead(Unread(who(argv[0]), last_line(output), silent=True))
        self.patience.answered(argv[0], time.monotonic() - began)
        if output.code == shell.NOT_FOUND or (codes is not None and output.code not in codes):
            raise NotRead(Unread(who(argv[0]), last_line(output)))
        return output


def closed(path: str, error: OSError) -> NotRead:
    """Makes the error for a file or folder that exists, as far as one can tell, and does not open."""
    return NotRead(Closed(verbatim(path), error.strerror or str(error)))


def last_line(said: shell.Output) -> Text | str:
    """Returns a program's last line of output; its exit code if it printed none."""
    lines = [line for line in (said.err or said.out).splitlines() if line.strip()]
    return lines[-1].strip() if lines else T("exit code {code}", code=said.code)
