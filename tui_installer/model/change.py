"""The changes that a step requests: a file to write, or a command to run."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from typing import Any

from tui_installer.model.facts import Files, Person
from tui_installer.model.secret import Secret
from tui_installer.model.text import Text

Argv = tuple[str, ...]


@dataclass(frozen=True)
class WriteFile:
    """A file's wanted content; `before` is its present content (None: there is no file)."""

    path: str
    content: str | Secret
    why: Text
    before: str | None = None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    # The file exists only while its step runs: it holds a secret for a tool.
    temporary: bool = False
    reaches: str = ""

    def to_json(self) -> dict[str, Any]:
        """Returns the public form for `plan --json` and the journal; it never holds the content of a secret."""
        undo = "restore" if self.before is not None else "remove"
        return {
            "kind": "write-file",
            "summary": self.why.to_json(),
            "path": self.path,
            "mode": f"{self.mode:04o}",
            "undo": "temporary" if self.temporary else undo,
        }


@dataclass(frozen=True)
class RunCommand:
    """A command with its reason, its limits and the commands that undo it."""

    argv: Argv
    why: Text
    undo: tuple[Argv, ...] = ()
    ok_codes: tuple[int, ...] = (0,)
    timeout: float = 300
    # Seconds without a new byte on its meter after which the command is ended; 0: never.
    stall: float = 0
    # Only one command at a time on the whole machine holds this resource, e.g. "yum".
    resource: str = ""
    # The meter that counts its progress on the disk: "yum", "images" or none.
    meter: str = ""
    # The target of the meter's count, e.g. an image reference.
    target: str = ""
    # Adjacent changes with the same word run in parallel.
    together: str = ""
    # The step reaches this milestone when no change with this word is left.
    reaches: str = ""
    # It may be interrupted safely: a download may, an rpm transaction may not.
    interruptible: bool = False
    # It is ended when its step waits for something that waiting does not cure; what it began is cleared before it is done again.
    gives_up: bool = False
    # It changes nothing and only waits for others.
    waits: bool = False
    # It needs the join command, whose token lives in memory only.
    joins: bool = False
    # A file for its standard input; the command's own user need not be allowed to open it.
    stdin: str = ""
    env: tuple[tuple[str, str], ...] = field(default=())

    @property
    def line(self) -> str:
        """The command as a person would type it."""
        given = f" <{shlex.quote(self.stdin)}" if self.stdin else ""
        return shlex.join(self.argv) + given

    def to_json(self) -> dict[str, Any]:
        """Returns the public form for `plan --json` and the journal."""
        return {
            "kind": "run-command",
            "summary": self.why.to_json(),
            "argv": list(self.argv),
            "undo": [list(argv) for argv in self.undo],
            **({"stdin": self.stdin} if self.stdin else {}),
        }


Change = WriteFile | RunCommand


def acting_as(person: Person) -> Argv:
    """Returns the prefix that runs a command with a person's rights (setpriv of util-linux)."""
    return ("setpriv", f"--reuid={person.uid}", f"--regid={person.gid}", "--clear-groups")


def edit(files: Files, path: str, content: str, why: Text) -> WriteFile:
    """Makes the change to a file's content; an existing file keeps its mode and its owner."""
    file = files.file(path)
    if file is None:
        return WriteFile(path, content, why)
    return WriteFile(path, content, why, file.text, file.mode, file.uid, file.gid)
