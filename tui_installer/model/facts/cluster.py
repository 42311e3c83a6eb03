"""What of a cluster is here, and what people and our own journals say of it."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.attempt import Attempt
from tui_installer.model.join import JoinCommand


@dataclass(frozen=True)
class Kubernetes:
    """What of a cluster is on this machine. `objects`: what the API holds of kubeadm's work."""

    kubelet_conf: bool = False
    admin_conf: bool = False
    client_certificate: bool = False
    ca: bool = False
    manifests: tuple[str, ...] = ()
    # /var/lib/etcd/member: an etcd has run here.
    etcd_data: bool = False
    # Anything at all is in /var/lib/etcd; kubeadm does not begin then.
    etcd_folder: bool = False
    kubelet_state: bool = False
    api_answers: bool = False
    objects: frozenset[str] = frozenset()
    kubelet_healthy: bool = False
    # The API server that kubelet.conf names, host:port.
    server: str = ""
    cni_files: tuple[str, ...] = ()

    @property
    def member(self) -> bool:
        """This node has been part of a cluster, or half-way there."""
        return self.kubelet_conf or bool(self.manifests) or self.etcd_data

    @property
    def whole(self) -> bool:
        """All files are here that a control plane runs on."""
        return self.admin_conf and self.kubelet_conf and len(self.manifests) >= 4


@dataclass(frozen=True)
class KubeadmPreflight:
    """What kubeadm's own preflight says here: its names and texts; `asked` False: it is not there."""

    asked: bool = False
    errors: tuple[tuple[str, str], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Past:
    """From our own journals: steps whose kubeadm command began and was never seen to end well."""

    unfinished: frozenset[str] = frozenset()
    # Steps that ended well in some run of ours.
    made: frozenset[str] = frozenset()
    # Names the last change of ours, but for those of a proof: run and number. Empty: there has been none.
    changed: str = ""
    # When it began, in seconds since 1970; for proofs of 0.1.0, which do not name what they have proved.
    changed_at: float = 0.0
    # The last kubeadm of ours that made a node or was to make one.
    attempt: Attempt | None = None
    # Steps that have waited in this run for an answer, in vain and long enough, and go on without it.
    waited: frozenset[str] = frozenset()
    # Steps that have stopped because only a person can say whether what is left may be cleared.
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
    """Who shall be able to use kubectl here: root, and the user who called sudo."""

    people: tuple[Person, ...] = (Person(),)


@dataclass(frozen=True)
class Joining:
    """The join command of a worker; None if none was given, or if it was lost in a reboot."""

    command: JoinCommand | None = None


@dataclass(frozen=True)
class Accepted:
    """kubeadm's names of the checks that a person accepted although they fail."""

    kubeadm: tuple[str, ...] = ()
    # The CA of the half-made cluster that may be cleared; None: none may. Empty: one that has no CA yet.
    half_made: str | None = None
