"""What the machine's state tells: its file systems, its kernel, and what can be used up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tui_installer.model.cause import Clue, Evidence, KnownCause
from tui_installer.model.facts import (
    Disk,
    Kernel,
    KubeletSettings,
    Kubernetes,
    Limits,
    Services,
    Swap,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# What follows from a machine on which containers cannot run.
DOWN = (
    "kubelet_down",
    "containerd_down",
    "node_not_ready",
    "pods_not_ready",
    "api_silent",
    "api_refused",
)
# Bytes that containerd and the kubelet need to go on.
ROOM = 200 << 20
# What the kubelet asks for in /proc/cgroups.
CONTROLLERS = ("cpu", "cpuacct", "cpuset", "memory", "pids")


def _swap(evidence: Evidence) -> Iterator[Clue]:
    devices = evidence.facts[Swap].devices
    stopped = evidence.facts[Services]["kubelet.service"].active != "active"
    if (
        devices
        and stopped
        and evidence.facts[KubeletSettings].fail_swap_on
        and evidence.facts[Kubernetes].member
    ):
        yield Clue("/proc/swaps: " + ", ".join(devices))


def _setting(key: str) -> Callable[[Evidence], Iterator[Clue]]:
    def tell(evidence: Evidence) -> Iterator[Clue]:
        value = evidence.facts[Kernel].sysctl.get(key)
        if value == "0" and evidence.facts[Kubernetes].member:
            yield Clue(f"{key} = 0")

    return tell


def _br_netfilter(evidence: Evidence) -> Iterator[Clue]:
    kernel = evidence.facts[Kernel]
    if "br_netfilter" not in kernel.loaded and evidence.facts[Kubernetes].member:
        yield Clue("/proc/modules: br_netfilter")


def _controllers_off(evidence: Evidence) -> Iterator[Clue]:
    on = evidence.facts[Limits].controllers
    missing = [name for name in CONTROLLERS if on and name not in on]
    if missing:
        yield Clue("/proc/cgroups: " + ", ".join(missing), {"names": ", ".join(missing)})


def _room(evidence: Evidence) -> Iterator[Clue]:
    for mounted in evidence.facts[Limits].mounted:
        if (
            mounted.free < ROOM
            and mounted.path.startswith(("/var", "/"))
            and "ro" not in mounted.options
        ):
            yield Clue(f"df {mounted.path}: {mounted.free >> 20} MiB", {})


def _inodes(evidence: Evidence) -> Iterator[Clue]:
    for mounted in evidence.facts[Limits].mounted:
        if mounted.inodes.nearly:
            used = f"{mounted.inodes.used} / {mounted.inodes.limit}"
            yield Clue(f"df -i {mounted.path}: {used}", {"path": mounted.path})


def _read_only(evidence: Evidence) -> Iterator[Clue]:
    for mounted in evidence.facts[Limits].mounted:
        if "ro" in mounted.options:
            yield Clue(f"/proc/mounts: {mounted.path} ro", {"path": mounted.path})


def _noexec(evidence: Evidence) -> Iterator[Clue]:
    for mounted in evidence.facts[Limits].mounted:
        if "noexec" in mounted.options and mounted.path.startswith(("/opt", "/var")):
            yield Clue(f"/proc/mounts: {mounted.path} noexec", {"file": mounted.path})


def _no_d_type(evidence: Evidence) -> Iterator[Clue]:
    for space in evidence.facts[Disk].spaces:
        if space.path == "/var/lib/containerd" and space.d_type is False:
            yield Clue(f"xfs_info {space.path}: ftype=0")


def _connections(evidence: Evidence) -> Iterator[Clue]:
    share = evidence.facts[Limits].connections
    if share is not None and share.nearly:
        yield Clue(f"nf_conntrack_count {share.used}, nf_conntrack_max {share.limit}")


def _requests(evidence: Evidence) -> Iterator[Clue]:
    share = evidence.facts[Limits].requests
    if share is not None and share.nearly:
        yield Clue(f"fs.aio-nr {share.used}, fs.aio-max-nr {share.limit}")


def _open_files(evidence: Evidence) -> Iterator[Clue]:
    share = evidence.facts[Limits].files
    if share is not None and share.nearly:
        yield Clue(f"fs.file-nr {share.used}, fs.file-max {share.limit}")


CAUSES = (
    KnownCause(
        "file_system_mounted_read_only",
        T("{path} is mounted read-only"),
        T("find out why (dmesg | tail), then: mount -o remount,rw {path}"),
        (_read_only,),
        explains=("etcd_read_only", *DOWN),
        lasting=True,
    ),
    KnownCause(
        "mounted_noexec",
        T("programs below {file} may not be executed: its file system is mounted noexec"),
        T("mount -o remount,exec {file}, and remove noexec from /etc/fstab"),
        (_noexec,),
        explains=("not_executable", *DOWN),
        lasting=True,
    ),
    KnownCause(
        "disk_nearly_full",
        T("a file system of the node has less than 200 MB left"),
        T("make room: df -h /var/lib; journalctl --vacuum-size=200M; crictl rmi --prune"),
        (_room,),
        explains=("disk_full", "evicting", "node_pressure", "pull_disk_full", *DOWN),
    ),
    KnownCause(
        "inodes_used_up",
        T("the file system {path} has no inodes left, although it may have free bytes"),
        T(
            "find many small files: du --inodes -x {path} | sort -n | tail; remove what nobody needs"
        ),
        (_inodes,),
        explains=("disk_full", "evicting", "node_pressure", "pull_disk_full", *DOWN),
    ),
    KnownCause(
        "swap_came_back",
        T("swap is on again, and the kubelet does not run with it"),
        T("swapoff -a, and remove swap from /etc/fstab, then: systemctl restart kubelet"),
        (_swap,),
        explains=("swap_on", *DOWN),
    ),
    KnownCause(
        "cgroup_controllers_off",
        T("cgroup controllers that the kubelet needs are off: {names}"),
        T("remove cgroup_disable= from the kernel's command line (grubby --info=ALL), then reboot"),
        (_controllers_off,),
        explains=("cgroup_controller_off", *DOWN),
        lasting=True,
    ),
    KnownCause(
        "br_netfilter_missing",
        T(
            "the module br_netfilter is not loaded: rules for Services do not see the traffic of pods"
        ),
        T("modprobe br_netfilter, and write its name into /etc/modules-load.d/k8s.conf"),
        (_br_netfilter,),
        explains=("bridge_filter_off",),
    ),
    KnownCause(
        "ip_forward_off",
        T("this node forwards no packets, so that no pod reaches another node"),
        T("sysctl -w net.ipv4.ip_forward=1, and write the same into /etc/sysctl.d/k8s.conf"),
        (_setting("net.ipv4.ip_forward"),),
        explains=("pods_not_ready",),
    ),
    KnownCause(
        "bridge_filter_off",
        T(
            "iptables does not see the traffic of bridges, so that Services fail between pods of one node"
        ),
        T(
            "sysctl -w net.bridge.bridge-nf-call-iptables=1, and write the same into /etc/sysctl.d/k8s.conf"
        ),
        (_setting("net.bridge.bridge-nf-call-iptables"),),
    ),
    KnownCause(
        "connections_used_up",
        T("the kernel's table of connections is almost full"),
        T(
            "raise net.netfilter.nf_conntrack_max (sysctl), and look who has so many: conntrack -L | head"
        ),
        (_connections,),
        severity=Outcome.WARN,
        explains=("connection_table_full", "api_timeout"),
    ),
    KnownCause(
        "requests_used_up",
        T("the kernel's limit of asynchronous requests is almost reached"),
        T("raise it: sysctl -w fs.aio-max-nr=1048576, and write the same into /etc/sysctl.d"),
        (_requests,),
        severity=Outcome.WARN,
        explains=("etcd_slow",),
    ),
    KnownCause(
        "open_files_nearly",
        T("the kernel's limit of open files is almost reached"),
        T(
            "raise fs.file-max (sysctl), and look who has them: lsof | cut -d' ' -f1 | sort | uniq -c | sort -n | tail"
        ),
        (_open_files,),
        severity=Outcome.WARN,
        explains=("open_files_used_up", "inotify_used_up"),
    ),
    KnownCause(
        "overlay_not_possible",
        T("the file system of /var/lib/containerd is made without d_type: images need it"),
        T("make it anew with ftype=1 (mkfs.xfs -n ftype=1), or mount another file system there"),
        (_no_d_type,),
        explains=("overlay_without_d_type", "pods_not_ready"),
    ),
)
