"""Facts about the cluster on this machine, from its files, from people and from our own journals."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.attempt import Attempt
from tui_installer.model.join import JoinCommand


@dataclass(frozen=True)
class Kubernetes:
    """The parts of a cluster on this machine. `objects` lists kubeadm's objects in the API."""

    kubelet_conf: bool = False
    admin_conf: bool = False
    client_certificate: bool = False
    ca: bool = False
    manifests: tuple[str, ...] = ()
    # /var/lib/etcd/member exists, so an etcd has run here.
    etcd_data: bool = False
    # /var/lib/etcd holds some entry; kubeadm does not start then.
    etcd_folder: bool = False
    kubelet_state: bool = False
    api_answers: bool = False
    objects: frozenset[str] = frozenset()
    kubelet_healthy: bool = False
    # The API server in kubelet.conf, as host:port.
    server: str = ""
    cni_files: tuple[str, ...] = ()
    # The address that this node's API server gives to others, and those at which its etcd listens.
    advertised: str = ""
    etcd_addresses: tuple[str, ...] = ()

    @property
    def member(self) -> bool:
        """This node has been part of a cluster, or half-way there."""
        return self.kubelet_conf or bool(self.manifests) or self.etcd_data

    @property
    def whole(self) -> bool:
        """All files of a running control plane exist."""
        return self.admin_conf and self.kubelet_conf and len(self.manifests) >= 4


@dataclass(frozen=True)
class KubeadmPreflight:
    """The findings of kubeadm's own preflight, by its names; `asked` False: kubeadm is not installed."""

    asked: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Past:
    """A summary of our own journals.

    `unfinished` are the steps whose kubeadm command began and was never seen to succeed.
    """

    unfinished: frozenset[str] = frozenset()
    # Steps that ended well in some run of ours.
    made: frozenset[str] = frozenset()
    # The last change of ours, except those of a proof, as run and number. Empty: there has been none.
    changed: str = ""
    # The time when that change began, in seconds since 1970; for proofs of 0.1.0, which do not name the change.
    changed_at: float = 0.0
    # Our last kubeadm that made a node or should make one.
    attempt: Attempt | None = None
    # Steps of this run that have waited in vain for an answer until their limit, and go on without it.
    waited: frozenset[str] = frozenset()
    # Steps that have stopped because only a person can say whether the remains may be cleared.
    asking: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Person:
    """One user who gets a kubeconfig."""

    name: str = "root"
    uid: int = 0
    gid: int = 0
    home: str = "/root"


@dataclass(frozen=True)
class People:
    """The users of kubectl on this node: root, and the user who called sudo."""

    people: tuple[Person, ...] = (Person(),)


@dataclass(frozen=True)
class Joining:
    """The join command of a worker; None if none was given, or if a reboot has lost it."""

    command: JoinCommand | None = None


@dataclass(frozen=True)
class Accepted:
    """The failed checks that a person accepted, by kubeadm's names."""

    kubeadm: tuple[str, ...] = ()
    # The CA of the half-made cluster that may be cleared; None: none may. Empty: one that has no CA yet.
    half_made: str | None = None
