"""Whatever kills the engine or the machine, the run ends done, and the node is the same node."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    PATIENCE,
    TREES,
    WORKER,
    apply,
    difference,
    engine,
    events,
    good,
    join_command,
    output,
    program,
    running,
    until,
    up,
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


@dataclass
class Undisturbed:
    """The trees of two nodes that nothing has disturbed, by role; and the first of them, for workers to join."""

    master: Node
    trees: dict[str, dict[str, FileState]]

    def differences(self, role: str, node: Node) -> set[str]:
        found = difference(self.trees[role], node.tree_state(*TREES))
        return {path for path in found if not any(path.startswith(known) for known in RANDOM)}

    def gives_way(self) -> None:
        """Name and address of the control plane are needed for one that is compared with it."""
        self.master.down()


@pytest.fixture(scope="module")
def undisturbed(lab: Lab) -> Iterator[Undisturbed]:
    """Of the same names and addresses as those that will be disturbed."""
    master = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(master, CONTROL_PLANE))
    found = Undisturbed(master, {"control-plane": master.tree_state(*TREES)})
    worker = up(lab, "worker01", "10.77.0.12/24", "10.78.0.12/24")
    good(apply(worker, WORKER, "--join", "-", input=join_command(master)))
    found.trees["worker"] = worker.tree_state(*TREES)
    worker.down()
    _forget(master, "worker01")
    yield found
    found.gives_way()


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
# The one that leaves the most behind: packages torn in the middle. That kubeadm goes on without its engine, a worker shows.
ALWAYS = {("power-cut", "yum-transaction")}
CASES = [
    pytest.param(blow, moment, marks=() if (blow, moment) in ALWAYS else pytest.mark.matrix)
    for blow in ("kill", "power-cut")
    for moment in MOMENTS
]


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


@pytest.mark.parametrize("blow", ["kill", pytest.param("power-cut", marks=pytest.mark.matrix)])
def test_a_worker_is_finished(undisturbed: Undisturbed, fresh_server: FreshNode, blow: str) -> None:
    master, node = undisturbed.master, fresh_server("worker01")
    join = join_command(master)
    _begin(node, WORKER, "--join", "-", join=join)
    until(lambda: running(node, "kubeadm", "join"), PATIENCE)
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


@pytest.mark.usefixtures("slow_world")
@pytest.mark.parametrize(("blow", "moment"), CASES)
def test_a_control_plane_is_finished(
    undisturbed: Undisturbed, fresh_server: FreshNode, blow: str, moment: str
) -> None:
    undisturbed.gives_way()
    node = fresh_server()
    _begin(node, CONTROL_PLANE)
    until(lambda: MOMENTS[moment](node), PATIENCE)
    _kill(node) if blow == "kill" else node.reboot()
    _ended_well(node)
    assert undisturbed.differences("control-plane", node) == set()
    assert "master01" in good(node.run("kubectl", "get", "nodes")).out
