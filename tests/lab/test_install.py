"""Two fresh nodes become a cluster, and what is in force is what was asked."""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import pytest
from ruamel.yaml import YAML

from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    CONTROL_PLANE,
    KUBECTL,
    TREES,
    WORKER,
    apply,
    events,
    good,
    join_command,
    outcomes,
    program,
    until,
    up,
)
from .told import Result

PINNED = {
    "containerd.io": "1.6.6",
    "cri-tools": "1.25.0",
    "kubernetes-cni": "1.1.1",
    "kubeadm": "1.25.0",
    "kubectl": "1.25.0",
    "kubelet": "1.25.0",
}
SWAP = "/var/lib/containerd/swapfile"
FSTAB = f"# device, place, type\n{SWAP} swap swap defaults 0 0\n"
REPOSITORY = "registry.aliyuncs.com/google_containers"


@dataclass
class Cluster:
    """Both nodes after their runs, and what was seen meanwhile."""

    master: Node
    worker: Node
    join: str
    made: Result
    joined: Result
    argv_seen: set[str] = field(default_factory=set)

    @property
    def token(self) -> str:
        return self.join.split("--token ")[1].split()[0]


def _turn_swap_on(node: Node) -> None:
    """A file on the node's plain file system, for swap cannot lie on an overlay."""
    make = (
        f"dd if=/dev/zero of={SWAP} bs=1M count=16 status=none; chmod 600 {SWAP}; mkswap -q {SWAP}"
    )
    node.sh("sh", "-ec", f"{make}; swapon {SWAP}", check=True)
    node.write("/etc/fstab", FSTAB)
    assert SWAP.rpartition("/")[2] in node.read("/proc/swaps")


def _watch(node: Node, seen: set[str], over: Event) -> None:
    while not over.wait(0.02):
        seen |= {" ".join(process.argv) for process in node.ps()}


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Iterator[Cluster]:
    with lab.swap_alone():
        master = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24", swap=True)
        worker = up(lab, "worker01", "10.77.0.12/24", "10.78.0.12/24")
        _turn_swap_on(master)
        try:
            made = good(apply(master, CONTROL_PLANE))
        finally:
            master.sh("swapoff", SWAP)  # swap is the whole machine's: never leave it on
        join = join_command(master)
        seen: set[str] = set()
        over = Event()
        watcher = Thread(target=_watch, args=(worker, seen, over))
        watcher.start()
        joined = good(apply(worker, WORKER, "--join", "-", input=join))
        over.set()
        watcher.join()
        yield Cluster(master, worker, join, made, joined, seen)
        worker.down()
        master.down()


def _json(node: Node, *argv: str) -> Any:
    return json.loads(good(node.run(*argv)).out)


def _kubectl(node: Node, *argv: str) -> Any:
    return _json(node, *KUBECTL, *argv, "-o", "json")


def test_both_nodes_are_listed_with_the_chosen_card(cluster: Cluster) -> None:
    rows = {
        n["metadata"]["name"]: n["status"]
        for n in _kubectl(cluster.master, "get", "nodes")["items"]
    }
    assert set(rows) == {"master01", "worker01"}
    for name, address in (("master01", "10.77.0.11"), ("worker01", "10.77.0.12")):
        info = rows[name]["nodeInfo"]
        assert info["kubeletVersion"] == "v1.25.0"
        assert info["containerRuntimeVersion"].replace("//v", "//") == "containerd://1.6.6"
        assert {"type": "InternalIP", "address": address} in rows[name]["addresses"]


def _pods(master: Node) -> dict[str, str]:
    rows = _kubectl(master, "get", "pods", "-n", "kube-system")["items"]
    return {row["metadata"]["name"]: row["status"]["phase"] for row in rows}


def test_all_pods_but_coredns_run(cluster: Cluster) -> None:
    def settled() -> bool:
        pods = _pods(cluster.master)
        return len(pods) == 8 and all(p == "Running" for n, p in pods.items() if "coredns" not in n)

    until(settled, 60)
    assert {p for n, p in _pods(cluster.master).items() if "coredns" in n} == {"Pending"}


def test_every_step_is_told_with_its_outcome(cluster: Cluster) -> None:
    assert set(outcomes(cluster.master).values()) <= {"done", "nothing to do"}
    assert outcomes(cluster.master)["kubeadm_init"] == "done"
    assert outcomes(cluster.worker)["kubeadm_join"] == "done"
    assert "MB" in cluster.made.out
    assert events(cluster.master)[-1]["outcome"] == "done"


def test_steps_ran_side_by_side(cluster: Cluster) -> None:
    rows = events(cluster.master)
    pulls = [i for i, e in enumerate(rows) if e.get("change", {}).get("argv", [""])[0] == "crictl"]
    ended = {e["step"]: i for i, e in enumerate(rows) if e["kind"] == "step-ended"}
    assert pulls[0] < ended["packages"], "images are pulled while packages still come"


