"""Reader of the disk space where containerd, the kubelet and etcd write."""

from __future__ import annotations

import os

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import Disk, Space

TOPIC = Disk
FOLDERS = ("/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd", "/var/cache")


def _nearest(path: str) -> str:
    while not os.path.isdir(path):
        path = os.path.dirname(path)
    return path


def _mounted(path: str) -> tuple[str, str]:
    """Returns the mount point that holds the path, and its file system type."""
    rows = [
        p
        for p in psutil.disk_partitions(all=True)
        if path == p.mountpoint or path.startswith(p.mountpoint.rstrip("/") + "/")
    ]
    best = max(rows, key=lambda p: len(p.mountpoint), default=None)
    return (best.mountpoint, best.fstype) if best else ("/", "")


def _d_type(look: Look, mount: str, fstype: str) -> bool | None:
    """Tells whether a file system has d_type: an old xfs may lack it, and overlayfs needs it."""
    if fstype != "xfs":
        return True
    xfs_info = look.answer("xfs_info", mount).out
    return None if "ftype=" not in xfs_info else "ftype=1" in xfs_info


def read(look: Look) -> Disk:
    """Returns one entry per folder; several folders may lie on the same file system."""
    types: dict[str, bool | None] = {}
    spaces = []
    for folder in FOLDERS:
        nearest = _nearest(folder)
        usage = psutil.disk_usage(nearest)
        mount, fstype = _mounted(nearest)
        if mount not in types:
            types[mount] = _d_type(look, mount, fstype)
        spaces.append(Space(folder, usage.free, usage.total, fstype, types[mount]))
    return Disk(tuple(spaces))
