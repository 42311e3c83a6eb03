"""Cost of `status` and of a converged `apply` in a cluster with many foreign pods and nodes, against an empty one.

The cluster has 3,000 pods on 50 nodes, and two pods of Kubernetes' own on each node; the short form has 100
on 5.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from tests.lab.cluster import MASTER
from tests.lab.lab import Lab
from tests.lab.node import Node
from tests.lab.product import KUBECTL, apply, good, program, up

# The limit of the ratio to an empty cluster.
WANTED = 1.3
SYSTEM = "kube-system"
# Applications with a pod on every node; with its own label a DaemonSet would adopt the pod.
EVERYWHERE = ("calico-node", "kube-proxy")


def machine(number: int, like: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a node with the full status of a real one that has fallen silent.

    No DaemonSet places a pod there, because the node has no label with its operating system.
    """
    real_status = like["status"]
    silent = {"status": "Unknown", "reason": "NodeStatusUnknown"}
    status = {
        **real_status,
        "addresses": [{"type": "InternalIP", "address": f"10.250.0.{number + 1}"}],
        "conditions": [{**condition, **silent} for condition in real_status["conditions"]],
    }
    meta = {"name": f"foreign-{number}"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status}


def pod(number: int, nodes: int) -> dict[str, Any]:
    """Returns a pod that is placed and never starts, and that nobody evicts."""
    spec = {
        "nodeName": f"foreign-{number % nodes}",
        "automountServiceAccountToken": False,
        "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "c", "image": "docker.io/library/busybox:1.36"}],
    }
    meta = {"name": f"foreign-{number}", "labels": {"app": f"app-{number % 100}"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def system_pod(number: int, app: str, like: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a pod of that application on another node: as large as the one here, and ready."""
    meta = {"name": f"{app}-{number}", "namespace": SYSTEM, "labels": {"app": "foreign"}}
    spec = {**like["spec"], "nodeName": f"foreign-{number}"}
    status = like["status"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def send(node: Node, verb: tuple[str, ...], objects: list[dict[str, Any]]) -> None:
    """Sends all objects to the API server, by one kubectl."""
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    good(node.run(*KUBECTL, *verb, "-f", "-", input=json.dumps(listed), timeout=900))


def _first(node: Node, *words: str) -> Mapping[str, Any]:
    rows: list[dict[str, Any]] = json.loads(
        good(node.run(*KUBECTL, "get", *words, "-o", "json")).out
    )["items"]
    return rows[0]


def fill(node: Node, pods: int, nodes: int) -> None:
    """Fills the cluster with four kubectls in parallel: one sends at most 50 objects a second."""
    like = _first(node, "nodes", "-l", "node-role.kubernetes.io/control-plane")
    send(node, ("create",), [machine(number, like) for number in range(nodes)])
    real = {app: _first(node, "pods", "-n", SYSTEM, "-l", f"k8s-app={app}") for app in EVERYWHERE}
    system = [system_pod(n, app, row) for n in range(nodes) for app, row in real.items()]
    send(node, ("create",), system)
    # The API server ignores the status of a new pod.
    send(node, ("replace", "--subresource=status"), system)
    rows = [pod(number, nodes) for number in range(pods)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: send(node, ("create",), rows[part::4]), range(4)))


def timed(work: Callable[[], object], rounds: int) -> Iterator[float]:
    """Yields the seconds of each round."""
    for _ in range(rounds):
        began = time.monotonic()
        work()
        yield time.monotonic() - began


def measured(node: Node, answers: str, rounds: int) -> dict[str, float]:
    """Returns the median of both commands, after a first call has warmed up the node."""
    program(node, "status")
    return {
        "status": statistics.median(timed(lambda: program(node, "status"), rounds)),
        "converged apply": statistics.median(timed(lambda: good(apply(node, answers)), rounds)),
    }


@dataclass(frozen=True)
class Figure:
    """The seconds of one command in both clusters."""

    what: str
    full: float
    empty: float

    @property
    def ratio(self) -> float:
        """The ratio to the empty cluster."""
        return self.full / self.empty


def against_empty(node: Node, answers: str, *, pods: int, nodes: int, rounds: int) -> list[Figure]:
    """Measures both commands, and fills the cluster in between; the node was made with these answers."""
    empty = measured(node, answers, rounds)
    fill(node, pods, nodes)
    crowd = f"{pods} foreign pods on {nodes} nodes"
    full = measured(node, answers, rounds)
    return [Figure(f"{what}, {crowd}", seconds, empty[what]) for what, seconds in full.items()]


def tell(figures: list[Figure], wanted: float | None = None) -> bool:
    """Prints the figures; returns whether all are within the limit."""
    for figure in figures:
        much = wanted is not None and figure.ratio > wanted
        comparison = f"{figure.ratio:.2f} of an empty cluster ({figure.full:.2f} against {figure.empty:.2f} s)"
        print(f"{figure.what}: {comparison}{f': more than {wanted}' if much else ''}", flush=True)
    return wanted is None or all(figure.ratio <= wanted for figure in figures)


def full(lab: Lab, rounds: int) -> bool:
    """Measures on a node of its own; this takes some minutes, mostly for the pods' creation."""
    lab.world()
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, MASTER))
    figures = against_empty(node, MASTER, pods=3000, nodes=50, rounds=rounds)
    node.down()
    return tell(figures, WANTED)
