"""Reader of what the kernel limits: connections, files, inodes, watches, cgroup controllers."""

from __future__ import annotations

import os

import psutil

from tui_installer.host import machine
from tui_installer.host.look import Look
from tui_installer.model.facts import Limits, Mounted, Share

TOPIC = Limits
FOLDERS = ("/", "/etc", "/opt", "/var", "/var/lib/containerd", "/var/lib/kubelet", "/var/lib/etcd")
NETFILTER = "/proc/sys/net/netfilter"
# The options of a mount that keep a node from working.
OPTIONS = ("ro", "noexec")


def read(look: Look) -> Limits:
    """Reads the numbers in /proc and the file systems of the node's folders. Raises NotRead."""
    open_files = look.text("/proc/sys/fs/file-nr").split()
    return Limits(
        connections=_share(
            look.text(f"{NETFILTER}/nf_conntrack_count"), look.text(f"{NETFILTER}/nf_conntrack_max")
        ),
        files=_share(open_files[0], open_files[-1]) if open_files else None,
        requests=_share(look.text("/proc/sys/fs/aio-nr"), look.text("/proc/sys/fs/aio-max-nr")),
        inotify_instances=_number(look.text("/proc/sys/fs/inotify/max_user_instances")),
        inotify_watches=_number(look.text("/proc/sys/fs/inotify/max_user_watches")),
        controllers=frozenset(_controllers(look.text("/proc/cgroups"))),
        command_line=tuple(look.text("/proc/cmdline").split()),
        mounted=_mounted(),
        memory_free=psutil.virtual_memory().available,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _share(used: str, limit: str) -> Share | None:
    return Share(int(used), int(limit)) if used.isdecimal() and limit.isdecimal() else None


def _controllers(text: str) -> set[str]:
    """Returns the controllers that are on, by the last column of /proc/cgroups."""
    rows = [line.split() for line in text.splitlines() if not line.startswith("#")]
    return {row[0] for row in rows if len(row) == 4 and row[3] == "1"}


def _mounted() -> tuple[Mounted, ...]:
    """Returns the file systems that hold the node's folders, each once."""
    partitions = {p.mountpoint: p for p in psutil.disk_partitions(all=True)}
    mounts: dict[str, Mounted] = {}
    for folder in FOLDERS:
        path = str(machine.at(folder))
        if not os.path.isdir(path):
            continue
        while path not in partitions and path != "/":
            path = os.path.dirname(path)
        if path in mounts:
            continue
        options = partitions[path].opts.split(",") if path in partitions else []
        room = os.statvfs(path)
        mounts[path] = Mounted(
            path,
            tuple(option for option in OPTIONS if option in options),
            Share(room.f_files - room.f_ffree, room.f_files),
            room.f_bavail * room.f_frsize,
        )
    return tuple(mounts.values())
