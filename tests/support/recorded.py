"""A machine of which only the output of its tools is known."""

from __future__ import annotations

import errno
import json
from dataclasses import dataclass, field
from typing import Any

from tui_installer.host import kubectl
from tui_installer.host.look import Look, closed
from tui_installer.host.shell import NOT_FOUND, Output


@dataclass(frozen=True)
class Recorded(Look):
    """A machine of which only these files and answers to commands are known."""

    files: dict[str, str] = field(default_factory=dict)
    says: dict[str, Output] = field(default_factory=dict)
    # When files were changed, in seconds since 1970; the others at once after that.
    times: dict[str, float] = field(default_factory=dict)
    # Files that exist and cannot be opened.
    damaged: frozenset[str] = frozenset()

    def _open(self, path: str) -> None:
        if path in self.damaged:
            raise closed(path, OSError(errno.EIO, "Input/output error"))

    def whole(self, path: str) -> str:
        self._open(path)
        return self.files.get(path, "")

    def exists(self, path: str) -> bool:
        self._open(path)
        return path in self.files

    def modified(self, path: str) -> float:
        self._open(path)
        return self.times.get(path, 1.0) if path in self.files else 0.0

    def names(self, folder: str) -> tuple[str, ...]:
        self._open(folder)
        inside = (path[len(folder) + 1 :] for path in self.files if path.startswith(f"{folder}/"))
        return tuple(sorted({name.partition("/")[0] for name in inside}))

    def output(self, *argv: str, timeout: float = 20) -> Output:
        line = " ".join(argv)
        for start, answer in self.says.items():
            if line.startswith(start):
                return answer
        return Output(NOT_FOUND, "", f"{argv[0]}: not found")


ADMIN = {kubectl.ADMIN: "x"}


def ask(config: str = kubectl.ADMIN) -> str:
    """Returns the command with which the program calls kubectl."""
    return f"kubectl --kubeconfig={config}"


def said(value: Any) -> Output:
    """Returns kubectl's output for a value."""
    return Output(0, json.dumps(value), "")
