"""One server meets one fault after another: each is named, and cured the same run goes on to a whole node.

The tests stand on each other, in this order: packages come after the faults of their sources, images after theirs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from .conftest import FreshNode
from .lab import Lab
from .node import Node
from .product import (
    CONTROL_PLANE,
    RUNS,
    TREES,
    WORKER,
    apply,
    engine,
    events,
    good,
    join_command,
    outcomes,
    output,
    program,
    pulling,
    until,
    up,
)
from .told import Result

BASE_REPOSITORY = "/etc/yum.repos.d/CentOS-Base.repo"
# The mirror that is bad, and how the failure names it.
PACKAGES = {
    "gone": ("docker_ce", "https://gone.mirror.lab/docker-ce/linux/centos", "does not resolve"),
    "silent": ("docker_ce", "https://dead.mirror.lab/docker-ce/linux/centos", "silent"),
    "version-missing": ("kubernetes", "https://old.mirror.lab/kubernetes/yum", "does not hold"),
}
IMAGES = {
    "gone": ("gone.mirror.lab/google_containers", "does not resolve"),
    "tag-missing": ("stale.mirror.lab/google_containers", "does not hold the image"),
    "silent": ("dead.mirror.lab/google_containers", "no new byte"),
}
# Meanwhile kubeadm begins, something on the server changes: by which command, and what the failure says then.
MEANWHILE = {
    "sandbox": (
        "sed -i 's#sandbox_image = .*#sandbox_image = \"gone.mirror.lab/pause:3.6\"#' /etc/containerd/config.toml;"
        "systemctl restart containerd",
        "the image that every pod needs first cannot be fetched: gone.mirror.lab/pause:3.6",
    ),
    "cgroup": (
        "sed -i 's#cgroupDriver: systemd#cgroupDriver: cgroupfs#' /etc/tui-installer/kubeadm-config.yaml",
        "kubelet and containerd use different cgroup drivers",
    ),
    "etcd": (
        "mkdir -p /var/lib/etcd; mount -t tmpfs -o ro tmpfs /var/lib/etcd",
        "/var/lib/etcd is mounted read-only",
    ),
    "address": (
        "sed -i 's#advertiseAddress: .*#advertiseAddress: 1.2.3.4#' /etc/tui-installer/kubeadm-config.yaml",
        "1.2.3.4",
    ),
}
# It comes before kubeadm in the engine's PATH.
WRAPPER = "/usr/local/sbin/kubeadm"
# The program waits a minute for a mirror that says nothing.
SILENT = pytest.param("silent", marks=pytest.mark.matrix)


@pytest.fixture(scope="module")
def stock() -> dict[str, str]:
    """The files of the server as they were before the program came, by path."""
    return {}


@pytest.fixture(scope="module")
def server(lab: Lab, stock: dict[str, str]) -> Iterator[Node]:
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    stock[BASE_REPOSITORY] = node.read(BASE_REPOSITORY)
    yield node
    node.down()


def _refused(node: Node, text: str) -> Result:
    """The preflight sees it first, and has changed nothing."""
    before = node.tree_state(*TREES, "/var/lib/tui-installer")
    said = apply(node, text)
    assert said.code == 3
    assert node.tree_state(*TREES, "/var/lib/tui-installer") == before
    return said


def _fails(said: Result, *words: str) -> None:
    assert said.code == 1, f"{said.out}\n{said.err}"
    for word in words:
        assert word in said.out
    assert "Traceback" not in said.out + said.err


def _mirrors(key: str, value: str) -> str:
    return f'{CONTROL_PLANE}[mirrors]\n{key} = "{value}"\n'


def test_leftovers_of_another_cluster_are_never_reset_unasked(server: Node) -> None:
    path = "/etc/kubernetes/kubelet.conf"
    server.write(path, "apiVersion: v1\n")
    assert "kubeadm reset" in _refused(server, CONTROL_PLANE).out
    assert server.read(path) == "apiVersion: v1\n"
    server.run("rm", "-r", "/etc/kubernetes", check=True)


@pytest.fixture
def holder(server: Node) -> Iterator[str]:
    """The pid of a program that holds yum's lock; it ends with the test."""
    server.run("systemd-run", "--unit=holder", "sleep", "600", check=True)
    pid = good(server.run("systemctl", "show", "-p", "MainPID", "--value", "holder")).out.strip()
    server.write("/run/yum.pid", pid)
    yield pid
    server.run("systemctl", "stop", "holder")


