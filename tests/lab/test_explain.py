"""`explain` names what was broken for real, first of all that it names, and nothing on a healthy node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .cluster import MASTER
from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import apply, good, program, until, up
from .told import Result

CONFIG = "/etc/containerd/config.toml"
PACKAGED = "cp /root/config.toml /etc/containerd/config.toml; systemctl restart containerd"


@dataclass(frozen=True)
class Fault:
    """What breaks a node, what puts it right, and the cause that must come first; `code` of `explain` meanwhile."""

    cause: str
    breaks: str
    cure: str
    code: int = 1


QUICK = (
    Fault("containerd_down", "systemctl stop containerd", "systemctl start containerd"),
    Fault(
        "containerd_config_toml",
        f"cp {CONFIG} /root; echo '[plugins' >>{CONFIG}; systemctl restart containerd || :",
        PACKAGED,
    ),
    Fault(
        "kubelet_flag_unknown",
        "echo KUBELET_EXTRA_ARGS=--network-plugin=cni >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "echo KUBELET_EXTRA_ARGS= >/etc/sysconfig/kubelet; systemctl restart kubelet",
    ),
    Fault(
        "node_cordoned",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf cordon master01",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf uncordon master01",
        code=0,
    ),
)
SLOW = (
    Fault(
        "cgroup_drivers_differ",
        f"cp {CONFIG} /root; sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' {CONFIG}; systemctl restart containerd",
        PACKAGED,
    ),
    Fault(
        "cri_off_in_force",
        f"cp {CONFIG} /root; sed -i 's/^disabled_plugins = .*/disabled_plugins = [\"io.containerd.grpc.v1.cri\"]/' {CONFIG}; systemctl restart containerd",
        PACKAGED,
    ),
    Fault(
        "unit_masked",
        "systemctl stop kubelet; systemctl mask kubelet --runtime",
        "systemctl unmask kubelet --runtime; systemctl start kubelet",
    ),
    Fault("unit_disabled", "systemctl disable kubelet", "systemctl enable kubelet", code=0),
    Fault(
        "sandbox_image",
        f"cp {CONFIG} /root; sed -i 's#sandbox_image = .*#sandbox_image = \"gone.mirror.lab/pause:3.8\"#' {CONFIG}; systemctl restart containerd;"
        " kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system delete pod -l k8s-app=kube-dns --wait=false",
        PACKAGED,
    ),
    Fault(
        "ip_forward_off",
        "sysctl -w net.ipv4.ip_forward=0",
        "sysctl -w net.ipv4.ip_forward=1",
    ),
    Fault(
        "file_system_mounted_read_only",
        "mount --bind /var/lib/etcd /var/lib/etcd; mount -o remount,ro,bind /var/lib/etcd; crictl ps -q --name etcd | xargs crictl stop",
        "umount /var/lib/etcd; systemctl restart kubelet",
    ),
    Fault(
        "node_address_missing",
        "echo KUBELET_EXTRA_ARGS=--node-ip=192.0.2.9 >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "echo KUBELET_EXTRA_ARGS= >/etc/sysconfig/kubelet; systemctl restart kubelet",
    ),
)


def shell(node: Node, line: str) -> Result:
    """Runs a line of a shell as a unit of the node."""
    return node.run("sh", "-c", line)


def explained(node: Node) -> tuple[int, dict[str, Any]]:
    """Returns the exit code and the object."""
    result = program(node, "explain", "--json")
    told: dict[str, Any] = json.loads(result.out)
    assert told["version"] == 1
    return result.code, told


def first(node: Node) -> str:
    """Returns the id of the first cause; empty if there is none."""
    causes = explained(node)[1]["causes"]
    return str(causes[0]["id"]) if causes else ""


@pytest.fixture(scope="module")
def master(lab: Lab) -> Iterator[Node]:
    """A control plane that carries its pods."""
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, MASTER))
    yield node
    node.down()


def healthy(node: Node) -> bool:
    code, told = explained(node)
    return (code, told["causes"], told["unread"]) == (0, [], {})


def test_a_machine_without_a_cluster_has_no_causes(fresh_server: FreshNode) -> None:
    node = fresh_server("worker01")
    before = node.tree_state("/etc", "/var/lib", "/run/tui-installer")
    assert healthy(node), explained(node)
    assert node.tree_state("/etc", "/var/lib", "/run/tui-installer") == before


def test_a_control_plane_that_was_just_made_has_no_causes(master: Node) -> None:
    # The kubelet's log of the last minute still tells of the API server that it waited for.
    until(lambda: healthy(master), 120)
    said = program(master, "explain", "--lang", "zh")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize(
    "fault",
    [
        *(pytest.param(fault, id=fault.cause) for fault in QUICK),
        *(pytest.param(fault, id=fault.cause, marks=pytest.mark.matrix) for fault in SLOW),
    ],
)
def test_what_is_broken_comes_first(master: Node, fault: Fault) -> None:
    good(shell(master, fault.breaks))
    try:
        until(lambda: first(master) == fault.cause, 90)
        code, told = explained(master)
        cause = told["causes"][0]
        assert (code, cause["id"], cause["explained_by"]) == (fault.code, fault.cause, "")
        assert cause["evidence"]
        assert cause["cure"]
    finally:
        good(shell(master, fault.cure))
    until(lambda: healthy(master), 120)
