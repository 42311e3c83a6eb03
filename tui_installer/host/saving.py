"""Saves what `kubeadm reset` deletes, and takes away what is mounted where it deletes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tui_installer.host import bolt, etcd_data, files, machine, mounts, shell
from tui_installer.host.facts.remains import CONFIGURATION, EMPTIED, ETCD

SAVED = (CONFIGURATION, ETCD)
MANIFEST = f"{CONFIGURATION}/manifests/etcd.yaml"
# What etcd lays out ahead and has not written to.
EMPTY = "*.tmp"
# Left free on the disk beside what is saved.
ROOM = 64 << 20
PATIENCE = 60.0


class NoRoom(Exception):
    """It does not fit: so many bytes are needed, and so many are free."""

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(f"{needed} > {free}")
        self.needed, self.free = needed, free


def save(into: Path) -> None:
    """Copies both folders to there, for root alone, and onto the disk: whole, or not at all.

    Raises NoRoom, UnreadableData or OSError.
    """
    into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of an engine that was killed while it saved.
    begun = into.with_name(f".{into.name}")
    shutil.rmtree(begun, ignore_errors=True)
    needed = sum(path.stat().st_size for path in _files()) + ROOM
    if needed > (free := shutil.disk_usage(into.parent).free):
        raise NoRoom(needed, free)
    try:
        begun.mkdir(mode=0o700)
        _copy(begun)
        _bring_to_disk(begun)
        os.replace(begun, into)
        files.sync(into.parent)
    except BaseException:
        # Half a copy only takes the room that the next one needs.
        for copy in (begun, into):
            shutil.rmtree(copy, ignore_errors=True)
        raise


def _copy(into: Path) -> None:
    database = machine.at(ETCD) / etcd_data.DATABASE
    if database.exists():
        # Before its log: etcd goes on from an older database with a newer log, not the other way.
        _copy_database(database, _inside(into, ETCD) / etcd_data.DATABASE)
    for folder in SAVED:
        if machine.at(folder).exists():
            _copy_tree(machine.at(folder), _inside(into, folder), _without(database))


def _copy_tree(folder: Path, copy: Path, ignored: Callable[[Any, list[str]], set[str]]) -> None:
    """Raises OSError, with the first of what went wrong."""
    try:
        shutil.copytree(
            folder, copy, ignore=ignored, ignore_dangling_symlinks=True, dirs_exist_ok=True
        )
    except shutil.Error as error:
        path, _, why = error.args[0][0]
        raise OSError(f"{path}: {why}") from error


def _bring_to_disk(copy: Path) -> None:
    """File by file: `sync` for all would not tell that a disk has refused one of them. Raises OSError."""
    for where, _, names in os.walk(copy, topdown=False):
        for name in names:
            files.sync(Path(where) / name)
        files.sync(Path(where))


def _inside(into: Path, folder: str) -> Path:
    return into / folder.lstrip("/")


def _files() -> Iterator[Path]:
    for folder in SAVED:
        for where, _, names in os.walk(machine.at(folder), followlinks=True):
            yield from (path for name in names if (path := Path(where) / name).exists())


def _without(database: Path) -> Callable[[Any, list[str]], set[str]]:
    rest = shutil.ignore_patterns(EMPTY)

    def ignored(folder: Any, names: list[str]) -> set[str]:
        taken = {database.name} if Path(folder) == database.parent else set()
        return taken | rest(folder, names)

    return ignored


def _copy_database(database: Path, copy: Path) -> None:
    """As one transaction has left it, though etcd may be at work; a damaged one as it is."""
    copy.parent.mkdir(parents=True)
    for _ in range(etcd_data.TRIES):
        shutil.copy2(database, copy)
        try:
            if bolt.head(etcd_data.start(copy)) == bolt.head(etcd_data.start(database)):
                return
        except bolt.Damaged:
            return
    raise etcd_data.UnreadableData(f"{database}: it is written to all the time")


def etcd_elsewhere() -> str:
    """The folder that kubeadm takes for etcd's, where that is not the one that is saved; else empty.

    `kubeadm reset` 1.25 reads it from etcd's manifest. Raises OSError or YAMLError.
    """
    manifest = machine.at(MANIFEST)
    if not manifest.exists():
        return ""
    pod = YAML(typ="safe", pure=True).load(manifest.read_text(errors="replace"))
    try:
        volumes = {row["name"]: row["hostPath"]["path"] for row in pod["spec"]["volumes"]}
        path = str(volumes["etcd-data"])
    except (KeyError, TypeError) as error:
        raise YAMLError(f"no volume etcd-data ({error})") from error
    return "" if os.path.normpath(path) == ETCD else path


def unmount() -> list[str]:
    """Unmounts everything below the folders that are emptied; what stays, and who holds it."""
    for mount in reversed(mounts.below(EMPTIED)):
        shell.output("umount", mount.path, timeout=PATIENCE)
    return [_held(mount.path) for mount in mounts.below(EMPTIED)]


def _held(path: str) -> str:
    who = ", ".join(_first(mounts.holders(path)))
    return f"{path}: {who}" if who else path


def _first(names: Iterable[str], most: int = 3) -> list[str]:
    return [name for name, _ in zip(names, range(most), strict=False)]
