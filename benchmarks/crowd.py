"""`status` and a converged `apply` in a cluster with many foreign pods and nodes, against an empty one.

    LAB_BLOBS=... benchmarks/run [--short] [ROUNDS] crowd

Needs the lab (tests/lab). 3,000 pods on 50 nodes; in the short form 100 on 5.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.size import Size, asked
from tests.lab.cluster import MASTER
from tests.lab.lab import Lab, build
from tests.lab.node import Node
from tests.lab.product import KUBECTL, apply, good, program, up

# More than this of what it costs in an empty cluster is too much.
WANTED = 1.3


def machine(number: int) -> dict[str, Any]:
    """A node without a kubelet; no DaemonSet takes it, for it does not say which system it has."""
    return {"apiVersion": "v1", "kind": "Node", "metadata": {"name": f"foreign-{number}"}}


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


def _create(node: Node, objects: list[dict[str, Any]]) -> None:
    listed = {"apiVersion": "v1", "kind": "List", "items": objects}
    good(node.run(*KUBECTL, "create", "-f", "-", input=json.dumps(listed), timeout=900))


def fill(node: Node, pods: int, nodes: int) -> None:
    """By four at once: one kubectl sends no more than 50 objects a second."""
    _create(node, [machine(number) for number in range(nodes)])
    rows = [pod(number, nodes) for number in range(pods)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda part: _create(node, rows[part::4]), range(4)))


def timed(work: Callable[[], object], rounds: int) -> Iterator[float]:
    """Seconds of each round."""
    for _ in range(rounds):
        began = time.monotonic()
        work()
        yield time.monotonic() - began


def measured(node: Node, rounds: int) -> dict[str, float]:
    """The median of both, once the node has come to rest."""
    program(node, "status")
    return {
        "status": statistics.median(timed(lambda: program(node, "status"), rounds)),
        "converged apply": statistics.median(timed(lambda: good(apply(node, MASTER)), rounds)),
    }


def crowd(lab: Lab, size: Size) -> None:
    """Prints both against each other."""
    pods, nodes, rounds = size.pick(3000, 100), size.pick(50, 5), size.rounds_or(5)
    lab.world()
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, MASTER))
    empty = measured(node, rounds)
    fill(node, pods, nodes)
    full = measured(node, rounds)
    node.down()
    for what, seconds in full.items():
        ratio = seconds / empty[what]
        said = f"{ratio:.2f} of an empty cluster ({seconds:.2f} against {empty[what]:.2f} s)"
        wanted = "" if ratio <= WANTED or size.short else f": more than {WANTED}"
        print(f"{what}, {pods} foreign pods on {nodes} nodes: {said}{wanted}", flush=True)


def main() -> None:
    """Some minutes, most of them for the pods to be made."""
    out = Path(os.environ["LAB_OUT"]) if "LAB_OUT" in os.environ else build()
    with Lab(out) as lab:
        crowd(lab, asked())


if __name__ == "__main__":
    main()
