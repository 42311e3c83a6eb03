"""The keys in etcd's folder, read from its files; no etcd is started or asked."""

from __future__ import annotations

import mmap
import re
from collections.abc import Iterator
from pathlib import Path

from tui_installer.host import bolt

DATABASE, LOG, SNAPSHOTS = "member/snap/db", "member/wal", "member/snap"
# A cluster with more data may be in use. An unused one holds 3 MB, and 64 MB of log, mostly zeros.
MOST, MOST_LOGGED = 1 << 26, 1 << 28
# etcd goes on writing during a read; its file is read again up to this many times.
TRIES = 20
# Every key of an API server begins with this. The log holds keys that may not be in the database yet.
_PREFIX = re.compile(rb"/registry/")


# Names of etcd's own files and folders, by folder; a disk of its own has `lost+found`.
_OWN = {
    "": r"member|lost\+found",
    "lost+found": r"",
    "member": r"snap|(wal|snap)\.tmp|wal(\.broken.*)?",
    "member/snap": r"db|[0-9a-f]+-[0-9a-f]+\.snap|[0-9a-f]+\.snap\.db|.*\.broken|(db\.)?tmp\.?[0-9]+",
    "member/wal": r"[0-9a-f]+-[0-9a-f]+\.wal|[0-9]+\.tmp|.*\.broken",
}


class UnreadableData(Exception):
    """etcd's data could not be read whole, so its contents are unknown."""


def keys(folder: Path) -> frozenset[str]:
    """Returns every key that exists or existed, as far back as etcd keeps them; none where nothing is stored.

    etcd creates its database, then its log, and accepts no data before both exist; interrupted before that,
    it holds none. Raises UnreadableData.
    """
    try:
        if not folder.exists() or not any(folder.iterdir()):
            return frozenset()
        stored, logged = _stored(folder / DATABASE), _logged(folder / LOG)
        for part, part_keys, other in ((DATABASE, stored, logged), (LOG, logged, stored)):
            if part_keys is None and (other or any((folder / SNAPSHOTS).glob("*.snap"))):
                raise UnreadableData(f"{folder / part}: it is missing")
        return frozenset(
            key.decode(errors="replace") for key in (stored or set()) | (logged or set())
        )
    except OSError as error:
        raise UnreadableData(f"{error.filename or folder}: {error.strerror}") from error
    except bolt.Damaged as error:
        raise UnreadableData(f"{folder / DATABASE}: {error}") from error


def strange(folder: Path) -> list[str]:
    """Lists entries of etcd's folder that are not etcd's own files, such as a copy of its data. Raises OSError."""
    strange_paths = []
    for below, own in _OWN.items():
        if (place := folder / below).is_dir():
            names = (entry.name for entry in place.iterdir())
            strange_paths += [
                str(Path(below) / name) for name in names if not re.fullmatch(own, name)
            ]
    return sorted(strange_paths)


def whole(path: Path) -> bytes:
    """Returns etcd's database in the state of one transaction. Raises bolt.Damaged, UnreadableData or OSError."""
    _refuse_large(path.stat().st_size, MOST, path)
    for left in reversed(range(TRIES)):
        try:
            data = path.read_bytes()
            if bolt.head(data) == bolt.head(start(path)):
                return data
        except bolt.Damaged:
            if not left:
                raise
    raise UnreadableData(f"{path}: it is written to all the time")


def _refuse_large(size: int, most: int, path: Path) -> None:
    if size > most:
        raise UnreadableData(f"{path}: more than {most >> 20} MB")


def start(path: Path) -> bytes:
    """Reads the part of a database that holds its headers."""
    with path.open("rb") as file:
        return file.read(2 * max(bolt.SIZES))


def _stored(path: Path) -> set[bytes] | None:
    """Returns the keys in the database; None if nothing has been written there yet."""
    if _blank(path):
        return None
    data = whole(path)
    return {_first_field(value) for _, value in bolt.Bolt(data, bolt.head(data)).rows(b"key")}


def _blank(path: Path) -> bool:
    if not path.exists():
        return True
    _refuse_large(path.stat().st_size, MOST, path)
    return not path.read_bytes().strip(b"\0")


def _first_field(value: bytes) -> bytes:
    """Returns field 1 of a stored object, its key: a tag, a length of seven bits per byte, the bytes."""
    length, shift, at = 0, 0, 1
    while value[:1] == b"\x0a" and at < min(len(value), 6):
        length, shift, at = length | (value[at] & 0x7F) << shift, shift + 7, at + 1
        if value[at - 1] < 0x80:
            if at + length <= len(value):
                return value[at : at + length]
            break
    raise bolt.Damaged("a row that is no object of etcd's")


def _logged(folder: Path) -> set[bytes] | None:
    """Returns the keys in the log; None if there is no log yet."""
    logs = sorted(folder.glob("*.wal"))
    _refuse_large(sum(path.stat().st_size for path in logs), MOST_LOGGED, folder)
    return {key for path in logs for key in _written(path)} if logs else None


def _written(path: Path) -> Iterator[bytes]:
    if not path.stat().st_size:
        return
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as log:
        for match in _PREFIX.finditer(log):
            yield _counted(log, match.start())


def _counted(log: mmap.mmap, at: int) -> bytes:
    """Returns the bytes from an offset; their length stands before them, in one byte or two."""
    low, length = log[max(at - 2, 0)], log[max(at - 1, 0)]
    return log[at : at + (length if low < 0x80 else low & 0x7F | length << 7)]