def test_a_held_yum_lock_is_waited_for_and_then_a_full_disk_is_named(
    server: Node, holder: str
) -> None:
    assert "sleep 600" in _refused(server, CONTROL_PLANE).out
    server.run("mkdir", "-p", "/var/cache/dnf", check=True)
    server.sh("mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", "/var/cache/dnf", check=True)
    good(apply(server, CONTROL_PLANE, "--accept", "yum", "--detach"))
    until(lambda: any(e["kind"] == "waiting" for e in events(server)))
    server.run("systemctl", "stop", "holder", check=True)
    _fails(program(server, "attach"), f"(pid {holder}) to release yum's lock", "disk is full")
    server.sh("umount", "/var/cache/dnf", check=True)


@pytest.mark.matrix
def test_a_yum_lock_that_nobody_releases_is_named(server: Node, holder: str) -> None:
    """The program waits two minutes for it."""
    _fails(apply(server, CONTROL_PLANE, "--accept", "yum"), "yum's lock is held", holder)


@pytest.mark.parametrize("fault", ["gone", SILENT, "version-missing"])
def test_a_bad_mirror_of_packages_is_named(server: Node, fault: str) -> None:
    key, url, word = PACKAGES[fault]
    text = _mirrors(key, url)
    assert "package_mirrors" in _refused(server, text).err
    _fails(apply(server, text, "--accept", "package_mirrors"), word)
    assert outcomes(server)["packages"] == "failed"
    assert server.run("rpm", "-q", "containerd.io").code != 0


def test_from_good_mirrors_the_packages_come(server: Node) -> None:
    """Then the run is stopped, for more faults are to come: until then it waits for an image from a silent source."""
    silent = _mirrors("images", IMAGES["silent"][0])
    good(apply(server, silent, "--accept", "image_mirrors", "--detach"))
    until(lambda: outcomes(server).get("packages") == "done")
    good(program(server, "stop"))
    until(lambda: engine(server) == 0)
    assert not server.exists("/etc/kubernetes/admin.conf")


@pytest.mark.parametrize("fault", ["gone", "tag-missing", SILENT])
def test_a_bad_source_of_images_is_named(server: Node, fault: str) -> None:
    url, word = IMAGES[fault]
    text = _mirrors("images", url)
    server.run("crictl", "rmi", "--all")
    assert "image_mirrors" in _refused(server, text).err
    _fails(apply(server, text, "--accept", "image_mirrors"), word)
    assert outcomes(server)["images"] == "failed"


@pytest.mark.usefixtures("slow_world")
def test_stop_is_heard_in_the_middle_of_a_pull_and_a_port_taken_meanwhile_is_named(
    fresh_server: FreshNode,
) -> None:
    """On a server that holds no image yet: containerd keeps the layers of one that was removed."""
    node = fresh_server("master02")
    text = CONTROL_PLANE.replace("master01", "master02")
    good(apply(node, text, "--detach"))
    until(lambda: pulling(node))
    good(program(node, "stop"))
    assert program(node, "attach").code == 5
    assert not node.exists("/etc/kubernetes/admin.conf")
    listen = ("systemd-run", "--unit=squatter", "python3", "-m", "http.server", "6443")
    node.run(*listen, check=True)
    until(lambda: "6443" in node.run("ss", "-ltn").out)
    assert "6443" in _refused(node, text).out
    node.run("systemctl", "stop", "squatter", check=True)
    good(apply(node, text, "--detach"))
    until(lambda: pulling(node))
    node.run(*listen, check=True)
    _fails(program(node, "attach"), "port 6443 is taken")
    assert outcomes(node)["images"] == "done"
    node.run("systemctl", "stop", "squatter", check=True)
    good(apply(node, text))


