"""Facts for the diagnosis of a node: logs, the runtime as the kubelet sees it, the kubelet's settings, used-up limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.facts.effective import FilePlace
from tui_installer.model.text import Text


@dataclass(frozen=True)
class Logs:
    """The last lines by source, oldest first; only those that tell of the present.

    Sources are the units kubelet, containerd and docker, the kernel, and the containers of kube-system by their names.
    `unread` holds the reasons why a source could not be read.
    """

    lines: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unread: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True)
class CriCondition:
    """One condition that containerd reports to the kubelet: RuntimeReady or NetworkReady."""

    name: str
    holds: bool
    message: str = ""


@dataclass(frozen=True)
class Cri:
    """What containerd tells the kubelet (`crictl info`); `error` are its words if it does not answer.

    The settings are those in force, whatever the file says; `runtime` is the default one.
    """

    conditions: tuple[CriCondition, ...] = ()
    sandbox_image: str = ""
    snapshotter: str = ""
    systemd_cgroup: bool | None = None
    runtime: str = ""
    config_path: str = ""
    mirrors: tuple[str, ...] = ()
    cni_folder: str = ""
    cni_programs: str = ""
    cni_networks: tuple[str, ...] = ()
    cni_status: str = ""
    # The packed layers are dropped once they are unpacked (discard_unpacked_layers).
    discards_layers: bool = False
    error: str = ""
    # The file of settings was written after containerd had started.
    newer_file: bool = False
    # Keys of that file which containerd does not know, each with the one that it resembles.
    misspelt: tuple[tuple[str, str], ...] = ()
    # The socket in crictl's own file; empty: it names none. None: unknown.
    crictl_endpoint: str | None = None

    def condition(self, name: str) -> CriCondition | None:
        """Returns the condition with that name; None if it was not reported."""
        return next((one for one in self.conditions if one.name == name), None)


@dataclass(frozen=True)
class KubeletSettings:
    """The kubelet's settings in its files; empty values are not set. `flags` are those of kubeadm and of a person."""

    there: bool = False
    cgroup_driver: str = ""
    cgroup_driver_place: FilePlace = field(default_factory=FilePlace)
    fail_swap_on: bool = True
    resolv_conf: str = ""
    cluster_dns: tuple[str, ...] = ()
    static_pods: str = ""
    flags: tuple[str, ...] = ()
    error: str = ""


@dataclass(frozen=True)
class Share:
    """The use of something that can be used up."""

    used: int
    limit: int

    @property
    def nearly(self) -> bool:
        """More than nine tenths are used."""
        return self.limit > 0 and self.used * 10 > self.limit * 9


@dataclass(frozen=True)
class Mounted:
    """A file system: its mount point, the options that matter (ro, noexec), and its inodes (limit 0: unlimited)."""

    path: str
    options: tuple[str, ...] = ()
    inodes: Share = field(default_factory=lambda: Share(0, 0))
    free: int = 0


@dataclass(frozen=True)
class Limits:
    """What the kernel limits, and what is used of it; `controllers` are the cgroup controllers that are on."""

    connections: Share | None = None
    files: Share | None = None
    requests: Share | None = None
    inotify_instances: int | None = None
    inotify_watches: int | None = None
    controllers: frozenset[str] = frozenset()
    command_line: tuple[str, ...] = ()
    mounted: tuple[Mounted, ...] = ()
    memory_free: int | None = None


@dataclass(frozen=True)
class Processes:
    """The programs that run; only security programs, by their processes' names."""

    security: tuple[str, ...] = ()
