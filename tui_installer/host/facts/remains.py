"""Reader of the files and objects that an interrupted kubeadm of ours left, and of signs that somebody uses them."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from tui_installer.host import etcd_data, machine, mounts, shell, unused_cluster
from tui_installer.host.look import Look
from tui_installer.model import places
from tui_installer.model.facts import Remains
from tui_installer.model.step import MAKING
from tui_installer.model.text import T, Text

TOPIC = Remains
# The reader uses files alone, so it works on a recorded machine too.
FILES = True
CONFIGURATION, KUBELET, ETCD = "/etc/kubernetes", "/var/lib/kubelet", "/var/lib/etcd"
CA, CONF = f"{CONFIGURATION}/pki/ca.crt", f"{CONFIGURATION}/kubelet.conf"
# Folders that `kubeadm reset` 1.25 empties, including every mount below them.
EMPTIED = (
    *(KUBELET, ETCD, f"{CONFIGURATION}/manifests", f"{CONFIGURATION}/pki"),
    *("/var/lib/dockershim", "/var/run/kubernetes", "/var/lib/cni"),
)
# Files that only kubeadm writes; kubelet.conf is absent, because the kubelet writes it itself.
WRITTEN = (
    *(f"{CONFIGURATION}/{name}.conf" for name in ("admin", "controller-manager", "scheduler")),
    *(f"{CONFIGURATION}/bootstrap-kubelet.conf", f"{KUBELET}/config.yaml"),
    f"{KUBELET}/kubeadm-flags.env",
)
FOLDERS = (f"{CONFIGURATION}/manifests", f"{CONFIGURATION}/pki")
PODS, LOGS = f"{KUBELET}/pods", "/var/log/pods"
LARGEST = 1 << 20

Value = TypeVar("Value")


def read(look: Look) -> Remains:
    """Reads only where our kubeadm broke off: in a cluster in use this takes long."""
    return seen() if look.half_made else Remains()


def seen() -> Remains:
    """Reads everything. A part that cannot be read is reported as unknown and raises nothing."""
    unread: list[Text] = []

    def known(what: Callable[[], Value], otherwise: Value) -> Value:
        try:
            return what()
        except etcd_data.UnreadableData as error:
            unread.append(T("etcd's data could not be read: {why}", why=str(error)))
        except OSError as error:
            why = f"{error.filename or ''}: {error.strerror or error}"
            unread.append(T("could not be read: {why}", why=why))
        return otherwise

    keys = known(lambda: etcd_data.keys(machine.at(ETCD)), frozenset[str]())
    return Remains(
        looked=True,
        ca=known(_ca, ""),
        files=known(_files, dict[str, int]()),
        etcd_data=known(lambda: _holds(ETCD), True),
        kubelet_conf=known(lambda: _there(CONF), True),
        objects=tuple(sorted(unused_cluster.foreign(keys))),
        stored=tuple(sorted(known(lambda: set(_stored()), set[str]()))),
        mounts=tuple(known(_mounts, list[str]())),
        latest=known(_latest, 0.0),
        looked_at=time.time(),
        unread=tuple(unread),
    )


def _latest() -> float:
    """Returns the time of our kubeadm's last output; after a boot, which removes it, the start of PID 1."""
    printed = [path for step in MAKING for path in machine.at(places.RAW).glob(f"{step}-*")]
    if printed:
        return max(path.stat().st_mtime for path in printed)
    return time.time() - shell.age(shell.started_at(1))


def _there(path: str) -> bool:
    """Tells whether a path exists; a dangling link exists too. Raises OSError where it cannot tell."""
    try:
        machine.at(path).lstat()
    except FileNotFoundError:
        return False
    return True


def _names(folder: str) -> list[str]:
    try:
        return sorted(path.name for path in machine.at(folder).iterdir())
    except FileNotFoundError:
        return []


def _holds(folder: str) -> bool:
    return bool(_names(folder))


def _ca() -> str:
    if not _there(CA):
        return ""
    with machine.at(CA).open("rb") as file:
        # The prefix keeps the journal from taking the digest for kubeadm's certificate key and removing it.
        return f"sha256:{hashlib.sha256(file.read(LARGEST)).hexdigest()}"


def _files() -> dict[str, int]:
    changed_at = {path: at for path in WRITTEN if (at := _changed(path)) is not None}
    for folder in FOLDERS:
        for path in _below(folder):
            if (at := _changed(path)) is not None:
                changed_at[path] = at
    return changed_at


def _changed(path: str) -> int | None:
    """Returns a file's last change of any kind, in nanoseconds: unlike the content's time, nobody can set it."""
    try:
        return machine.at(path).lstat().st_ctime_ns
    except FileNotFoundError:
        return None


def _below(folder: str) -> Iterator[str]:
    """Yields every file below a folder. Raises OSError where it cannot read a folder."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    top = machine.at(folder)
    for where, _, names in os.walk(top, onerror=refuse):
        yield from (f"{folder}/{(Path(where) / name).relative_to(top)}" for name in names)


def _stored() -> Iterator[str]:
    """Yields foreign paths in the folders of the kubelet and etcd: neither theirs nor a system pod's."""
    yield from (f"{ETCD}/{path}" for path in etcd_data.strange(machine.at(ETCD)))
    for name in _names(KUBELET):
        if name not in unused_cluster.KUBELET_OWN:
            yield f"{KUBELET}/{name}"
    for folder in ("plugins", "plugins_registry"):
        yield from (f"{KUBELET}/{folder}/{name}" for name in _names(f"{KUBELET}/{folder}"))
    logged, ours = {name.rpartition("_")[2] for name in _names(LOGS)}, _system_pods()
    for name in _names(PODS):
        if name not in ours and (name in logged or _stores(f"{PODS}/{name}")):
            yield f"{PODS}/{name}"


def _stores(folder: str) -> bool:
    """Tells whether something is mounted below a pod's folder, or anything but folders lies there.

    The kubelet makes a pod's folders before that of its logs, by which a system pod is known: a power cut may come
    in between. A mount is not entered, for its server may be gone.
    """
    if mounts.below((folder,)):
        return True

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    return any(
        names or any((Path(where) / one).is_symlink() for one in folders)
        for where, folders, names in os.walk(machine.at(folder), onerror=refuse)
    )


def _system_pods() -> frozenset[str]:
    """Returns the ids of the cluster's system pods, from the names of their log folders."""
    rows = (name.rpartition("_") for name in _names(LOGS))
    return frozenset(uid for pod, _, uid in rows if unused_cluster.of_the_system(pod))


def _mounts() -> list[str]:
    """Lists mounts other than the tokens and certificates that the kubelet keeps in memory for system pods."""
    ours = tuple(f"{mounts.resolved(PODS)}/{uid}/" for uid in _system_pods())
    found = mounts.below(EMPTIED)
    return [m.path for m in found if not (m.kind == "tmpfs" and m.path.startswith(ours))]
