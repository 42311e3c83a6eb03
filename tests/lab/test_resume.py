"""Whatever kills the engine or the machine, the run ends done, and the node is the same node."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    TREES,
    WORKER,
    apply,
    difference,
    engine,
    events,
    good,
    install,
    join_command,
    output,
    program,
    running,
    until,
)
from .told import FileState

# What two runs may differ in, and why.
RANDOM = {
    "/etc/kubernetes/pki": "keys and certificates are drawn anew for each cluster",
    "/etc/kubernetes/admin.conf": "holds a client certificate",
    "/etc/kubernetes/controller-manager.conf": "holds a client certificate",
    "/etc/kubernetes/scheduler.conf": "holds a client certificate",
    "/etc/kubernetes/kubelet.conf": "holds the CA of its cluster",
    "/etc/machine-id": "drawn at the first boot",
    "/etc/ld.so.cache": "made anew by packages, with the time in it",
}


@pytest.fixture(scope="module")
def slow_world(lab: Lab) -> Iterator[None]:
    """Slow enough that a download can be met."""
    lab.world("6m")
    yield
    lab.world()


class Reference:
    """The trees of nodes that nothing disturbed, by role."""

    def __init__(self) -> None:
        self.trees: dict[str, dict[str, FileState]] = {}

    def differences(self, role: str, node: Node) -> set[str]:
        found = difference(self.trees[role], node.tree_state(*TREES))
        return {path for path in found if not any(path.startswith(known) for known in RANDOM)}


@pytest.fixture(scope="module")
def master(lab: Lab, reference: Reference) -> Iterator[Node]:
    """An undisturbed control plane, for workers to join and for others to be compared with."""
    node = lab.up("master02", "10.77.0.21/24", "10.78.0.21/24")
    install(node)
    good(apply(node, CONTROL_PLANE.replace("master01", "master02")))
    yield node
    node.down()


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


@pytest.fixture(scope="module")
def undisturbed(lab: Lab, master: Node, reference: Reference) -> Reference:
    """One more of each role, of the same name and address as those that will be disturbed."""
    control = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
    install(control)
    good(apply(control, CONTROL_PLANE))
    reference.trees["control-plane"] = control.tree_state(*TREES)
    control.down()
    worker = lab.up("worker01", "10.77.0.12/24", "10.78.0.12/24")
    install(worker)
    good(apply(worker, WORKER, "--join", "-", input=join_command(master)))
    reference.trees["worker"] = worker.tree_state(*TREES)
    worker.down()
    _forget(master, "worker01")
    return reference


def _forget(master: Node, name: str) -> None:
    master.run("kubectl", "delete", "node", name)


def _download(node: Node) -> bool:
    rows = [e for e in events(node) if e["kind"] == "progress" and e["step"] == "packages"]
    return bool(rows) and rows[-1]["done"] > 0 and rows[-1]["done"] != rows[-1]["total"]


def _pull(node: Node) -> bool:
    rows = [e for e in events(node) if e["kind"] == "progress" and e["step"] == "images"]
    return bool(rows) and rows[-1]["done"] > 0


MOMENTS: dict[str, Callable[[Node], bool]] = {
    "yum-download": _download,
    "yum-transaction": lambda node: "Running transaction" in output(node, "packages").splitlines(),
    "images": _pull,
    "kubeadm-init": lambda node: "[control-plane]" in output(node, "kubeadm_init"),
    "kubeadm-init-early": lambda node: running(node, "kubeadm", "init"),
}


def _begin(node: Node, text: str, *more: str, join: str | None = None) -> None:
    good(apply(node, text, "--detach", *more, input=join))


def _kill(node: Node) -> None:
    pid = engine(node)
    assert pid, "the engine is at work"
    node.sh("kill", "-9", str(pid), check=True)


def _ended_well(node: Node) -> None:
    good(program(node, "attach"))
    rows = events(node)
    assert rows[-1]["outcome"] == "done"
    assert sum(e["kind"] == "run-started" for e in rows) >= 2, "a second engine took it up"
    assert "nothing to do" in good(program(node, "apply", "--answers", ANSWERS, "--yes")).out


@pytest.mark.usefixtures("slow_world")
@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("blow", ["kill", "power-cut"])
def test_a_control_plane_is_finished(
    undisturbed: Reference, fresh_node: FreshNode, moment: str, blow: str
) -> None:
    node = fresh_node()
    install(node)
    _begin(node, CONTROL_PLANE)
    until(lambda: MOMENTS[moment](node), 90)
    _kill(node) if blow == "kill" else node.reboot()
    _ended_well(node)
    assert undisturbed.differences("control-plane", node) == set()
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out


@pytest.mark.parametrize("blow", ["kill", "power-cut"])
def test_a_worker_is_finished(
    undisturbed: Reference, master: Node, fresh_node: FreshNode, blow: str
) -> None:
    node = fresh_node("worker01")
    install(node)
    join = join_command(master)
    _begin(node, WORKER, "--join", "-", join=join)
    until(lambda: running(node, "kubeadm", "join"), 90)
    if blow == "kill":
        _kill(node)
    else:
        node.reboot()
        said = program(node, "attach")
        assert said.code == 5, "the token was in memory only: " + said.out
        assert "--join" in said.out
        good(apply(node, WORKER, "--join", "-", input=join))
    _ended_well(node)
    assert undisturbed.differences("worker", node) == set()
    assert list(node.path("/run/tui-installer/temporary").iterdir()) == []
    _forget(master, "worker01")


def test_stop_is_heard_and_the_run_taken_up_again(fresh_node: FreshNode, slow_world: None) -> None:
    node = fresh_node()
    install(node)
    _begin(node, CONTROL_PLANE)
    until(lambda: _pull(node), 90)
    good(program(node, "stop"))
    assert program(node, "attach").code == 5
    assert not node.exists("/etc/kubernetes/admin.conf")
    good(apply(node, CONTROL_PLANE))
    assert len(list(node.path("/var/lib/tui-installer/runs").iterdir())) == 1, (
        "the same run went on"
    )
