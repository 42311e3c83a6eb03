"""What a kubeadm of ours that did not end well has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.text import Text


@dataclass(frozen=True)
class Remains:
    """What a `kubeadm reset` would destroy here; `looked` False: no kubeadm of ours broke off."""

    looked: bool = False
    # "sha256:" and the digest of /etc/kubernetes/pki/ca.crt; empty: it is not there.
    ca: str = ""
    # The files that nobody but kubeadm writes: nanoseconds since 1970 at which each last changed.
    files: Mapping[str, int] = field(default_factory=dict)
    etcd_data: bool = False
    kubelet_conf: bool = False
    # Keys in etcd that neither kubeadm, nor our pod network, nor a proof has made.
    objects: tuple[str, ...] = ()
    # What is stored below the folders of the kubelet and of etcd, or mounted there, and not by the system itself.
    stored: tuple[str, ...] = ()
    mounts: tuple[str, ...] = ()
    # When a kubeadm of ours that nobody saw end can last have worked, in seconds since 1970.
    latest: float = 0.0
    # When all this was looked at, by the same clock; 0: not known.
    looked_at: float = 0.0
    # What could not be read of all this, and why; never a reason to delete anything.
    unread: tuple[Text, ...] = ()

    @property
    def traces(self) -> tuple[str, ...]:
        """What must not be there where kubeadm is to begin."""
        signs = {
            "/etc/kubernetes/pki/ca.crt": bool(self.ca),
            "/etc/kubernetes/kubelet.conf": self.kubelet_conf,
            "/var/lib/etcd": self.etcd_data,
        }
        return (*self.files, *(path for path, there in signs.items() if there))
