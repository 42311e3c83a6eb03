"""What the kernel's log tells."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_installer.model.cause import Clue, Evidence, KnownCause, by_words
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

KERNEL = "kernel"
STORAGE = ("etcd_slow", "etcd_damaged", "pleg", "node_not_ready", "pods_not_ready", "kubelet_down")


def _share_silent(evidence: Evidence) -> Iterator[Clue]:
    """The kernel tells the silence of a server, and its end."""
    last: dict[str, str] = {}
    for line in evidence.lines.get(KERNEL, ()):
        if match := re.search(r"nfs: server (?P<server>\S+) (?P<says>not responding|OK)", line):
            last[match["server"]] = line if match["says"] != "OK" else ""
    for server, said in last.items():
        if said:
            yield Clue(said, {"server": server})


CAUSES = (
    by_words(
        "out_of_memory",
        KERNEL,
        re.compile(r"Killed process \d+ \((?P<program>[^)]+)\)"),
        T("the memory was used up, and the kernel has ended {program}"),
        T(
            "give the machine more memory, or its pods limits; who uses it: ps aux --sort=-rss | head"
        ),
        explains=("pods_not_ready", "pod_crashes", "kubelet_down", "containerd_down", "etcd_slow"),
    ),
    by_words(
        "task_hung",
        KERNEL,
        re.compile(r"task (?P<program>[^:\s]+):\d+ blocked for more than \d+ seconds"),
        T("{program} has waited for the disk or a network share for minutes"),
        T("look at the disk (iostat -x 1) and at network shares that are gone (mount | grep nfs)"),
        explains=STORAGE,
    ),
    KnownCause(
        "share_silent",
        T("the network share of {server} does not answer, and whoever touches it hangs"),
        T(
            "bring {server} back, or give the share up: umount -f -l PLACE; places: mount | grep nfs"
        ),
        (_share_silent,),
        explains=("task_hung", "pleg", "node_not_ready", "pods_not_ready"),
    ),
    by_words(
        "network_namespace_leak",
        KERNEL,
        re.compile(r"unregister_netdevice: waiting for (?P<card>\S+) to become free"),
        T("the kernel cannot free a pod's network card ({card}): a fault of old kernels"),
        T("reboot, and install the newest kernel: yum update kernel"),
        explains=("pods_not_ready",),
    ),
    by_words(
        "file_system_read_only",
        KERNEL,
        re.compile(r"Remounting filesystem read-only"),
        T("the kernel has made a file system read-only after an error of the disk"),
        T("find the disk's fault in dmesg; after a repair (fsck) mount it again"),
        explains=STORAGE,
    ),
    by_words(
        "file_system_damaged",
        KERNEL,
        re.compile(
            r"EXT4-fs error \(device (?P<device>[\w-]+)\)|XFS \((?P<device2>[\w-]+)\): .*[Ss]hutting down filesystem"
        ),
        T("the file system on {device}{device2} is damaged"),
        T("save what you can, unmount it, then: fsck or xfs_repair; look at the disk: smartctl -a"),
        explains=("file_system_read_only", *STORAGE),
    ),
    by_words(
        "disk_error",
        KERNEL,
        re.compile(
            r"(?:Buffer I/O error on (?:dev|device) (?P<device>[\w-]+)|blk_update_request: (?:critical medium|I/O) error, dev (?P<device2>[\w-]+))"
        ),
        T("the disk {device}{device2} reports errors"),
        T("look at it: smartctl -a /dev/NAME; replace it, or ask whoever runs the storage"),
        explains=("file_system_damaged", "file_system_read_only", "task_hung", *STORAGE),
    ),
    by_words(
        "kernel_fault",
        KERNEL,
        re.compile(
            r"BUG: unable to handle kernel|kernel BUG at |general protection fault: |BUG: soft lockup"
        ),
        T("the kernel itself has had a fault"),
        T("reboot, and install the newest kernel: yum update kernel"),
        explains=("task_hung", "node_not_ready"),
    ),
    by_words(
        "memory_errors",
        KERNEL,
        re.compile(r"(?:CE|UE) memory read error|\[Hardware Error\]|Machine check events logged"),
        T("the machine reports faults of its memory or processor"),
        T(
            "have the hardware checked; until then move its pods: kubectl drain NAME --ignore-daemonsets"
        ),
        severity=Outcome.WARN,
        explains=("kernel_fault",),
    ),
    by_words(
        "connection_table_full",
        KERNEL,
        re.compile(r"nf_conntrack: (?:nf_conntrack: )?table full, dropping packet"),
        T("the kernel's table of connections is full, and it drops packets"),
        T(
            "raise net.netfilter.nf_conntrack_max (sysctl), and look who has so many: conntrack -L | head"
        ),
        explains=("api_timeout", "node_not_ready", "pods_not_ready"),
    ),
    by_words(
        "kernel_memory_leak",
        KERNEL,
        re.compile(r"SLUB: Unable to allocate memory on node -1"),
        T("this kernel leaks the memory of ended containers, and starts no more of them"),
        T(
            "reboot; to stay free of it: grubby --update-kernel=ALL --args=cgroup.memory=nokmem, then reboot"
        ),
        explains=("pods_not_ready", "pod_crashes"),
    ),
    by_words(
        "selinux_denies",
        KERNEL,
        re.compile(r"avc: +denied +\{ (?P<what>[^}]+) \}[^\n]* comm=\"(?P<program>[^\"]+)\""),
        T("SELinux keeps {program} from: {what}"),
        T(
            "see what it denies: ausearch -m avc -ts recent; put labels right (restorecon -R), or set it to permissive"
        ),
        severity=Outcome.WARN,
        explains=("pods_not_ready", "not_executable"),
    ),
    by_words(
        "overlay_without_d_type",
        KERNEL,
        re.compile(r"overlayfs: upper fs (?:does not support|needs to support) d_type"),
        T("the file system of the images lacks d_type: files of images may be missing"),
        T(
            "make it anew with ftype=1 (mkfs.xfs -n ftype=1), or take another file system for /var/lib/containerd"
        ),
        explains=("pods_not_ready",),
    ),
)
