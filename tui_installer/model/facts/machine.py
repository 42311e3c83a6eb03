"""Facts about the machine itself: hardware, kernel, services, disks, ports, files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.facts.unread import Closed, NotRead
from tui_installer.model.text import Text, verbatim


@dataclass(frozen=True)
class System:
    """Hardware and operating system; `memory` in bytes."""

    os_id: str = "centos"
    os_name: str = "CentOS Linux 7 (Core)"
    release: str = "CentOS Linux release 7.9.2009 (Core)"
    arch: str = "x86_64"
    kernel: str = "3.10.0-1160.el7.x86_64"
    cores: int = 2
    memory: int = 4 << 30
    root: bool = True
    capabilities: frozenset[str] = frozenset({"CAP_SYS_TIME", "CAP_SYS_RESOURCE"})

    @property
    def kernel_version(self) -> tuple[int, int]:
        """Major and minor number of the running kernel; (0, 0) if they cannot be parsed."""
        parts = self.kernel.split(".")
        try:
            return int(parts[0]), int(parts[1].split("-")[0])
        except (IndexError, ValueError):
            return 0, 0


@dataclass(frozen=True)
class HostName:
    """The name in /etc/hostname and the one in force, and the IPv4 addresses that /etc/hosts has for a name."""

    static: str = "localhost.localdomain"
    current: str = "localhost.localdomain"
    # Those of the name in force, and those of localhost.
    addresses: tuple[str, ...] = ()
    localhost: tuple[str, ...] = ()


@dataclass(frozen=True)
class Swap:
    """Active swap devices and files (/proc/swaps)."""

    devices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Selinux:
    """SELinux's mode in force: enforcing, permissive or disabled."""

    mode: str = "enforcing"


@dataclass(frozen=True)
class Unit:
    """A systemd unit as `systemctl show` reports it."""

    load: str = "not-found"
    active: str = "inactive"
    sub: str = "dead"
    enabled: str = ""
    pid: int = 0

    @property
    def there(self) -> bool:
        """The unit is installed."""
        return self.load == "loaded"

    @property
    def running(self) -> bool:
        """The unit runs, or is starting."""
        return self.active in ("active", "activating", "reloading")


@dataclass(frozen=True)
class Services:
    """The systemd units that the program uses."""

    units: Mapping[str, Unit] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Unit:
        return self.units.get(name, Unit())


@dataclass(frozen=True)
class Kernel:
    """Modules and settings of the running kernel; only those that the program uses."""

    loaded: frozenset[str] = frozenset()
    available: frozenset[str] = frozenset()
    sysctl: Mapping[str, str] = field(default_factory=dict)
    # kube-proxy will be able to set net.netfilter.nf_conntrack_max.
    conntrack_writable: bool = True
    # /sys/fs/bpf exists; Calico mounts it into its pods.
    bpf: bool = True


@dataclass(frozen=True)
class Clock:
    """Seconds since 1970, and whether some time service keeps the clock (None: unknown)."""

    now: float = 0
    synchronized: bool | None = None


@dataclass(frozen=True)
class Chrony:
    """The time when chronyd started, and the time when its file was written: seconds since 1970, 0 if unknown."""

    started: float = 0
    written: float = 0

    @property
    def stale(self) -> bool:
        """chronyd runs with an older file than the present one."""
        return 0 < self.started < self.written


@dataclass(frozen=True)
class Space:
    """Room on the file system that holds `path`, in bytes. `d_type` None: unknown."""

    path: str
    free: int
    total: int
    fstype: str = "xfs"
    d_type: bool | None = True


@dataclass(frozen=True)
class Disk:
    """The file systems that containerd, the kubelet and etcd write to."""

    spaces: tuple[Space, ...] = ()


@dataclass(frozen=True)
class Listener:
    """A TCP port in use, with its owner."""

    port: int
    pid: int = 0
    program: str = ""


@dataclass(frozen=True)
class Ports:
    """The TCP ports in use."""

    listeners: tuple[Listener, ...] = ()


@dataclass(frozen=True)
class File:
    """A text file with its mode and owner."""

    text: str
    mode: int = 0o644
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True)
class Files:
    """The files that steps and checks asked for, by path; a path that is in neither mapping does not exist.

    `unread` holds the reasons why files cannot be read; access to one of them raises NotRead.
    """

    by_path: Mapping[str, File] = field(default_factory=dict)
    unread: Mapping[str, Text | str] = field(default_factory=dict)

    def file(self, path: str) -> File | None:
        """Returns the file; None if there is none. Raises NotRead."""
        if path in self.unread:
            raise NotRead(Closed(verbatim(path), self.unread[path]))
        return self.by_path.get(path)

    def text(self, path: str) -> str | None:
        """Returns the content; None if there is no such file. Raises NotRead."""
        file = self.file(path)
        return file.text if file else None

    def under(self, prefix: str, suffix: str = "") -> dict[str, File]:
        """Returns the files whose path begins and ends with these texts. Raises NotRead."""
        for path in self.unread:
            if path.startswith(prefix) and path.endswith(suffix):
                self.file(path)
        return {
            p: f
            for p, f in sorted(self.by_path.items())
            if p.startswith(prefix) and p.endswith(suffix)
        }