@pytest.mark.parametrize("name", ["master", "worker"])
def test_what_is_in_force_is_what_was_asked(cluster: Cluster, name: str) -> None:
    node: Node = getattr(cluster, name)
    info = _json(node, "crictl", "info")["config"]
    assert info["sandboxImage"] == f"{REPOSITORY}/pause:3.8"
    assert info["containerd"]["runtimes"]["runc"]["options"]["SystemdCgroup"] is True
    assert info["registry"]["configPath"] == "/etc/containerd/certs.d"
    dump = tomllib.loads(good(node.run("containerd", "config", "dump")).out)
    assert (
        dump["plugins"]["io.containerd.grpc.v1.cri"]["sandbox_image"] == f"{REPOSITORY}/pause:3.8"
    )
    kubelet = YAML(typ="safe").load(node.read("/var/lib/kubelet/config.yaml"))
    assert kubelet["cgroupDriver"] == "systemd"
    for key in (
        "net/bridge/bridge-nf-call-iptables",
        "net/bridge/bridge-nf-call-ip6tables",
        "net/ipv4/ip_forward",
    ):
        assert good(node.run("cat", f"/proc/sys/{key}")).out.strip() == "1"
    assert node.run("systemctl", "is-active", "firewalld").out.strip() == "inactive"
    assert "SELINUX=permissive" in node.read("/etc/selinux/config")


def test_swap_is_off_now_and_at_every_boot(cluster: Cluster) -> None:
    assert cluster.master.read("/proc/swaps").splitlines()[1:] == []
    first, second = cluster.master.read("/etc/fstab").splitlines()
    assert first == "# device, place, type"
    assert second.startswith("#") and second.endswith(FSTAB.splitlines()[1])
    assert outcomes(cluster.master)["swap"] == "done"


@pytest.mark.parametrize("name", ["master", "worker"])
def test_installed_versions_are_the_pinned_ones(cluster: Cluster, name: str) -> None:
    node: Node = getattr(cluster, name)
    said = good(node.run("rpm", "-q", "--qf", "%{NAME} %{VERSION}\\n", *PINNED)).out
    assert dict(line.split() for line in said.splitlines()) == PINNED
    newer = good(
        node.run(
            "yum", "list", "--disableexcludes=all", "--showduplicates", "kubelet", "containerd.io"
        )
    ).out
    assert "1.28.2" in newer and "1.6.33" in newer, "the repositories hold newer ones"
    repositories = good(node.run("yum", "repolist")).out
    assert all(
        r in repositories for r in ("base", "updates", "extras", "docker-ce-stable", "kubernetes")
    )


def test_crictl_prints_no_warning(cluster: Cluster) -> None:
    said = good(cluster.master.run("crictl", "images"))
    assert "level=warning" not in said.err + said.out
    assert "kube-apiserver" in said.out


def test_names_resolve_and_originals_are_kept(cluster: Cluster) -> None:
    hosts = cluster.master.read("/etc/hosts").splitlines()
    assert hosts.count("10.77.0.11 master01") == 1
    runs = "/var/lib/tui-installer/runs"
    run = next(cluster.master.path(runs).iterdir()).name
    kept = cluster.master.read(f"{runs}/{run}/originals/etc/yum.repos.d/CentOS-Base.repo")
    assert "mirrorlist.centos.org" in kept


def test_kubectl_works_for_root_without_a_word(cluster: Cluster) -> None:
    assert "master01" in good(cluster.master.run("kubectl", "get", "nodes")).out


def test_a_new_shell_completes_kubectl_and_asks_it_at_the_first_tab(cluster: Cluster) -> None:
    asked = (
        "source /etc/bash_completion.d/kubectl; complete -p kubectl; "
        "__kubectl_at_first_tab; echo $?; complete -p kubectl"
    )
    assert good(cluster.master.run("bash", "-c", asked)).out.splitlines() == [
        "complete -F __kubectl_at_first_tab kubectl",
        "124",
        "complete -o default -F __start_kubectl kubectl",
    ]


def _all_text(node: Node) -> str:
    """Every regular file below the folders where a secret could have been left."""
    find = "find /etc /run /root /tmp /var/lib/tui-installer /var/log /var/tmp /usr/lib/systemd -xdev -type f -size -20M"
    prune = "-not -path '/run/log/*' -not -path '/run/systemd/*' -exec cat {} +"
    return node.sh("sh", "-c", f"{find} {prune}").out


