"""Reads and writes files: whole or not at all, and what was there first is kept."""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tui_installer.host.gate import place
from tui_installer.host.rehearsal.current import current
from tui_installer.model import places
from tui_installer.model.facts import File, Files

LARGEST = 4 << 20
SELINUX = "security.selinux"


def read(path: str) -> File | None:
    """A text file as it is; None if it is missing, not a plain file, or unreadable."""
    try:
        status = os.stat(here := places.at(path))
        if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
            return None
        # By bytes: reading as text would turn the line ends of Windows into ours.
        text = here.read_bytes().decode("utf-8", "surrogateescape")
    except OSError:
        return None
    return File(text, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def gather(patterns: Iterable[str]) -> Files:
    """The files at these paths or glob patterns."""
    found = {}
    for pattern in patterns:
        for path in _expanded(pattern) if "*" in pattern else [pattern]:
            if (file := read(path)) is not None:
                found[path] = file
    return Files(found)


def _expanded(pattern: str) -> list[str]:
    """The node's paths that a pattern stands for."""
    found = glob.glob(str(places.at(pattern)))
    return [f"/{Path(path).relative_to(places.ROOT)}" for path in found]


def _beside(target: Path) -> Path:
    """Where the new content waits; always the same name, so that a leftover can be found."""
    return target.parent / f".{target.name}.tui-installer"


def write(path: str, text: str, *, mode: int = 0o644, uid: int = 0, gid: int = 0) -> None:
    """Puts a file in place in one stroke: after a power cut it is the old one or the new one."""
    target = place(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = _beside(target)
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            if os.geteuid() == 0:
                os.fchown(file.fileno(), uid, gid)
            _keep_label(target, file.fileno())
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)
    if (rehearsal := current()) is not None:
        from tui_installer.host.rehearsal.effects import after_write  # of no use elsewhere

        after_write(rehearsal, path)


def _keep_label(target: Path, handle: int) -> None:
    """A new file would take its folder's SELinux type; /etc/hosts, for one, has another."""
    with suppress(OSError):
        os.setxattr(handle, SELINUX, os.getxattr(target, SELINUX))


def forget_broken_write(path: str) -> None:
    """Removes what a write left that was cut short before its file was in place."""
    _beside(place(path)).unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Makes a folder's entries survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def keep_original(path: str, folder: Path) -> None:
    """Copies the file to `folder` under its own path, unless one is kept there already."""
    kept = folder / path.lstrip("/")
    file = read(path)
    if file is None or kept.exists():
        return
    for new in reversed([p for p in (kept.parent, *kept.parent.parents) if not p.exists()]):
        new.mkdir(mode=0o700, exist_ok=True)
    write(str(kept), file.text, mode=file.mode, uid=file.uid, gid=file.gid)
