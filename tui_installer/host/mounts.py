"""The mounts below folders that kubeadm empties, and the processes that hold them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tui_installer.host import machine

TABLE = "/proc/self/mountinfo"
_ESCAPE = re.compile(r"\\([0-7]{3})")


@dataclass(frozen=True)
class Mount:
    """One mount: its path, and the type of its file system."""

    path: str
    kind: str


def parse(text: str) -> list[Mount]:
    r"""Parses the kernel's table, oldest mount first; the table writes a blank in a path as \040."""
    mounts = []
    for line in text.splitlines():
        before, _, behind = line.partition(" - ")
        words, kind = before.split(" "), behind.split(" ")
        if len(words) > 4 and kind[0]:
            mounts.append(Mount(_ESCAPE.sub(lambda m: chr(int(m[1], 8)), words[4]), kind[0]))
    return mounts


def resolved(folder: str) -> str:
    """Returns the real path of a folder on the node, which may be a link."""
    real = str(machine.at(folder).resolve())
    root = str(machine.here().root)
    return real if root == "/" else f"/{real.removeprefix(root).lstrip('/')}"


def below(folders: Iterable[str]) -> list[Mount]:
    """Lists mounts below these folders, but not at the folders themselves. Raises OSError."""
    tops = tuple(f"{resolved(folder)}/" for folder in folders)
    # A machine of files below another root may lack this table: nothing is mounted on it.
    table = machine.at(TABLE)
    if str(machine.here().root) != "/" and not table.exists():
        return []
    return [m for m in parse(table.read_text(errors="surrogateescape")) if m.path.startswith(tops)]


def holders(path: str) -> Iterator[str]:
    """Yields the processes that work in a mount or have a file of it open, like `mysqld (pid 812)`."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            links = [process / "cwd", process / "root", *(process / "fd").iterdir()]
            if any(_inside(link, path) for link in links):
                name = (process / "comm").read_text(errors="replace").strip()
                yield f"{name} (pid {process.name})"


def _inside(link: Path, path: str) -> bool:
    with suppress(OSError):
        target = str(link.readlink())
        return target == path or target.startswith(f"{path}/")
    return False
