"""Rescue of the files that `kubeadm reset` deletes, and removal of mounts where it deletes."""

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
# etcd allocates these files in advance and has not written to them.
EMPTY = "*.tmp"
# Bytes that stay free on the disk beside the copy.
ROOM = 64 << 20
PATIENCE = 60.0


class NoRoom(Exception):
    """The copy does not fit: `needed` and `free` are bytes."""

    def __init__(self, needed: int, free: int) -> None:
        super().__init__(f"{needed} > {free}")
        self.needed, self.free = needed, free


def save(into: Path) -> None:
    """Copies both folders to `into`, for root alone, and flushes them to the disk: whole or not at all.

    Raises NoRoom, UnreadableData or OSError.
    """
    into.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # An engine that was killed during its copy leaves this folder.
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
        # An incomplete copy only takes the room that the next one needs.
        for copy in (begun, into):
            shutil.rmtree(copy, ignore_errors=True)
        raise


def _copy(into: Path) -> None:
    database = machine.at(ETCD) / etcd_data.DATABASE
    if database.exists():
        # The database is copied before its log: etcd continues from an older database with a newer log, but not
        # from a newer one with an older log.
        _copy_database(database, _inside(into, ETCD) / etcd_data.DATABASE)
    for folder in SAVED:
        if machine.at(folder).exists():
            _copy_tree(machine.at(folder), _inside(into, folder), _without(database))


def _copy_tree(folder: Path, copy: Path, ignored: Callable[[Any, list[str]], set[str]]) -> None:
    """Copies a tree. Raises OSError with the first failure."""
    try:
        shutil.copytree(
            folder, copy, ignore=ignored, ignore_dangling_symlinks=True, dirs_exist_ok=True
        )
    except shutil.Error as error:
        path, _, why = error.args[0][0]
        raise OSError(f"{path}: {why}") from error


def _bring_to_disk(copy: Path) -> None:
    """Flushes file by file: `sync` for all would not report that a disk refused one of them. Raises OSError."""
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
    """Copies the state of one transaction, even while etcd works; copies a damaged database as it is."""
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
    """Returns etcd's folder as kubeadm sees it, if it is another one than the saved one; else "".

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
    """Unmounts everything below the folders that kubeadm empties; returns the mounts that stay, with their holders."""
    for mount in reversed(mounts.below(EMPTIED)):
        shell.output("umount", mount.path, timeout=PATIENCE)
    return [_held(mount.path) for mount in mounts.below(EMPTIED)]


def _held(path: str) -> str:
    who = ", ".join(_first(mounts.holders(path)))
    return f"{path}: {who}" if who else path


def _first(names: Iterable[str], most: int = 3) -> list[str]:
    return [name for name, _ in zip(names, range(most), strict=False)]
