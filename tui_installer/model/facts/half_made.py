"""Remains of a failed kubeadm of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.text import Text


@dataclass(frozen=True)
class Remains:
    """The data that a `kubeadm reset` would destroy here; `looked` False: no kubeadm of ours broke off."""

    looked: bool = False
    # "sha256:" and the digest of /etc/kubernetes/pki/ca.crt; empty: there is no such file.
    ca: str = ""
    # Files that only kubeadm writes, each with its last change in nanoseconds since 1970.
    files: Mapping[str, int] = field(default_factory=dict)
    etcd_data: bool = False
    kubelet_conf: bool = False
    # Keys in etcd that neither kubeadm, nor our pod network, nor a proof has made.
    objects: tuple[str, ...] = ()
    # Foreign files below the folders of the kubelet and of etcd, and mounts there.
    stored: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    # The latest time at which a kubeadm of ours without a known end may have worked, in seconds since 1970.
    latest: float = 0.0
    # The time of this reading, by the same clock; 0: unknown.
    looked_at: float = 0.0
    # The parts that could not be read, with the reasons; they never justify a deletion.
    unread: tuple[Text, ...] = ()

    @property
    def traces(self) -> tuple[str, ...]:
        """The paths that must not exist before kubeadm starts."""
        signs = {
            "/etc/kubernetes/pki/ca.crt": bool(self.ca),
            "/etc/kubernetes/kubelet.conf": self.kubelet_conf,
            "/var/lib/etcd": self.etcd_data,
        }
        return (*self.files, *(path for path, there in signs.items() if there))
