"""What a bundle holds, as data: a line more here is a command or a file more in every bundle.

What is named here is all that is taken: nothing else of the machine gets into a bundle.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from tui_installer.host.content_store import SOCKET

KIB = 1 << 10
# Stands in an argv for the kubeconfig with which this node may ask; without one the command is not run.
KUBECONFIG = "KUBECONFIG"


class TextForm(Enum):
    """What a text is, and so what becomes of a secret in it."""

    # Names and values: a secret under a known name becomes stars; with any other the file is left out.
    SETTINGS = auto()
    # Lines of a log or of a command: the secret becomes stars, or its line is left out.
    LINES = auto()
    # No place for a secret: with one the file is left out.
    PLAIN = auto()


@dataclass(frozen=True)
class AskedCommand:
    """A command that only reads; of its output `most` bytes are kept, with `end` the last ones."""

    name: str
    argv: tuple[str, ...]
    most: int = 128 * KIB
    end: bool = False


@dataclass(frozen=True)
class KeptFiles:
    """Files by path or pattern; of each `most` bytes are kept, with `end` the last ones.

    Of a pattern that has more, only the `newest` are taken.
    """

    pattern: str
    form: TextForm = TextForm.SETTINGS
    most: int = 64 * KIB
    end: bool = False
    newest: int = 40


def _journal(name: str, most: int, *what: str) -> AskedCommand:
    argv = ("journalctl", "-b", *what, "-n", "6000", "--no-pager", "-o", "short-iso")
    return AskedCommand(f"journal-{name}", argv, most, end=True)


def _crictl(name: str, *argv: str) -> AskedCommand:
    endpoint = f"unix://{SOCKET}"
    return AskedCommand(
        f"crictl-{name}", ("crictl", "-t", "6s", "-r", endpoint, "-i", endpoint, *argv)
    )


def _ctr(name: str, *argv: str) -> AskedCommand:
    # Without it ctr waits for ever for a containerd that is not there.
    return AskedCommand(f"ctr-{name}", ("ctr", "--connect-timeout", "3s", *argv))


def _kubectl(name: str, *argv: str) -> AskedCommand:
    # kubectl keeps what it has learnt of the server in a folder; below this one it cannot.
    quiet = ("--cache-dir=/dev/null/cache", "--request-timeout=6s")
    return AskedCommand(f"kubectl-{name}", ("kubectl", f"--kubeconfig={KUBECONFIG}", *quiet, *argv))


SYSCTLS = (
    "net.ipv4.ip_forward",
    "net.ipv4.conf.all.forwarding",
    "net.ipv4.conf.all.rp_filter",
    "net.ipv4.conf.default.rp_filter",
    "net.ipv4.conf.all.arp_ignore",
    "net.ipv4.conf.all.arp_announce",
    "net.ipv4.ip_local_port_range",
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
    "net.netfilter.nf_conntrack_count",
    "net.netfilter.nf_conntrack_max",
    "fs.file-nr",
    "fs.inotify.max_user_instances",
    "fs.inotify.max_user_watches",
    "fs.may_detach_mounts",
    "kernel.pid_max",
    "user.max_user_namespaces",
    "vm.max_map_count",
    "vm.overcommit_memory",
    "vm.swappiness",
)
UNITS = ("kubelet", "containerd", "docker", "tui-installer", "chronyd", "firewalld")

# In the order of their weight: where a bundle is full, what comes last is cut first.
COMMANDS = (
    AskedCommand(
        "systemctl-failed", ("systemctl", "list-units", "--failed", "--no-legend", "--no-pager")
    ),
    AskedCommand(
        "systemctl-status", ("systemctl", "status", *UNITS, "--no-pager", "-l", "-n", "0")
    ),
    AskedCommand(
        "systemctl-cat", ("systemctl", "cat", "kubelet", "containerd", "docker", "--no-pager")
    ),
    _journal("kubelet", 1024 * KIB, "-u", "kubelet"),
    _journal("containerd", 512 * KIB, "-u", "containerd"),
    _journal("kernel", 256 * KIB, "-k"),
    _journal("docker", 256 * KIB, "-u", "docker"),
    _journal("tui-installer", 256 * KIB, "-u", "tui-installer"),
    AskedCommand("containerd-config-dump", ("containerd", "config", "dump")),
    AskedCommand("containerd-version", ("containerd", "--version")),
    _crictl("version", "version"),
    _crictl("info", "info", "-o", "json"),
    _crictl("pods", "pods"),
    _crictl("ps", "ps", "-a"),
    _crictl("images", "images", "--digests"),
    _ctr("version", "version"),
    _ctr("namespaces", "namespaces", "list"),
    _ctr("plugins", "plugins", "list"),
    _ctr("images", "-n", "k8s.io", "images", "list"),
    _ctr("images-default", "-n", "default", "images", "list"),
    _ctr("containers", "-n", "k8s.io", "containers", "list"),
    _ctr("tasks", "-n", "k8s.io", "tasks", "list"),
    _ctr("leases", "-n", "k8s.io", "leases", "list"),
    _ctr("active", "-n", "k8s.io", "content", "active"),
    _kubectl("readyz", "get", "--raw", "/readyz?verbose"),
    _kubectl("nodes", "get", "nodes", "-o", "wide"),
    _kubectl("pods", "get", "pods", "-A", "-o", "wide"),
    _kubectl("events", "get", "events", "-A", "--sort-by=.lastTimestamp"),
    AskedCommand("ip-address", ("ip", "address")),
    AskedCommand("ip-route", ("ip", "route", "show", "table", "all")),
    AskedCommand("ip-rule", ("ip", "rule")),
    AskedCommand("ip-neighbour", ("ip", "neighbour")),
    AskedCommand("ss-listening", ("ss", "-tulnp")),
    AskedCommand("ss-summary", ("ss", "-s")),
    # Unlike `iptables -S` it loads no module of a table that is not in use.
    AskedCommand("iptables-save", ("iptables-save",), 256 * KIB),
    AskedCommand("sysctl", ("sysctl", *SYSCTLS)),
    AskedCommand("df", ("df", "-hT")),
    AskedCommand("df-inodes", ("df", "-iT")),
    AskedCommand("free", ("free", "-m")),
    AskedCommand("lsmod", ("lsmod",)),
    AskedCommand("processes", ("ps", "-eo", "pid,ppid,stat,etime,rss,comm")),
    AskedCommand("uname", ("uname", "-a")),
    AskedCommand("uptime", ("uptime",)),
    AskedCommand("timedatectl", ("timedatectl", "--no-pager")),
    AskedCommand("chronyc-tracking", ("chronyc", "-n", "tracking")),
    AskedCommand("chronyc-sources", ("chronyc", "-n", "sources")),
    AskedCommand("getenforce", ("getenforce",)),
    AskedCommand("rpm", ("rpm", "-qa"), 256 * KIB),
)

RUN = "/var/lib/tui-installer/runs/*"
FILES = (
    KeptFiles("/etc/containerd/config.toml"),
    KeptFiles("/etc/containerd/conf.d/*.toml"),
    KeptFiles("/etc/containerd/certs.d/*/hosts.toml"),
    KeptFiles("/etc/crictl.yaml"),
    KeptFiles("/var/lib/kubelet/config.yaml"),
    KeptFiles("/var/lib/kubelet/kubeadm-flags.env"),
    KeptFiles("/etc/sysconfig/kubelet"),
    KeptFiles("/etc/tui-installer/kubeadm-config.yaml"),
    KeptFiles("/etc/tui-installer/answers.toml"),
    KeptFiles("/etc/kubernetes/manifests/*.yaml"),
    KeptFiles("/etc/cni/net.d/*.conflist"),
    KeptFiles("/etc/cni/net.d/*.conf"),
    KeptFiles("/etc/docker/daemon.json"),
    KeptFiles("/etc/hosts", TextForm.PLAIN),
    KeptFiles("/etc/hostname", TextForm.PLAIN),
    KeptFiles("/etc/resolv.conf", TextForm.PLAIN),
    KeptFiles("/etc/fstab"),
    KeptFiles("/etc/os-release", TextForm.PLAIN),
    KeptFiles("/etc/redhat-release", TextForm.PLAIN),
    KeptFiles("/etc/selinux/config", TextForm.PLAIN),
    KeptFiles("/etc/chrony.conf", TextForm.PLAIN),
    KeptFiles("/etc/sysctl.d/*.conf", TextForm.PLAIN),
    KeptFiles("/etc/modules-load.d/*.conf", TextForm.PLAIN),
    KeptFiles("/etc/NetworkManager/conf.d/*.conf"),
    KeptFiles("/etc/yum.repos.d/*.repo"),
    KeptFiles("/proc/mounts"),
    KeptFiles("/proc/cmdline", TextForm.PLAIN),
    KeptFiles("/proc/cgroups", TextForm.PLAIN),
    KeptFiles(f"{RUN}/journal.jsonl", TextForm.LINES, 512 * KIB, end=True, newest=3),
    KeptFiles(f"{RUN}/answers.toml", newest=3),
    KeptFiles(f"{RUN}/output/*.log", TextForm.LINES, 64 * KIB, end=True),
    KeptFiles("/var/log/pods/kube-system_*/*/*.log", TextForm.LINES, 64 * KIB, end=True),
)
