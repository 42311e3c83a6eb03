"""Two fresh nodes carry traffic between their pods, whatever was done to them meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from .cluster import MASTER, TAINT, Cluster, alone
from .lab import Lab
from .node import Node
from .product import (
    ANSWERS,
    KUBECTL,
    RUNS,
    answers,
    apply,
    events,
    good,
    installer,
    join_command,
    program,
    unpack,
    until,
    up,
)
from .troubles import TROUBLES

WORKER = answers("worker", "worker01", "\n")
BGP = answers("first-control-plane", "master01", '[cluster]\ncalico_mode = "bgp"\n')
TREE = Path(__file__).parent.parent / "data/tree-0.1.0/finished.tar.gz"
PLAIN = "nameserver 10.77.0.2\n"
# What a person tries a new cluster with: a page on one node, fetched from a pod on the other by name.
TRY = """
apiVersion: v1
kind: Service
metadata: {name: page}
spec: {selector: {app: page}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: v1
kind: Pod
metadata: {name: page, labels: {app: page}}
spec:
  nodeName: worker01
  containers:
  - name: page
    image: docker.io/library/busybox:1.36
    command: [sh, -c, "echo served on worker01 >/tmp/index.html; exec busybox httpd -f -p 8080 -h /tmp"]
---
apiVersion: v1
kind: Pod
metadata: {name: reader}
spec:
  nodeName: master01
  tolerations: [{operator: Exists}]
  containers:
  - {name: reader, image: "docker.io/library/busybox:1.36", command: [sleep, "86400"]}
"""


def status(node: Node, *more: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(program(node, "status", "--json", *more).out)
    assert told["version"] == 1
    return told


def row(told: dict[str, Any], check: str) -> dict[str, str]:
    found: dict[str, str] = next(r for r in told["checks"] if r["id"] == check)
    return found


def named(node: Node, check: str, words: str, seconds: float = 90) -> dict[str, str]:
    """Waits until that row of the status says these words, and gives it; it must offer a cure."""

    def told() -> bool:
        return words in row(status(node), check)["detail"]

    until(told, seconds)
    found = row(status(node), check)
    assert found["cure"]
    return found


def ready(cluster: Cluster) -> bool:
    pods = cluster.json("get", "pods", "-n", "kube-system")["items"]
    done = all(
        all(c["ready"] for c in pod["status"].get("containerStatuses", [{"ready": False}]))
        for pod in pods
    )
    return done and len(pods) == 11


@pytest.fixture(scope="module")
def cluster(lab: Lab) -> Iterator[Cluster]:
    master = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    # Called otherwise, so that a run names it.
    worker = up(lab, "spare02", "10.77.0.12/24", "10.78.0.12/24")
    # IPIP is asked for, which this kernel does not have.
    refused = apply(
        master, answers("first-control-plane", "master01", '[cluster]\ncalico_mode = "ipip"\n')
    )
    # A machine that names no name server: CoreDNS cannot start on it. NetworkManager keeps its hands off.
    for node in (master, worker):
        node.write("/etc/NetworkManager/conf.d/90-test.conf", "[main]\ndns=none\n")
        node.run("systemctl", "reload", "NetworkManager", check=True)
    master.write("/etc/resolv.conf", "search lab\n")
    failed = apply(master, MASTER)
    told = events(master)
    master.write("/etc/resolv.conf", PLAIN)
    master.run(*KUBECTL, "-n", "kube-system", "rollout", "restart", "deployment", "coredns")
    made = good(apply(master, MASTER))
    single = alone(master)
    join = join_command(master)
    joined = apply(worker, WORKER, "--join", "-", input=join)
    found = Cluster(master, worker, refused, failed, told, made, joined, single)
    good(joined)
    yield found
    worker.down()
    master.down()


def test_ipip_on_a_kernel_without_it_is_refused_with_the_reason(cluster: Cluster) -> None:
    assert cluster.refused.code == 3
    assert "ipip" in cluster.refused.err
    assert "vxlan" in cluster.refused.err


def test_a_run_that_waits_in_vain_names_the_cause_and_goes_on_once_it_is_cured(
    cluster: Cluster,
) -> None:
    said = cluster.failed
    assert said.code == 1
    assert "CoreDNS finds no name server" in said.out
    assert "nameserver 223.5.5.5" in said.out, "the cure"
    assert "done: this node is what the answers ask for" in cluster.made.out


def test_a_single_server_says_that_pods_wait_until_they_are_let_in(cluster: Cluster) -> None:
    seen = cluster.alone
    for told in (seen.fresh, seen.kept):
        found = row(told, "ordinary_pods")
        assert (found["outcome"], found["detail"]) == ("warn", "your own pods wait for a worker")
        assert "pods_on_control_plane" in found["cure"]
        assert told["healthy"]
    assert "your own pods wait for a worker" in seen.words
    assert "kubeadm token create --print-join-command" in seen.words
    good(seen.let_in)
    assert "node/master01 untainted" in "".join(_output(cluster.master, "ordinary_pods"))
    assert "done: this node is what the answers ask for" in seen.let_in.out
    good(seen.pod)
    assert row(seen.open_, "ordinary_pods")["outcome"] == "ok"
    assert good(seen.again).out.count("nothing to do") == 16
    assert seen.open_["drift"] == []


def test_a_taint_that_was_taken_off_by_hand_is_no_drift_where_nothing_was_asked(
    cluster: Cluster,
) -> None:
    seen = cluster.alone
    assert seen.by_hand["drift"] == []
    assert [step["id"] for step in seen.plan_by_hand["steps"] if step["changes"]] == []
    assert row(seen.by_hand, "ordinary_pods")["outcome"] == "ok"
    taints = cluster.json("get", "node", "master01")["spec"]["taints"]
    assert [f"{taint['key']}:{taint['effect']}" for taint in taints] == [TAINT]
    # A worker that was slow to answer for a moment takes none until it is ready again.
    taken = "1 of 2 nodes take them"
    until(lambda: row(status(cluster.master), "ordinary_pods")["detail"] == taken)


def _output(node: Node, step: str) -> list[str]:
    """What that step has printed in every run."""
    runs = node.run("ls", RUNS, check=True).out.split()
    paths = [f"{RUNS}/{run}/output/{step}.log" for run in runs]
    return [node.read(path) for path in paths if node.exists(path)]


def test_a_cause_is_told_while_the_step_still_waits(cluster: Cluster) -> None:
    """In the journal of the failed pass, beside the state of each pod."""
    states = [e for e in cluster.told if e["kind"] == "state" and e["step"] == "calico"]
    shown = [
        e
        for e in states
        if any("coredns" in str(r["name"]) and r["outcome"] != "ok" for r in e["rows"])
    ]
    caused = [e for e in states if "cause" in e]
    assert shown and caused
    # On a slow machine pods that wait for calico-node are told first.
    assert caused[-1]["cause"]["title"]["text"].startswith("CoreDNS finds no name server")


def test_every_pod_is_ready(cluster: Cluster) -> None:
    until(lambda: ready(cluster), 60)
    nodes = cluster.json("get", "nodes")["items"]
    assert {n["metadata"]["name"] for n in nodes} == {"master01", "worker01"}
    assert all(
        c["status"] == "True"
        for n in nodes
        for c in n["status"]["conditions"]
        if c["type"] == "Ready"
    )
    dns = cluster.json("get", "deployment", "-n", "kube-system", "coredns")["status"]
    assert dns["readyReplicas"] == 2


def test_calicos_own_tool_sees_it_run(lab: Lab, cluster: Cluster) -> None:
    cluster.master.push(lab.out / "calico/calicoctl", "/usr/local/bin/calicoctl")
    told = good(cluster.master.run("calicoctl", "node", "status")).out
    assert "Calico process is running" in told


def fetched(cluster: Cluster) -> str:
    """The page, by the name of its Service, from the pod on the other node."""
    said = cluster.master.run(
        # One that is sent before the way is there waits for minutes; this wget has no end of its own.
        "timeout",
        "5",
        *KUBECTL,
        "exec",
        "reader",
        "--",
        "wget",
        "-q",
        "-O",
        "-",
        "http://page.default.svc.cluster.local/",
    )
    return said.out.strip()


def test_a_page_is_fetched_across_nodes_by_the_name_of_its_service(cluster: Cluster) -> None:
    good(cluster.master.run(*KUBECTL, "apply", "-f", "-", input=TRY))
    until(lambda: fetched(cluster) == "served on worker01", 180)
    assert "vxlan.calico" in good(cluster.master.run("ip", "route")).out


def test_both_runs_have_proved_it(cluster: Cluster) -> None:
    for node, rows in (
        (cluster.master, ("dns", "service")),
        (cluster.worker, ("dns", "service", "across")),
    ):
        proof = json.loads(node.read("/var/lib/tui-installer/proof.json"))
        found = {r["id"]: r["outcome"] for r in proof["rows"]}
        assert proof["over"]
        assert {found[name] for name in rows} == {"ok"}
        assert "FAIL" not in found.values()


def test_status_proves_pod_to_pod_and_leaves_nothing_behind(cluster: Cluster) -> None:
    told = status(cluster.master, "--prove")
    assert told["healthy"] is True
    assert told["role"] == "first-control-plane"
    assert row(told, "across")["outcome"] == "ok"
    assert "tui-installer-proof" not in cluster.kubectl("get", "namespaces")
    assert told["drift"] == []


def test_what_a_killed_proof_left_is_removed(cluster: Cluster) -> None:
    node = cluster.master
    unit = "killed-proof.service"
    with node.popen("tui-installer", "status", "--prove", unit=unit) as proof:
        until(lambda: "tui-installer-proof" in cluster.kubectl("get", "namespaces"), 60)
        node.sh("systemctl", "kill", "--signal=KILL", unit, check=True)
        proof.communicate()
    assert "tui-installer-proof" in cluster.kubectl("get", "namespaces")
    assert proof.returncode != 0
    good(program(node, "status", "--prove"))
    assert "tui-installer-proof" not in cluster.kubectl("get", "namespaces")


def test_a_second_run_finds_nothing_to_do_and_sends_nothing(cluster: Cluster) -> None:
    for node, text, steps in ((cluster.master, MASTER, 15), (cluster.worker, WORKER, 15)):
        since = time.time()
        said = good(apply(node, text)).out
        assert said.count("nothing to do") == steps
        assert cluster.master.lab.requests(since) == []


def test_over_a_tree_of_0_1_0_the_program_is_installed_and_reads_it(cluster: Cluster) -> None:
    """The node that its runs, answers and proof tell of needs nothing. From here on it is this node's."""
    node = cluster.master
    node.run("rm", "-rf", "/var/lib/tui-installer", check=True)
    node.push(TREE, "/root/tree.tar.gz")
    lay = ("tar", "-xzpf", "/root/tree.tar.gz", "-C", "/", "--exclude", "etc/yum.repos.d")
    node.run(*lay, check=True)
    unpack(node)
    good(installer(node, "--no-start"))
    told = status(node)
    assert {r["outcome"] for r in told["checks"]} == {"ok"}, told["checks"]
    assert "20261130T095555Z" in good(program(node, "attach")).out, "the run that is over is told"
    assert good(apply(node, MASTER)).out.count("nothing to do") == 15


def drifted(node: Node) -> set[str]:
    return {d["step"] for d in status(node)["drift"]}


def test_drift_made_by_hand_is_named_and_put_back(cluster: Cluster) -> None:
    node = cluster.worker
    assert drifted(node) == set()
    config = node.read("/etc/containerd/config.toml")
    node.write(
        "/etc/containerd/config.toml",
        config.replace("SystemdCgroup = true", "SystemdCgroup = false"),
    )
    node.write("/etc/fstab", node.read("/etc/fstab") + "/dev/sdb1 swap swap defaults 0 0\n")
    node.run("sysctl", "-w", "net.ipv4.ip_forward=0", check=True)
    node.run("systemctl", "disable", "kubelet", check=True)
    repository = "/etc/yum.repos.d/kubernetes.repo"
    node.write(repository, node.read(repository).replace("gpgcheck=1", "gpgcheck=0"))
    assert drifted(node) == {"containerd", "swap", "kernel", "kubeadm_join", "sources"}
    assert row(status(node), "reboot")["outcome"] == "FAIL"
    good(apply(node, WORKER))
    assert drifted(node) == set()
    assert "SystemdCgroup = true" in node.read("/etc/containerd/config.toml")
    assert node.run("systemctl", "is-enabled", "kubelet").out.strip() == "enabled"
    assert good(node.run("cat", "/proc/sys/net/ipv4/ip_forward")).out.strip() == "1"


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.__name__.strip("_"))
def test_a_trouble_is_named_with_its_cure(
    cluster: Cluster, trouble: Callable[[Cluster], tuple[Node, str, str, Callable[[], object]]]
) -> None:
    node, check, words, cure = trouble(cluster)
    try:
        named(node, check, words)
    finally:
        cure()
    until(lambda: row(status(node), check)["outcome"] == "ok", 120)


