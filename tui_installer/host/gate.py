"""The one gate for writes: a file of the node stays below its root, even if its name points elsewhere."""

from __future__ import annotations

from pathlib import Path

from tui_installer.host import machine
from tui_installer.model import places


def place(path: str, root: Path | None = None) -> Path:
    """Returns the path for writing a file of the node. Raises places.Outside.

    It follows a link, so that the target changes and the link stays; but it never leaves a root other than
    `/`.
    """
    root = root or machine.here().root
    here = places.at(path, root)
    target = here.resolve() if here.is_symlink() else here
    if root != Path("/") and not target.parent.resolve().is_relative_to(root.resolve()):
        raise places.Outside(path)
    return target
