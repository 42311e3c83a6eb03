"""A cluster of two nodes in the lab, as tests ask it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .node import Node
from .product import ANSWERS, KUBECTL, answers, apply, good, program
from .told import Result

MASTER = answers("first-control-plane", "master01", "\n")


TAINT = "node-role.kubernetes.io/control-plane:NoSchedule"
PODS = "[cluster]\npods_on_control_plane = {}\n"


@dataclass
class Alone:
    """What was seen while there was one server only, and ordinary pods were let in and kept away."""

    # As kubeadm makes it; after its taint was taken off by hand; after it was put back by the answers.
    fresh: dict[str, Any]
    by_hand: dict[str, Any]
    plan_by_hand: dict[str, Any]
    kept: dict[str, Any]
    words: str
    # Let in by the answers: the first run, the second one, and a plain pod.
    let_in: Result
    again: Result
    pod: Result
    open_: dict[str, Any]


def alone(node: Node) -> Alone:
    """Turns it every way, and leaves the node as kubeadm has made it."""

    def status() -> dict[str, Any]:
        told: dict[str, Any] = json.loads(program(node, "status", "--json").out)
        return told

    def kubectl(*argv: str) -> Result:
        return node.run(*KUBECTL, *argv)

    fresh = status()
    good(kubectl("taint", "nodes", "master01", f"{TAINT}-"))
    node.write(ANSWERS, MASTER)
    plan = json.loads(good(program(node, "plan", "--answers", ANSWERS, "--json")).out)
    by_hand = status()
    good(apply(node, answers("first-control-plane", "master01", PODS.format("false"))))
    kept, words = status(), program(node, "status", "--lang", "en").out
    true = answers("first-control-plane", "master01", PODS.format("true"))
    let_in, again = apply(node, true), apply(node, true)
    image = "--image=docker.io/library/busybox:1.36"
    good(kubectl("run", "plain", image, "--", "sleep", "86400"))
    pod = kubectl("wait", "--for=condition=Ready", "pod/plain", "--timeout=120s")
    open_ = status()
    good(kubectl("delete", "pod", "plain", "--now"))
    good(kubectl("taint", "nodes", "master01", TAINT))
    good(apply(node, MASTER))
    return Alone(fresh, by_hand, plan, kept, words, let_in, again, pod, open_)


@dataclass
class Cluster:
    """Both nodes, and what the first run of each printed; `told` is the journal of the one that failed."""

    master: Node
    worker: Node
    refused: Result
    failed: Result
    told: list[dict[str, Any]]
    made: Result
    joined: Result
    alone: Alone

    def kubectl(self, *argv: str) -> str:
        return good(self.master.run(*KUBECTL, *argv)).out

    def json(self, *argv: str) -> Any:
        return json.loads(self.kubectl(*argv, "-o", "json"))
