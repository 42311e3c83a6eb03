"""On a slow machine a run ends right; where an answer never comes it ends by name, and never as done."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .cluster import MASTER
from .lab import Lab
from .node import Node
from .product import ANSWERS, KUBECTL, apply, events, good, install, outcomes, program
from .slow import asked, silent, slow
from .told import Result

pytestmark = pytest.mark.matrix

API = "the API server"
PROOF = "/var/lib/tui-installer/proof.json"
# Words of the question that is never answered, the step that asks it first, and who does not answer.
QUESTIONS = {
    "kubeadm_objects": ("get configmap/kubeadm-config", "kubeadm_init", API),
    "daemonsets": ("get daemonsets", "calico", API),
    "nodes": ("/api/v1/nodes", "calico", API),
    "pods": ("/api/v1/namespaces/kube-system/pods", "calico", API),
    "calico_config": ("get -n kube-system configmap/calico-config", "calico", API),
    "pools": ("get ippools", "calico", API),
    "runtime": ("info -o json", "containerd", "containerd"),
    "images": ("images -o json", "images", "containerd"),
    "units": ("systemctl show", "containerd", "systemd"),
    "packages": ("rpm -q", "packages", "rpm"),
    "left_pods": ("/api/v1/namespaces/tui-installer-proof/pods", "calico", API),
    "old_proof": ("delete namespace/tui-installer-proof", "proof", API),
    "old_proof_gone": ("get namespace/tui-installer-proof", "proof", API),
    "test_pods": ("apply -f /tmp/", "proof", API),
    "test_pods_run": ("get pods asker echo", "proof", API),
}


@pytest.fixture(scope="module")
def made(lab: Lab) -> Iterator[Node]:
    """A control plane with its pod network, made while every question took a second."""
    node = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
    install(node)
    slow(node, 1)
    good(_apply(node))
    slow(node, 0)
    yield node
    node.down()


def _apply(node: Node) -> Result:
    node.write(ANSWERS, MASTER)
    return node.run("tui-installer", "apply", "--answers", ANSWERS, "--yes", timeout=1500)


def _right(node: Node) -> None:
    assert set(outcomes(node).values()) <= {"done", "nothing to do"}
    assert outcomes(node)["calico"] == "done"
    assert outcomes(node)["proof"] == "done"
    good(
        node.run(
            *KUBECTL,
            "-n",
            "kube-system",
            "rollout",
            "status",
            "daemonset/calico-node",
            "--timeout=60s",
        )
    )


def _in_the_way(node: Node) -> None:
    for name in ("kubectl", "crictl", "systemctl", "rpm", "yum"):
        assert f"{name} " in asked(node), "it was asked in the way of this test"


def test_a_second_for_each_answer(made: Node) -> None:
    _in_the_way(made)
    _right(made)
    good(program(made, "status"))


def test_five_seconds_for_each_answer(lab: Lab) -> None:
    node = lab.up("master02", "10.77.0.21/24", "10.78.0.21/24")
    try:
        install(node)
        slow(node, 5)
        good(_apply(node))
        _in_the_way(node)
        _right(node)
    finally:
        node.down()


@pytest.mark.parametrize("question", QUESTIONS)
def test_one_that_never_answers_is_named(made: Node, question: str) -> None:
    words, step, who = QUESTIONS[question]
    if step == "proof":
        # It is due again.
        made.run("rm", PROOF, check=True)
    silent(made, words)
    try:
        said = apply(made, MASTER)
    finally:
        silent(made, "")
    assert said.code == 1, said.out + said.err
    ended = outcomes(made)
    failed = {name for name, outcome in ended.items() if outcome == "failed"}
    assert step in failed
    assert f"{who} did not answer" in said.out
    if step != "proof":
        # A proof is a command of its own, and asks again by itself.
        waiting = [e for e in events(made) if e["kind"] == "waiting"]
        assert step in {e["step"] for e in waiting}, "it has said whom it waited for"
    assert ended[step] != "nothing to do"
    good(apply(made, MASTER))
