"""What a reader of facts may use: files, short commands, and what was asked for."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field

from tui_installer.host import files, machine, shell
from tui_installer.host.patience import Patience
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Closed, NotRead, Person, Unread
from tui_installer.model.text import T, Text, verbatim

# Who answers, where that is not the program that is called.
WHO: dict[str, Text] = {
    "kubectl": T("the API server"),
    "crictl": T("containerd"),
    "systemctl": T("systemd"),
    "firewall-cmd": T("firewalld"),
    "nmcli": T("NetworkManager"),
}
# Programs that ask somebody else; what the others say of a timeout is part of their answer.
ASKING = frozenset({*WHO, "ctr", "docker"})
# Only these mean that nothing is there.
MISSING = (FileNotFoundError, NotADirectoryError)
# How these say that nothing came for too long.
LATE = ("timeout", "timed out", "deadline exceeded")


def who(program: str) -> Text:
    """Whom a program asks."""
    return WHO.get(program, verbatim(program))


@dataclass(frozen=True)
class Look:
    """One look at the machine; `answers` is None while they are still being found."""

    answers: Answers | None = None
    patterns: tuple[str, ...] = ()
    people: tuple[Person, ...] = field(default=(Person(),))
    # A transaction of ours was cut short: what rpm says it installed may be there by half.
    verify_packages: bool = False
    # A kubeadm of ours that was to make a node did not end well: what it left has to be looked at.
    half_made: bool = False
    # Of all that are asked in this look, and in those made of it.
    patience: Patience = field(default_factory=Patience, compare=False)

    def text(self, path: str) -> str:
        """A file's text without surrounding blanks; empty if there is none. Raises NotRead."""
        try:
            raw = files.bounded(machine.at(path), files.LARGEST)
        except MISSING:
            return ""
        except OSError as error:
            raise closed(path, error) from error
        return raw.decode("utf-8", "replace").strip()

    def hint(self, path: str) -> str:
        """The same of a file that may refuse by design: empty then, too. Nothing hangs on it alone."""
        try:
            return self.text(path)
        except NotRead:
            return ""

    def exists(self, path: str) -> bool:
        """Whether something is there. Raises NotRead where that cannot be told."""
        try:
            os.stat(machine.at(path))
        except MISSING:
            return False
        except OSError as error:
            raise closed(path, error) from error
        return True

    def names(self, folder: str) -> tuple[str, ...]:
        """What is in a folder, in order; nothing if there is none. Raises NotRead."""
        try:
            return tuple(sorted(os.listdir(machine.at(folder))))
        except MISSING:
            return ()
        except OSError as error:
            raise closed(folder, error) from error

    def output(self, *argv: str, timeout: float = 20) -> shell.Output:
        """What a short command prints; for facts there is `answer`."""
        return shell.output(*argv, timeout=timeout)

    def answer(
        self, *argv: str, codes: tuple[int, ...] | None = None, longest: float = 0
    ) -> shell.Output:
        """What a command prints that asks somebody. Raises NotRead where no answer comes.

        `codes` are those of an answer (None: every one is); `longest` are the seconds that it may
        take where all is well.
        """
        given, began = max(longest, self.patience.of(argv[0])), time.monotonic()
        said = self.output(*argv, timeout=given)
        if said.code == shell.TIMED_OUT:
            self.patience.missed(argv[0], given)
            why = T("no answer in {seconds} s", seconds=round(given))
            raise NotRead(Unread(who(argv[0]), why, silent=True))
        if said.code == shell.TOO_MUCH:
            raise NotRead(Unread(who(argv[0]), said.err))
        if said.code < 0:
            why = T("{program} was ended by signal {number}", program=argv[0], number=-said.code)
            raise NotRead(Unread(who(argv[0]), why))
        late = argv[0] in ASKING and any(mark in said.err.lower() for mark in LATE)
        if said.code and late:
            self.patience.missed(argv[0], given)
            raise NotRead(Unread(who(argv[0]), last_line(said), silent=True))
        self.patience.answered(argv[0], time.monotonic() - began)
        if said.code == shell.NOT_FOUND or (codes is not None and said.code not in codes):
            raise NotRead(Unread(who(argv[0]), last_line(said)))
        return said


def closed(path: str, error: OSError) -> NotRead:
    """What is raised of a file or folder that is there, as far as one can tell, and does not open."""
    return NotRead(Closed(verbatim(path), error.strerror or str(error)))


def last_line(said: shell.Output) -> Text | str:
    """What a program says last; its exit code where it says nothing."""
    lines = [line for line in (said.err or said.out).splitlines() if line.strip()]
    return lines[-1].strip() if lines else T("exit code {code}", code=said.code)
