"""What the user wants, complete: every value is there once it was given or resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

FIRST_CONTROL_PLANE = "first-control-plane"
WORKER = "worker"
ROLES = (FIRST_CONTROL_PLANE, WORKER)


def makes_cluster(role: object) -> bool:
    """A node of this role makes a new cluster."""
    return role == FIRST_CONTROL_PLANE


def joins(role: object) -> bool:
    """A node of this role joins a cluster that is there."""
    return role == WORKER


def runs_control_plane(role: object) -> bool:
    """A node of this role runs a control plane; it may have made the cluster or joined it."""
    return role == FIRST_CONTROL_PLANE


@dataclass(frozen=True)
class Node:
    """This machine: its role, its name, and the card that Kubernetes uses, with its address."""

    role: str = FIRST_CONTROL_PLANE
    hostname: str = "localhost.localdomain"
    interface: str = ""
    # "ADDRESS/PREFIX" that the card gets for good, with its gateway and name servers; empty: as it is.
    address: str = ""
    gateway: str = ""
    dns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mirrors:
    """Where packages and images come from: base URLs, and an image repository without a scheme."""

    centos: str = ""
    docker_ce: str = ""
    kubernetes: str = ""
    images: str = ""
    docker_io: tuple[str, ...] = ()


@dataclass(frozen=True)
class Cluster:
    """The cluster as kubeadm makes it; a worker takes all but the version from the cluster."""

    kubernetes: str = "1.25.0"
    pod_subnet: str = "10.244.0.0/16"
    service_subnet: str = "10.96.0.0/12"
    endpoint: str = ""
    proxy_mode: str = "ipvs"
    # Ordinary pods may run on this control plane. None: as it is; kubeadm taints a new one against them.
    pods_on_control_plane: bool | None = None
    network: str = "calico"
    calico_mode: str = "ipip"
    # A file or an https:// URL of Calico's manifest; empty: that of this program.
    calico_manifest: str = ""


@dataclass(frozen=True)
class Options:
    """How the machine is prepared."""

    docker: bool = False
    firewall: str = "off"
    selinux: str = "permissive"
    time_sync: bool = True
    # A host name or an IPv4 address; empty: the servers that chrony has.
    ntp_server: str = ""
    # `yum update` moves neither Kubernetes nor containerd nor docker.
    lock_versions: bool = True
    nfs_client: bool = False
    base_packages: bool = False


@dataclass(frozen=True)
class Answers:
    """The answers file, with nothing left open."""

    node: Node = field(default_factory=Node)
    mirrors: Mirrors = field(default_factory=Mirrors)
    cluster: Cluster = field(default_factory=Cluster)
    options: Options = field(default_factory=Options)

    @property
    def makes_cluster(self) -> bool:
        """This node makes a new cluster, by `kubeadm init`."""
        return makes_cluster(self.node.role)

    @property
    def joins(self) -> bool:
        """This node becomes part of a cluster that is there, by `kubeadm join`."""
        return joins(self.node.role)

    @property
    def runs_control_plane(self) -> bool:
        """This node runs the API server, etcd and what belongs to them, and has its administrator's kubeconfig."""
        return runs_control_plane(self.node.role)

    @property
    def calico(self) -> bool:
        """The cluster's pod network is Calico."""
        return self.cluster.network == "calico"


# Left out it means "as it is", also after a run that had it: it is never taken from the last one.
AS_IT_IS = "cluster.pods_on_control_plane"

# What `kubeadm init` or join fixes for good; another value needs a reset first.
FIXED = (
    "node.role",
    "node.hostname",
    "node.interface",
    "cluster.kubernetes",
    "cluster.pod_subnet",
    "cluster.service_subnet",
    "cluster.endpoint",
)


def flat(answers: Answers) -> dict[str, object]:
    """Every value by its dotted key, in the order of the file; None: it stays as it is on the machine."""
    return {
        f"{section}.{key}": list(value) if isinstance(value, tuple) else value
        for section, part in vars(answers).items()
        for key, value in vars(part).items()
    }


def from_flat(values: dict[str, object]) -> Answers:
    """The inverse of `flat`; keys that are left out take the dataclasses' defaults."""
    parts: dict[str, dict[str, object]] = {"node": {}, "mirrors": {}, "cluster": {}, "options": {}}
    for dotted, value in values.items():
        section, _, key = dotted.partition(".")
        parts[section][key] = tuple(value) if isinstance(value, list) else value
    return Answers(
        Node(**parts["node"]),  # type: ignore[arg-type]
        Mirrors(**parts["mirrors"]),  # type: ignore[arg-type]
        Cluster(**parts["cluster"]),  # type: ignore[arg-type]
        Options(**parts["options"]),  # type: ignore[arg-type]
    )