@pytest.fixture
def meanwhile(server: Node, request: pytest.FixtureRequest) -> Iterator[None]:
    """Changes the server as soon as kubeadm init begins."""
    command = MEANWHILE[request.getfixturevalue("fault")][0]
    script = f'#!/bin/sh\n[ "$2" = --config ] && {{ {command}; }}\nexec /usr/bin/kubeadm "$@"\n'
    server.write(WRAPPER, script)
    server.run("chmod", "755", WRAPPER, check=True)
    yield
    server.run("rm", WRAPPER, check=True)
    server.run("umount", "/var/lib/etcd")


@pytest.mark.usefixtures("meanwhile")
@pytest.mark.parametrize(
    "fault",
    [
        "sandbox",
        *(pytest.param(name, marks=pytest.mark.matrix) for name in MEANWHILE if name != "sandbox"),
    ],
)
def test_while_kubeadm_waits_the_cause_is_named_and_it_is_given_up(
    server: Node, fault: str
) -> None:
    _fails(apply(server, CONTROL_PLANE), MEANWHILE[fault][1])
    kinds = [
        (e["kind"], "cause" in e)
        for e in events(server)
        if e.get("step") == "kubeadm_init" and e["kind"] in ("state", "change-ended", "step-ended")
    ]
    # It was named while kubeadm was at work, and not by what kubeadm said in the end.
    assert ("state", True) in kinds[: len(kinds) - kinds[::-1].index(("change-ended", False))]
    assert "timed out waiting for the condition" not in output(server, "kubeadm_init")


def test_with_every_fault_cured_the_same_run_makes_the_node(
    server: Node, stock: dict[str, str]
) -> None:
    good(apply(server, CONTROL_PLANE))
    (run,) = server.path(RUNS).iterdir()
    assert sum(e["kind"] == "run-started" for e in events(server)) > 1
    for path, text in stock.items():
        assert (run / f"originals{path}").read_text() == text
    assert "master01" in good(server.run("kubectl", "get", "nodes")).out
    assert "nothing to do" in good(apply(server, CONTROL_PLANE)).out


@pytest.fixture(scope="module")
def join(server: Node) -> str:
    """What the finished server gives to the next one."""
    return join_command(server)


@pytest.fixture(scope="module")
def joining(lab: Lab) -> Iterator[Node]:
    node = up(lab, "worker01", "10.77.0.12/24", "10.78.0.12/24")
    yield node
    node.down()


def _with_other_pin(join: str) -> str:
    pin = join.split("sha256:")[1].split()[0]
    return join.replace(pin, "0" * 64)


def _with_other_token(join: str) -> str:
    return join.replace(_token(join), "aaaaaa" + _token(join)[6:])


def _with_other_secret(join: str) -> str:
    return join.replace(_token(join), _token(join)[:-4] + "zzzz")


def _token(join: str) -> str:
    return join.split("--token ")[1].split()[0]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        pytest.param(_with_other_pin, "CA pin does not match", id="pin"),
        pytest.param(_with_other_token, "does not know the token aaaaaa", id="token"),
        # kubeadm tries for half a minute, as with a token that is gone.
        pytest.param(
            _with_other_secret, "second part of the token", id="secret", marks=pytest.mark.matrix
        ),
    ],
)
def test_a_join_command_that_is_wrong_is_named(
    joining: Node, join: str, bad: Callable[[str], str], words: str
) -> None:
    _fails(apply(joining, WORKER, "--join", "-", input=bad(join)), words)


def test_the_right_join_command_goes_on_and_stays_secret(
    server: Node, joining: Node, join: str
) -> None:
    kept = [path for path in joining.path(RUNS).rglob("*") if path.is_file()]
    assert kept
    secret = _token(join).partition(".")[2]
    assert not [path for path in kept if secret in path.read_text()]
    good(apply(joining, WORKER, "--join", "-", input=join))
    assert "worker01" in good(server.run("kubectl", "get", "nodes")).out
