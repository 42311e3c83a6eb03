"""docker comes beside a containerd at work, and nothing of that containerd moves: not now, and not by yum."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from .conftest import FreshNode
from .differences import DIFFERENCES, Difference
from .handmade import image
from .lab import Lab
from .node import Node
from .product import CONTROL_PLANE, apply, engine, events, good, outcomes, program, until, up
from .told import FileState, Result

MIRROR = "https://docker.m.daocloud.io"
WITHOUT = f'{CONTROL_PLANE}[mirrors]\ndocker_io = ["{MIRROR}"]\n'
WITH = f"{WITHOUT}[options]\ndocker = true\n"
DAEMON = "/etc/docker/daemon.json"
MINE = {"max-concurrent-downloads": 5}
VERSION = "20.10.24"
DOCKER = ("docker-ce", "docker-ce-cli", "docker-ce-rootless-extras")
# CentOS's own sources as they would be today, and Docker's, as its own file sets them up.
BY_HAND = "".join(
    f"[{name}]\nname={name}\nbaseurl=https://mirrors.aliyun.com/{folder}/x86_64{rest}\ngpgcheck=0\n"
    for name, folder, rest in (
        ("one", "centos-vault/7.9.2009/os", "/"),
        ("two", "centos-vault/7.9.2009/extras", "/"),
        ("three", "docker-ce/linux/centos/7", "/stable/"),
    )
)
HELD = ("containerd.io", "kubelet", "kubeadm", "kubectl", *DOCKER)


@dataclass(frozen=True)
class AtWork:
    """containerd and what it runs."""

    pid: str
    files: dict[str, FileState]
    containers: dict[str, int]


def at_work(node: Node) -> AtWork:
    """Its process, its configuration, and each container with the count of its starts."""
    pid = good(node.run("systemctl", "show", "-p", "MainPID", "containerd.service")).out.strip()
    rows = json.loads(good(node.run("crictl", "ps", "-o", "json")).out)["containers"]
    containers = {row["id"]: row["metadata"].get("attempt", 0) for row in rows}
    return AtWork(pid, node.tree_state("/etc/containerd"), containers)


@dataclass(frozen=True)
class Added:
    """A node to which docker was added once it was one."""

    node: Node
    before: AtWork
    said: Result


@pytest.fixture(scope="module")
def added(lab: Lab) -> Iterator[Added]:
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, WITHOUT))
    # Four parts of the control plane, and kube-proxy.
    until(lambda: len(at_work(node).containers) == 5)
    before = at_work(node)
    node.path("/etc/docker").mkdir()
    node.write(DAEMON, json.dumps(MINE))
    yield Added(node, before, apply(node, WITH))
    node.down()


def info(node: Node) -> Any:
    return json.loads(good(node.run("docker", "info", "--format", "{{json .}}")).out)


def test_docker_runs_and_comes_back_with_a_boot(added: Added) -> None:
    good(added.said)
    for unit in ("docker.service", "docker.socket"):
        assert added.node.run("systemctl", "is-active", unit).out.strip() == "active"
        assert added.node.run("systemctl", "is-enabled", unit).out.strip() == "enabled"
    shown = good(added.node.run("rpm", "-q", "--qf", "%{VERSION}\n", *DOCKER)).out
    assert set(shown.split()) == {VERSION}


def test_docker_itself_tells_what_was_asked_for(added: Added) -> None:
    found = info(added.node)
    assert found["CgroupDriver"] == "systemd"
    assert found["LoggingDriver"] == "json-file"
    assert [url.rstrip("/") for url in found["RegistryConfig"]["Mirrors"]] == [MIRROR]


def test_the_users_own_keys_are_still_there(added: Added) -> None:
    found = json.loads(added.node.read(DAEMON))
    assert found.items() >= MINE.items()
    assert found["log-opts"] == {"max-size": "100m", "max-file": "3"}
    originals = next(added.node.path("/var/lib/tui-installer/runs").glob(f"*/originals{DAEMON}"))
    assert json.loads(originals.read_text()) == MINE


def test_containerd_and_its_pods_have_noticed_nothing(added: Added) -> None:
    assert at_work(added.node) == added.before
    said = good(added.node.run("rpm", "-q", "--qf", "%{VERSION}", "containerd.io")).out
    assert said == "1.6.6"
    config = tomllib.loads(added.node.read("/etc/containerd/config.toml"))
    assert "io.containerd.grpc.v1.cri" not in config["disabled_plugins"]


def _moved(node: Node, *options: str) -> set[str]:
    """The packages that `yum update` would move."""
    said = node.run("yum", "update", "--assumeno", *options, timeout=120).out
    names = {line.split()[0] for line in said.splitlines() if line.startswith(" ") and line.split()}
    return names & set(HELD)


def test_yum_update_would_move_nothing_of_it(added: Added) -> None:
    assert _moved(added.node) == set()
    assert _moved(added.node, "--disableexcludes=all") >= {"containerd.io", "kubelet", "docker-ce"}


def test_applied_again_there_is_nothing_to_do(added: Added) -> None:
    seen = len(events(added.node))
    assert "nothing to do" in good(apply(added.node, WITH)).out
    assert len(events(added.node)) == seen
    assert at_work(added.node) == added.before


def images(node: Node) -> tuple[int, dict[str, Any]]:
    said = program(node, "images", "--json")
    told: dict[str, Any] = json.loads(said.out)
    return said.code, told


def found(node: Node) -> list[tuple[str, str, str]]:
    """What is found, the worst first: image, id and severity."""
    _, told = images(node)
    assert told["unread"] == {}
    rows = [*told["absent"], *told["images"]]
    return [(row["name"], one["id"], one["severity"]) for row in rows for one in row["findings"]]


def test_images_that_are_in_order(added: Added) -> None:
    """Nor does the look leave a trace."""
    node = added.node
    for tar in ("handmade", "arm", "index"):
        architecture = "amd64" if tar == "handmade" else "arm64"
        made = image(f"docker.io/lab/{tar}:1", architecture=architecture, index=tar == "index")
        node.path(f"/root/{tar}.tar").write_bytes(made)
    before = node.tree_state("/etc", "/root", "/run/tui-installer", "/var/lib/tui-installer")
    code, told = images(node)
    assert (code, told["absent"], told["unread"], found(node)) == (0, [], {}, [])
    assert all(one["present"] for one in told["required"])
    assert len(told["required"]) == 7
    assert {one["name"] for one in told["images"]} >= {one["name"] for one in told["required"]}
    assert told["config"]["SystemdCgroup"] is True
    assert (
        node.tree_state("/etc", "/root", "/run/tui-installer", "/var/lib/tui-installer") == before
    )
    said = program(node, "images", "--lang", "zh")
    assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("difference", DIFFERENCES, ids=str)
def test_a_difference_is_named_cured_and_gone(added: Added, difference: Difference) -> None:
    node = added.node
    shell(node, difference.makes)
    until(lambda: bool(found(node)), 20)
    _, told = images(node)
    (row,) = [one for one in (*told["absent"], *told["images"]) if one["findings"]]
    (finding,) = row["findings"]
    assert (finding["id"], finding["severity"]) == (difference.id, difference.severity)
    shell(node, difference.cure or " && ".join(finding["commands"]))
    until(lambda: not found(node), 20)
    shell(node, difference.after)
    assert found(node) == []


def shell(node: Node, script: str) -> None:
    good(node.run("bash", "-ec", script, timeout=60))


def test_a_key_that_docker_refuses_is_named(added: Added) -> None:
    """The last test on this node: docker does not run after it."""
    node = added.node
    # The cures of images have restarted containerd.
    before = at_work(node)
    found = {**json.loads(node.read(DAEMON)), "no-such-key": 1}
    node.write(DAEMON, json.dumps(found))
    good(node.run("systemctl", "stop", "docker.service", "docker.socket"))
    said = apply(node, WITH)
    assert said.code == 1
    assert f"docker refuses its settings in {DAEMON}" in said.out
    assert "no-such-key" in said.out
    assert at_work(node) == before


def other(text: str) -> str:
    """The same answers for the second node."""
    return text.replace("master01", "master02")


def test_a_docker_that_has_pulled_a_newer_containerd_goes_back_with_it(
    fresh_server: FreshNode,
) -> None:
    """The guide's `yum install docker-ce`, and only then this program."""
    node = fresh_server("master02")
    node.sh("sh", "-c", "rm -f /etc/yum.repos.d/*", check=True)
    node.write("/etc/yum.repos.d/by-hand.repo", BY_HAND)
    good(node.run("yum", "-y", "install", "docker-ce", timeout=120))
    node.sh("rm", "/etc/yum.repos.d/by-hand.repo", check=True)
    assert good(node.run("rpm", "-q", "--qf", "%{VERSION}", "containerd.io")).out == "1.6.33"
    assert "containerd.io 1.6.33 instead of 1.6.6" in apply(node, other(WITHOUT)).out
    # As far as docker; that a node is then made is other tests' matter.
    good(apply(node, other(WITH), "--detach"))
    until(lambda: outcomes(node).get("docker") == "done")
    good(program(node, "stop"))
    until(lambda: engine(node) == 0)
    shown = good(node.run("rpm", "-q", "--qf", "%{VERSION}\n", "containerd.io", *DOCKER)).out
    assert shown.split() == ["1.6.6", *[VERSION] * 3]
    assert info(node)["CgroupDriver"] == "systemd"
