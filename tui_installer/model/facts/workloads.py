"""Facts from the API server about nodes, pods and the pod network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The keys of kubeadm's own taints: 1.24 sets both, and an upgrade keeps them.
CONTROL_PLANE_TAINTS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
# The control plane puts this taint on a node that a person has cordoned.
CORDONED = "node.kubernetes.io/unschedulable"


@dataclass(frozen=True)
class Taint:
    """A taint: it keeps pods that do not tolerate it away from a node."""

    key: str
    effect: str
    value: str = ""

    @property
    def text(self) -> str:
        """The taint in kubectl's syntax."""
        return (
            f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"
        )

    @property
    def keeps_away(self) -> bool:
        """No pod without a toleration is placed there; PreferNoSchedule only makes that unlikely."""
        return self.effect in ("NoSchedule", "NoExecute")

    @property
    def of_kubeadm(self) -> bool:
        """kubeadm has put it on a control plane, under its present name or the one before 1.24."""
        return self.key in CONTROL_PLANE_TAINTS and self.effect == "NoSchedule"


@dataclass(frozen=True)
class NodeState:
    """One node of the cluster, as the API server reports it."""

    name: str
    ready: bool = False
    reason: str = ""
    message: str = ""
    address: str = ""
    kubelet: str = ""
    control_plane: bool = False
    # Pods without tolerations may be placed there.
    schedulable: bool = True
    # The taints of every effect; None: unknown, as in recordings from before they were recorded.
    taints: tuple[Taint, ...] | None = None
    # The id in /etc/machine-id, which a copy of a machine shares with it.
    machine_id: str = ""


@dataclass(frozen=True)
class Pod:
    """One pod; `state` is the word that `kubectl get pods` shows for it."""

    namespace: str
    name: str
    node: str = ""
    app: str = ""
    ip: str = ""
    host_network: bool = False
    state: str = "Pending"
    # The number of ready containers, and the number of all.
    ready: int = 0
    containers: int = 1
    restarts: int = 0
    # The version of the DaemonSet's template that made the pod.
    generation: str = ""
    # Evidence of why the pod is not ready, in the tools' own words, one line each.
    evidence: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Every container is ready, or the pod has completed."""
        return self.state == "Completed" or (0 < self.containers == self.ready)


@dataclass(frozen=True)
class Workloads:
    """Nodes and pods; `answers` False: the API server could not be asked."""

    answers: bool = False
    nodes: tuple[NodeState, ...] = ()
    pods: tuple[Pod, ...] = ()

    def node(self, name: str) -> NodeState | None:
        """Returns the node with that name."""
        return next((node for node in self.nodes if node.name == name), None)

    def of(self, app: str, node: str = "") -> list[Pod]:
        """Returns the pods of one application of kube-system, on one node or on all."""
        return [
            pod
            for pod in self.pods
            if (pod.namespace, pod.app) == ("kube-system", app) and node in ("", pod.node)
        ]


@dataclass(frozen=True)
class Pool:
    """One address pool of Calico; both modes are Always, CrossSubnet or Never."""

    name: str
    cidr: str = ""
    ipip: str = "Never"
    vxlan: str = "Never"


@dataclass(frozen=True)
class Calico:
    """Calico as the API server reports it; `answers` False: it could not be asked."""

    answers: bool = False
    # The live objects with our settings, by kind/name in lower case.
    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pools: tuple[Pool, ...] = ()
    # DaemonSets of other pod networks, as namespace/name.
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """Calico's own manifest, before it is edited; `digest` is that of the file at `place`."""

    text: str = ""
    place: str = ""
    digest: str = ""
