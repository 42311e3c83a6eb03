"""The secrets that are known to be on this machine, so that no copy of one gets into a bundle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice

from tui_installer.host import files, machine
from tui_installer.host.shell import PROXIES
from tui_installer.report.search import values

# Bytes of a file with secrets, and files of one pattern.
MOST, FILES = 256 << 10, 200
PATTERNS = (
    "/etc/kubernetes/*.conf",
    "/etc/kubernetes/pki/*.key",
    "/etc/kubernetes/pki/etcd/*.key",
    "/etc/kubernetes/*encryption*",
    "/etc/kubernetes/*/*encryption*",
    "/etc/kubernetes/manifests/*.yaml",
    "/etc/cni/net.d/*kubeconfig*",
    "/var/lib/kubelet/pki/*.pem",
    "/var/lib/kubelet/config.json",
    "/var/lib/kubelet/kubeconfig",
    "/etc/containerd/config.toml",
    "/etc/containerd/conf.d/*.toml",
    "/etc/containerd/certs.d/*/*",
    "/etc/docker/daemon.json",
    "/etc/docker/certs.d/*/*.key",
    "/root/.docker/config.json",
    "/root/.dockercfg",
    "/root/.kube/config*",
    "/root/.netrc",
    "/home/*/.docker/config.json",
    "/home/*/.kube/config*",
    "/home/*/.netrc",
    "/etc/systemd/system/*.service",
    "/etc/systemd/system/*.service.d/*.conf",
    "/etc/sysconfig/*",
    "/etc/environment",
    "/etc/profile.d/*proxy*",
    "/etc/yum.conf",
    "/etc/yum.repos.d/*.repo",
    "/etc/fstab",
    "/etc/ssh/ssh_host_*_key",
    "/root/.ssh/id_*",
    "/etc/tui-installer/*.toml",
    "/etc/tui-installer/kubeadm*.yaml",
    "/run/tui-installer/request.json",
    "/run/tui-installer/temporary/*",
)


def known(environment: Mapping[str, str]) -> set[str]:
    """Returns the secrets in the files that are there to hold some, and in the proxies of our environment.

    What cannot be read cannot get into the bundle either.
    """
    found = {one for text in _texts() for one in values(text)}
    for name in (*PROXIES, *map(str.upper, PROXIES)):
        found |= set(values(environment.get(name, "")))
    return found


def _texts() -> Iterator[str]:
    for pattern in PATTERNS:
        for path in islice(machine.here().root.glob(pattern.lstrip("/")), FILES):
            with suppress(OSError):
                if path.is_file():
                    yield files.bounded(path, MOST).decode("utf-8", "replace")
