"""`status` and a converged `apply` in a cluster with many foreign pods and nodes, against an empty one.

3,000 pods on 50 nodes, each of which has two pods of Kubernetes' own as well; in the short form 100 on 5.
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

# More than this of what it costs in an empty cluster is too much.
WANTED = 1.3
SYSTEM = "kube-system"
# What runs on every node; with its own label a DaemonSet would take the pod for one of its own.
EVERYWHERE = ("calico-node", "kube-proxy")


def machine(number: int, like: Mapping[str, Any]) -> dict[str, Any]:
    """A node that has told all that a real one tells, and has gone silent since.

    No DaemonSet takes it, for it does not say which system it has.
    """
    told = like["status"]
    silent = {"status": "Unknown", "reason": "NodeStatusUnknown"}
    status = {
        **told,
        "addresses": [{"type": "InternalIP", "address": f"10.250.0.{number + 1}"}],
        "conditions": [{**condition, **silent} for condition in told["conditions"]],
    }
    meta = {"name": f"foreign-{number}"}
    return {"apiVersion": "v1", "kind": "Node", "metadata": meta, "status": status}


def pod(number: int, nodes: int) -> dict[str, Any]:
    """A pod that is placed and never starts, and that nobody evicts."""
    spec = {
        "nodeName": f"foreign-{number % nodes}",
        "automountServiceAccountToken": False,
        "tolerations": [{"operator": "Exists"}],
        "containers": [{"name": "c", "image": "docker.io/library/busybox:1.36"}],
    }
    meta = {"name": f"foreign-{number}", "labels": {"app": f"app-{number % 100}"}}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec}


def system_pod(number: int, app: str, like: Mapping[str, Any]) -> dict[str, Any]:
    """What a pod of that application looks like on another node: as large as here, and ready."""
    meta = {"name": f"{app}-{number}", "namespace": SYSTEM, "labels": {"app": "foreign"}}
    spec = {**like["spec"], "nodeName": f"foreign-{number}"}
    status = like["status"]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def send(node: Node, verb: tuple[str, ...], objects: list[dict[str, Any]]) -> None:
    """All of these to the API server, by one kubectl."""
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    good(node.run(*KUBECTL, *verb, "-f", "-", input=json.dumps(listed), timeout=900))


def _first(node: Node, *words: str) -> Mapping[str, Any]:
    rows: list[dict[str, Any]] = json.loads(
        good(node.run(*KUBECTL, "get", *words, "-o", "json")).out
    )["items"]
    return rows[0]


def fill(node: Node, pods: int, nodes: int) -> None:
    """By four at once: one kubectl sends no more than 50 objects a second."""
    like = _first(node, "nodes", "-l", "node-role.kubernetes.io/control-plane")
    send(node, ("create",), [machine(number, like) for number in range(nodes)])
    real = {app: _first(node, "pods", "-n", SYSTEM, "-l", f"k8s-app={app}") for app in EVERYWHERE}
    system = [system_pod(n, app, row) for n in range(nodes) for app, row in real.items()]
    send(node, ("create",), system)
    # The API server takes no status with a new pod.
    send(node, ("replace", "--subresource=status"), system)
    rows = [pod(number, nodes) for number in range(pods)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: send(node, ("create",), rows[part::4]), range(4)))


def timed(work: Callable[[], object], rounds: int) -> Iterator[float]:
    """Seconds of each round."""
    for _ in range(rounds):
        began = time.monotonic()
        work()
        yield time.monotonic() - began


def measured(node: Node, answers: str, rounds: int) -> dict[str, float]:
    """The median of both, once the node has come to rest."""
    program(node, "status")
    return {
        "status": statistics.median(timed(lambda: program(node, "status"), rounds)),
        "converged apply": statistics.median(timed(lambda: good(apply(node, answers)), rounds)),
    }


@dataclass(frozen=True)
class Figure:
    """What one command takes in both clusters, in seconds."""

    what: str
    full: float
    empty: float

    @property
    def ratio(self) -> float:
        """Of what it takes in the empty one."""
        return self.full / self.empty


def against_empty(node: Node, answers: str, *, pods: int, nodes: int, rounds: int) -> list[Figure]:
    """Fills the cluster of a node that was made with these answers."""
    empty = measured(node, answers, rounds)
    fill(node, pods, nodes)
    crowd = f"{pods} foreign pods on {nodes} nodes"
    full = measured(node, answers, rounds)
    return [Figure(f"{what}, {crowd}", seconds, empty[what]) for what, seconds in full.items()]


def tell(figures: list[Figure], wanted: float | None = None) -> bool:
    """Prints both against each other; whether all are within what is wanted."""
    for found in figures:
        much = wanted is not None and found.ratio > wanted
        said = (
            f"{found.ratio:.2f} of an empty cluster ({found.full:.2f} against {found.empty:.2f} s)"
        )
        print(f"{found.what}: {said}{f': more than {wanted}' if much else ''}", flush=True)
    return wanted is None or all(found.ratio <= wanted for found in figures)


def full(lab: Lab, rounds: int) -> bool:
    """On a node of its own; some minutes, most of them for the pods to be made."""
    lab.world()
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, MASTER))
    figures = against_empty(node, MASTER, pods=3000, nodes=50, rounds=rounds)
    node.down()
    return tell(figures, WANTED)
