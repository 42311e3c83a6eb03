"""What the API server tells of nodes, pods and the pod network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

# The keys of kubeadm's own taints: 1.24 put on both, and what it has put on stays through an upgrade.
CONTROL_PLANE_TAINTS = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
# What the control plane puts on a node that a person has taken out of use.
CORDONED = "node.kubernetes.io/unschedulable"


@dataclass(frozen=True)
class Taint:
    """What keeps pods that do not tolerate it away from a node."""

    key: str
    effect: str
    value: str = ""

    @property
    def text(self) -> str:
        """As kubectl takes it."""
        return (
            f"{self.key}={self.value}:{self.effect}" if self.value else f"{self.key}:{self.effect}"
        )

    @property
    def keeps_away(self) -> bool:
        """No pod is placed there that does not tolerate it; PreferNoSchedule only makes that unlikely."""
        return self.effect in ("NoSchedule", "NoExecute")

    @property
    def of_kubeadm(self) -> bool:
        """kubeadm has put it on a control plane, by its name of now or by that of before 1.24."""
        return self.key in CONTROL_PLANE_TAINTS and self.effect == "NoSchedule"


@dataclass(frozen=True)
class NodeState:
    """One node of the cluster, as the API server has it."""

    name: str
    ready: bool = False
    reason: str = ""
    message: str = ""
    address: str = ""
    kubelet: str = ""
    control_plane: bool = False
    # Pods that tolerate nothing may be placed there.
    schedulable: bool = True
    # Those of every effect; None: not known, as in a recording of before they were recorded.
    taints: tuple[Taint, ...] | None = None


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
    # Containers that are ready, and all of them.
    ready: int = 0
    containers: int = 1
    restarts: int = 0
    # Which version of its DaemonSet's template it was made from.
    generation: str = ""
    # Why it is not ready, in the tools' own words, one line each.
    evidence: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Every container of it is ready, or it has done its work."""
        return self.state == "Completed" or (0 < self.containers == self.ready)


@dataclass(frozen=True)
class Workloads:
    """Nodes and pods; `answers` False: the API server could not be asked."""

    answers: bool = False
    nodes: tuple[NodeState, ...] = ()
    pods: tuple[Pod, ...] = ()

    def node(self, name: str) -> NodeState | None:
        """The node of that name."""
        return next((node for node in self.nodes if node.name == name), None)

    def of(self, app: str, node: str = "") -> list[Pod]:
        """The pods of one application of kube-system, on one node or on all."""
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
    """Calico as the API server has it; `answers` False: it could not be asked."""

    answers: bool = False
    # The live objects that carry our settings, by kind/name in small letters.
    objects: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pools: tuple[Pool, ...] = ()
    # DaemonSets of other pod networks, as namespace/name.
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Manifest:
    """Calico's own manifest, before it is edited; `digest` is that of what was found there."""

    text: str = ""
    place: str = ""
    digest: str = ""
