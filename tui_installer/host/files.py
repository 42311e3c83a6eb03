"""Reads and writes files: whole or not at all, and what was there first is kept."""

from __future__ import annotations

import errno
import glob
import hashlib
import os
import select
import shutil
import stat
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from tui_installer.host import machine
from tui_installer.host.gate import place
from tui_installer.model.facts import File, Files
from tui_installer.model.text import T, Text

LARGEST = 16 << 20
PIECE = 1 << 20
# Seconds for which a pipe may say nothing.
SILENT = 10
SELINUX = "security.selinux"


class NoFile(OSError):
    """Something is there that is no text file which can be read; `why` says it."""

    def __init__(self, why: Text | str) -> None:
        super().__init__(errno.EINVAL, str(why))
        self.why = why


def _opened(path: Path) -> int | None:
    """A plain file to read from; None if there is nothing. Raises OSError."""
    try:
        # Whoever opens a FIFO for reading waits for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NoFile(T("it is no plain file"))
    return handle


def read(path: str) -> File | None:
    """A text file as it is; None if there is none. Raises OSError where something is there that cannot be read."""
    if (handle := _opened(machine.at(path))) is None:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        # By bytes: reading as text would turn the line ends of Windows into ours.
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise NoFile(T("it is larger than {size} MB", size=LARGEST >> 20))
    text = raw.decode("utf-8", "surrogateescape")
    return File(text, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def bounded(path: Path, most: int) -> bytes:
    """What is there, also in a pipe, up to so many bytes and one more. Raises OSError; a silent pipe is one."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        raw = b""
        while len(raw) <= most:
            if not select.select([handle], [], [], SILENT)[0]:
                raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT), str(path))
            if not (piece := os.read(handle, min(PIECE, most + 1 - len(raw)))):
                break
            raw += piece
        return raw
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error
    finally:
        os.close(handle)


def gather(patterns: Iterable[str]) -> Files:
    """The files at these paths or glob patterns."""
    found: dict[str, File] = {}
    unread: dict[str, Text | str] = {}
    for pattern in patterns:
        try:
            paths = _expanded(pattern) if "*" in pattern else [pattern]
        except OSError as error:
            unread[pattern] = error.strerror or str(error)
            continue
        for path in paths:
            try:
                file = read(path)
            except NoFile as error:
                unread[path] = error.why
            except OSError as error:
                unread[path] = error.strerror or str(error)
            else:
                found |= {path: file} if file is not None else {}
    return Files(found, unread)


def _expanded(pattern: str) -> list[str]:
    """The node's paths that a pattern stands for. Raises OSError where its folder cannot be looked into."""
    # glob takes every folder that it cannot read for an empty one.
    with suppress(FileNotFoundError, NotADirectoryError):
        os.scandir(machine.at(os.path.dirname(pattern.partition("*")[0]))).close()
    found = glob.glob(str(machine.at(pattern)))
    return [f"/{Path(path).relative_to(machine.here().root)}" for path in found]


def _beside(target: Path) -> Path:
    """Where the new content waits; always the same name, so that a leftover can be found."""
    return target.parent / f".{target.name}.tui-installer"


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """A new file beside that one, which takes its place at the end, or goes if there is an error."""
    temporary = _beside(target)
    temporary.unlink(missing_ok=True)
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _finish(file: BinaryIO, mode: int, uid: int, gid: int) -> None:
    """Whose it is, and all of it on the disk."""
    file.flush()
    os.fchmod(file.fileno(), mode)
    if os.geteuid() == 0:
        os.fchown(file.fileno(), uid, gid)
    os.fsync(file.fileno())


def write(path: str, text: str, *, mode: int = 0o644, uid: int = 0, gid: int = 0) -> None:
    """Puts a file in place in one stroke: after a power cut it is the old one or the new one."""
    target = place(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(target) as file:
        file.write(text.encode("utf-8", "surrogateescape"))
        _keep_label(target, file.fileno())
        _finish(file, mode, uid, gid)
    sync(target.parent)
    machine.here().wrote(path)


def _keep_label(target: Path, handle: int) -> None:
    """A new file would take its folder's SELinux type; /etc/hosts, for one, has another."""
    with suppress(OSError):
        os.setxattr(handle, SELINUX, os.getxattr(target, SELINUX))


def forget_broken_write(path: str) -> None:
    """Removes what a write left that was cut short before its file was in place."""
    _beside(place(path)).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Makes a file, or a folder's entries, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(text: str) -> str:
    """Names the bytes of a file that `write` makes of this text."""
    return _named(hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest())


def _named(hashed: str) -> str:
    # In the journal a bare digest would be taken for kubeadm's certificate key, and left out.
    return f"sha256:{hashed}"


def _digest(file: BufferedReader) -> str:
    found = _named(hashlib.file_digest(file, "sha256").hexdigest())
    file.seek(0)
    return found


def keep_original(path: str, folder: Path, written: Collection[str] = ()) -> None:
    """Copies what is there to `folder` under its own path, byte by byte: nobody else's text is lost.

    What is kept already, or was written by this run (`written`: digests), is not kept again; what a person has made of
    it meanwhile is, as PATH.~1~ and so on. Raises OSError if something is there that cannot be copied: then it must not
    be replaced.
    """
    if (handle := _opened(place(path))) is None:
        return
    with os.fdopen(handle, "rb") as source:
        kept, known = _free(folder / path.lstrip("/"))
        if _digest(source) not in {*known, *written}:
            _copy(source, kept)


def _free(kept: Path) -> tuple[Path, list[str]]:
    """Where the next original of a file goes, and the digests of those that are there."""
    known, number, free = list[str](), 0, kept
    while free.exists():
        with free.open("rb") as file:
            known.append(_digest(file))
        number += 1
        free = kept.with_name(f"{kept.name}.~{number}~")
    return free, known


def _copy(source: BinaryIO, kept: Path) -> None:
    for new in reversed([p for p in (kept.parent, *kept.parent.parents) if not p.exists()]):
        new.mkdir(mode=0o700, exist_ok=True)
    with _replacing(kept) as copy:
        status = os.fstat(source.fileno())
        shutil.copyfileobj(source, copy)
        _finish(copy, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)
    sync(kept.parent)
