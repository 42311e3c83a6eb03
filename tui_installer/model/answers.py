"""The user's wishes, complete: every value is given or resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from tui_installer.model.question import Question, questions
from tui_installer.model.questions.cluster import Cluster
from tui_installer.model.questions.mirrors import Mirrors
from tui_installer.model.questions.node import Node
from tui_installer.model.questions.options import Options
from tui_installer.model.role import (
    FIRST_CONTROL_PLANE,
    ROLES,
    WORKER,
    joins,
    makes_cluster,
    runs_control_plane,
)

__all__ = [
    "AS_IT_IS",
    "FIRST_CONTROL_PLANE",
    "FIXED",
    "QUESTIONS",
    "ROLES",
    "SECTIONS",
    "WORKER",
    "Answers",
    "Cluster",
    "Mirrors",
    "Node",
    "Options",
    "flat",
    "from_flat",
    "joins",
    "keys_of",
    "makes_cluster",
    "runs_control_plane",
]


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
        """This node joins an existing cluster, by `kubeadm join`."""
        return joins(self.node.role)

    @property
    def runs_control_plane(self) -> bool:
        """This node runs the API server and etcd, and has the administrator's kubeconfig."""
        return runs_control_plane(self.node.role)

    @property
    def calico(self) -> bool:
        """The cluster's pod network is Calico."""
        return self.cluster.network == "calico"


QUESTIONS: dict[str, Question] = {
    f"{section}.{key}": record
    for section, part in vars(Answers()).items()
    for key, record in questions(type(part)).items()
}
SECTIONS = tuple(vars(Answers()))


def keys_of(section: str) -> tuple[str, ...]:
    """Returns the dotted keys of a section, in the order of the file."""
    return tuple(key for key in QUESTIONS if key.startswith(f"{section}."))


# Without this key a node stays as it is, even if the last run set it: the last answers never supply it.
AS_IT_IS = "cluster.pods_on_control_plane"

# `kubeadm init` or join fixes these keys for good; another value needs a reset first.
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
    """Returns every value by its dotted key, in the order of the file; None: it stays as it is on the machine."""
    return {
        f"{section}.{key}": list(value) if isinstance(value, tuple) else value
        for section, part in vars(answers).items()
        for key, value in vars(part).items()
    }


def from_flat(values: dict[str, object]) -> Answers:
    """Inverts `flat`; missing keys take the dataclasses' defaults."""
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