def test_a_firewall_on_one_node_is_found_by_traffic_and_put_back(cluster: Cluster) -> None:
    node = cluster.worker
    node.run("systemctl", "enable", "--now", "firewalld", check=True)
    told = status(cluster.master, "--prove")
    assert told["healthy"] is False
    bad = [r for r in told["checks"] if r["outcome"] == "FAIL"]
    assert any("firewalld" in r["cure"] for r in bad), bad
    assert drifted(node) == {"firewall"}
    good(apply(node, WORKER))
    good(program(cluster.master, "status", "--prove"))


def test_another_mode_takes_over_while_everything_runs(cluster: Cluster) -> None:
    good(apply(cluster.master, BGP))
    until(lambda: fetched(cluster) == "served on worker01", 180)
    assert "proto bird" in good(cluster.master.run("ip", "route")).out
    told = status(cluster.master, "--prove")
    assert told["healthy"] is True
    assert "BGP with 1" in row(told, "peers")["detail"]
    newest = max(path.name for path in cluster.master.path(RUNS).iterdir())
    assert newest.startswith("r0"), "after those of 0.1.0, which the clock alone had named"
    assert newest in good(program(cluster.master, "attach")).out


def test_after_a_power_cut_of_both_everything_works_again(cluster: Cluster) -> None:
    for node in (cluster.master, cluster.worker):
        node.power_cut()
    for node in (cluster.master, cluster.worker):
        node.boot()
    until(lambda: cluster.master.run(*KUBECTL, "get", "--raw", "/readyz").code == 0, 90)
    until(lambda: fetched(cluster) == "served on worker01", 120)
    until(lambda: ready(cluster), 60)
    assert status(cluster.master, "--prove")["healthy"] is True
    for node, text in ((cluster.master, BGP), (cluster.worker, WORKER)):
        assert good(apply(node, text)).out.count("nothing to do") == 15


def test_a_manifest_that_was_tampered_with_is_refused(cluster: Cluster) -> None:
    node = cluster.master
    node.write("/root/calico.yaml", "kind: List\n")
    text = answers(
        "first-control-plane", "master01", '[cluster]\ncalico_manifest = "/root/calico.yaml"\n'
    )
    node.write(ANSWERS, text)
    said = program(node, "apply", "--answers", ANSWERS, "--yes")
    assert said.code == 3
    assert "calico_manifest" in said.err
    assert "sha256" in said.out
