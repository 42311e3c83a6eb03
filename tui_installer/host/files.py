"""Reads and writes of files: a write happens whole or not at all, and keeps the original file."""

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
# Seconds that a pipe may stay silent.
SILENT = 10
SELINUX = "security.selinux"


class NoFile(OSError):
    """The path is no readable text file; `why` says the reason."""

    def __init__(self, why: Text | str) -> None:
        super().__init__(errno.EINVAL, str(why))
        self.why = why


def _opened(path: Path) -> int | None:
    """Opens a plain file for reading; None if there is nothing. Raises OSError."""
    try:
        # Without O_NONBLOCK, opening a FIFO for reading waits for a writer.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise NoFile(T("it is no plain file"))
    return handle


def read(path: str) -> File | None:
    """Reads a text file; None if there is none. Raises OSError if it exists and cannot be read."""
    if (handle := _opened(machine.at(path))) is None:
        return None
    with os.fdopen(handle, "rb") as file:
        status = os.fstat(handle)
        # Reading as text would turn the line ends of Windows into ours, so the file is read as bytes.
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise NoFile(T("it is larger than {size} MB", size=LARGEST >> 20))
    text = raw.decode("utf-8", "surrogateescape")
    return File(text, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)


def bounded(path: Path, most: int) -> bytes:
    """Reads a file or pipe up to `most` bytes and one more. Raises OSError, also for a silent pipe."""
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


def end(path: Path, most: int) -> str:
    """Returns the last bytes of a long file as text. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(os.fstat(file.fileno()).st_size - most, 0))
        return file.read(most).decode("utf-8", "replace")


def gather(patterns: Iterable[str]) -> Files:
    """Reads the files at these paths or glob patterns."""
    by_path: dict[str, File] = {}
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
                by_path |= {path: file} if file is not None else {}
    return Files(by_path, unread)


def _expanded(pattern: str) -> list[str]:
    """Expands a pattern to paths of the node. Raises OSError where its folder cannot be read."""
    # glob treats every folder that it cannot read as empty.
    with suppress(FileNotFoundError, NotADirectoryError):
        os.scandir(machine.at(os.path.dirname(pattern.partition("*")[0]))).close()
    matches = glob.glob(str(machine.at(pattern)))
    return [f"/{Path(path).relative_to(machine.here().root)}" for path in matches]


def _beside(target: Path) -> Path:
    """Returns the path of the new content until it is in place; it never varies, so that a leftover can be found."""
    return target.parent / f".{target.name}.tui-installer"


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """Opens a new file beside the target; it replaces the target at the end, and is removed after an error."""
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
    """Sets a file's mode and owner, and flushes it to the disk."""
    file.flush()
    os.fchmod(file.fileno(), mode)
    if os.geteuid() == 0:
        os.fchown(file.fileno(), uid, gid)
    os.fsync(file.fileno())


def write(path: str, text: str, *, mode: int = 0o644, uid: int = 0, gid: int = 0) -> None:
    """Replaces a file atomically: after a power cut it is either the old one or the new one."""
    target = place(path)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _replacing(target) as file:
        file.write(text.encode("utf-8", "surrogateescape"))
        _keep_label(target, file.fileno())
        _finish(file, mode, uid, gid)
    sync(target.parent)
    machine.here().wrote(path)


def _keep_label(target: Path, handle: int) -> None:
    """Copies the target's SELinux label: a new file takes its folder's type, and /etc/hosts, for one, has another."""
    with suppress(OSError):
        os.setxattr(handle, SELINUX, os.getxattr(target, SELINUX))


def forget_broken_write(path: str) -> None:
    """Removes the leftover of an interrupted write."""
    _beside(place(path)).unlink(missing_ok=True)


def sync(path: Path) -> None:
    """Makes a file, or the entries of a folder, survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def digest(text: str) -> str:
    """Returns the digest of the file that `write` makes from this text."""
    return _named(hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest())


def _named(hashed: str) -> str:
    # The prefix keeps the journal from taking the digest for kubeadm's certificate key and removing it.
    return f"sha256:{hashed}"


def _digest(file: BufferedReader) -> str:
    found = _named(hashlib.file_digest(file, "sha256").hexdigest())
    file.seek(0)
    return found


def keep_original(path: str, folder: Path, written: Collection[str] = ()) -> None:
    """Copies a file to `folder` under its own path, byte by byte, so that nobody's text is lost.

    A copy that exists already is not made again, nor one of a file that this run wrote (`written`:
    digests). A version that a person changed in between is kept as PATH.~1~ and so on. Raises OSError if
    the file exists and cannot be copied; then it must not be replaced.
    """
    if (handle := _opened(place(path))) is None:
        return
    with os.fdopen(handle, "rb") as source:
        target, saved_digests = _free(folder / path.lstrip("/"))
        if _digest(source) not in {*saved_digests, *written}:
            _copy(source, target)


def _free(target: Path) -> tuple[Path, list[str]]:
    """Returns the path for the next original of a file, and the digests of those that are saved."""
    saved_digests = list[str]()
    number = 0
    free = target
    while free.exists():
        with free.open("rb") as file:
            saved_digests.append(_digest(file))
        number += 1
        free = target.with_name(f"{target.name}.~{number}~")
    return free, saved_digests


def _copy(source: BinaryIO, target: Path) -> None:
    for new in reversed([p for p in (target.parent, *target.parent.parents) if not p.exists()]):
        new.mkdir(mode=0o700, exist_ok=True)
    with _replacing(target) as copy:
        status = os.fstat(source.fileno())
        shutil.copyfileobj(source, copy)
        _finish(copy, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid)
    sync(target.parent)
