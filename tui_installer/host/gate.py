"""The one gate for what is written: a file of the node lies below its root, whatever its name says."""

from __future__ import annotations

from pathlib import Path

from tui_installer.host import machine
from tui_installer.model import places


def place(path: str, root: Path | None = None) -> Path:
    """Where a file of the node may be written here. Raises places.Outside.

    A link is followed, so that what it points to changes and the link stays; but never out of a root other than `/`.
    """
    root = root or machine.here().root
    here = places.at(path, root)
    target = here.resolve() if here.is_symlink() else here
    if root != Path("/") and not target.parent.resolve().is_relative_to(root.resolve()):
        raise places.Outside(path)
    return target