def test_the_token_is_nowhere_after_the_join(cluster: Cluster) -> None:
    secret = cluster.token.partition(".")[2]
    assert len(secret) == 16
    text = _all_text(cluster.worker)
    assert "kubeadm_join" in text, "the search reaches the journal"
    assert secret not in text
    for lead in range(3):
        coded = base64.b64encode(b"x" * lead + cluster.token.encode()).decode().rstrip("=")
        assert coded[4:-2] not in text
    assert not [argv for argv in cluster.argv_seen if secret in argv]
    assert any("kubeadm join --config" in argv for argv in cluster.argv_seen), "the join was seen"
    assert secret not in cluster.joined.out + cluster.joined.err
    assert not cluster.worker.exists("/run/tui-installer/temporary/kubeadm-join.yaml")
    assert not cluster.worker.exists("/run/tui-installer/request.json")


def _starts(node: Node) -> dict[str, str]:
    units = ("containerd", "kubelet", "chronyd", "dbus", "firewalld")
    show = ("systemctl", "show", "-p", "ActiveEnterTimestampMonotonic", "--value")
    return {unit: good(node.run(*show, unit)).out for unit in units}


def _containers(node: Node) -> set[str]:
    return {row["id"] for row in _json(node, "crictl", "ps", "-o", "json")["containers"]}


@pytest.mark.parametrize("name", ["master", "worker"])
def test_a_second_run_finds_nothing_to_do(cluster: Cluster, name: str) -> None:
    node: Node = getattr(cluster, name)
    until(lambda: len(_containers(node)) >= 1, 60)
    before = node.mtimes(*TREES), _starts(node), _containers(node)
    text = CONTROL_PLANE if name == "master" else WORKER
    said = good(apply(node, text)).out
    steps = 13 - 1
    assert said.count("nothing to do") == steps
    assert (node.mtimes(*TREES), _starts(node), _containers(node)) == before


def test_plan_of_a_made_node_is_empty(cluster: Cluster) -> None:
    said = json.loads(good(program(cluster.master, "plan", "--answers", ANSWERS, "--json")).out)
    assert said["version"] == 1
    assert {step["id"]: step["changes"] for step in said["steps"] if step["changes"]} == {}


def test_attach_prints_the_run_that_is_over(cluster: Cluster) -> None:
    said = good(program(cluster.master, "attach"))
    assert "kubeadm" in said.out or "Control plane" in said.out
    rows = [
        json.loads(line)
        for line in good(program(cluster.master, "attach", "--json")).out.splitlines()
    ]
    assert rows[0]["kind"] == "run-started" and rows[-1]["outcome"] == "done"
    assert {row["version"] for row in rows} == {1}


def test_who_called_sudo_can_use_kubectl(cluster: Cluster) -> None:
    node = cluster.master
    node.run("useradd", "-m", "ops", check=True)
    node.write(ANSWERS, CONTROL_PLANE)
    called = {"SUDO_USER": "ops"}
    good(node.run("tui-installer", "apply", "--answers", ANSWERS, "--yes", environment=called))
    kubeconfig = "/home/ops/.kube/config"
    owner = good(node.run("stat", "-c", "%U %a", kubeconfig)).out.split()
    assert owner == ["ops", "600"]
    seen = node.run(
        "runuser", "-u", "ops", "--", "kubectl", "--kubeconfig", kubeconfig, "get", "nodes"
    )
    assert "master01" in good(seen).out


def test_values_that_kubeadm_fixed_are_refused(cluster: Cluster) -> None:
    other = CONTROL_PLANE + 'pod_subnet = "10.245.0.0/16"\n'
    said = apply(cluster.master, other)
    assert said.code == 3
    assert "cluster.pod_subnet" in said.err


def test_drift_is_found_and_put_back(cluster: Cluster) -> None:
    node = cluster.master
    node.run("sysctl", "-w", "net.ipv4.ip_forward=0", check=True)
    node.write(ANSWERS, CONTROL_PLANE)
    plan = json.loads(good(program(node, "plan", "--answers", ANSWERS, "--json")).out)
    assert [s["id"] for s in plan["steps"] if s["changes"]] == ["kernel"]
    good(apply(node, CONTROL_PLANE))
    assert good(node.run("cat", "/proc/sys/net/ipv4/ip_forward")).out.strip() == "1"
    good(apply(node, CONTROL_PLANE))


def test_a_power_cut_and_a_boot_bring_both_back(cluster: Cluster) -> None:
    for node in (cluster.master, cluster.worker):
        node.reboot()

    def back() -> bool:
        said = cluster.master.run(*KUBECTL, "get", "--raw", "/readyz")
        return said.code == 0 and said.out == "ok"

    until(back, 90)
    until(lambda: len(_containers(cluster.worker)) >= 1, 60)
    for node, text in ((cluster.master, CONTROL_PLANE), (cluster.worker, WORKER)):
        assert "nothing to do" in good(apply(node, text)).out
