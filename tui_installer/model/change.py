"""What a step wants done to the machine: a file written, or a command run."""

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
    """A file's wanted content; `before` is what is there now (None: nothing)."""

    path: str
    content: str | Secret
    why: Text
    before: str | None = None
    mode: int = 0o644
    uid: int = 0
    gid: int = 0
    # Exists only while its step runs: a file that holds a secret for the tool that needs it.
    temporary: bool = False
    reaches: str = ""

    def to_json(self) -> dict[str, Any]:
        """The public form of `plan --json` and of the journal; never the content of a secret."""
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
    """A command with its reason, its limits and the commands that take it back."""

    argv: Argv
    why: Text
    undo: tuple[Argv, ...] = ()
    ok_codes: tuple[int, ...] = (0,)
    timeout: float = 300
    # Seconds without a new byte on its meter after which the command is ended; 0: never.
    stall: float = 0
    # Held by one command at a time on the whole machine, e.g. "yum".
    resource: str = ""
    # Which bytes on the disk tell its progress: "yum", "images" or none.
    meter: str = ""
    # What the meter counts towards, e.g. an image reference.
    target: str = ""
    # Neighbours with the same word run side by side.
    together: str = ""
    # The milestone of the step that is reached when no change with this word is left.
    reaches: str = ""
    # Ends safely when asked to: a download may be cut short, an rpm transaction may not.
    interruptible: bool = False
    # Changes nothing: it only waits for what others do.
    waits: bool = False
    # Needs the join command, whose token lives in memory only.
    joins: bool = False
    # A file that it reads as its input; whoever it runs as need not be allowed to open that.
    stdin: str = ""
    env: tuple[tuple[str, str], ...] = field(default=())

    @property
    def line(self) -> str:
        """The command as a person would type it."""
        given = f" <{shlex.quote(self.stdin)}" if self.stdin else ""
        return shlex.join(self.argv) + given

    def to_json(self) -> dict[str, Any]:
        """The public form of `plan --json` and of the journal."""
        return {
            "kind": "run-command",
            "summary": self.why.to_json(),
            "argv": list(self.argv),
            "undo": [list(argv) for argv in self.undo],
            **({"stdin": self.stdin} if self.stdin else {}),
        }


Change = WriteFile | RunCommand


def acting_as(person: Person) -> Argv:
    """What a command begins with that is to run with the rights of somebody else (setpriv of util-linux)."""
    return ("setpriv", f"--reuid={person.uid}", f"--regid={person.gid}", "--clear-groups")


def edit(files: Files, path: str, content: str, why: Text) -> WriteFile:
    """Another content for a file; one that is there keeps its mode and its owner."""
    file = files.file(path)
    if file is None:
        return WriteFile(path, content, why)
    return WriteFile(path, content, why, file.text, file.mode, file.uid, file.gid)
