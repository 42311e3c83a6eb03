"""Finished nodes as a look finds them: judged by the real proofs, from facts that the test makes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.cases import answers_of
from tui_installer import assets, registry
from tui_installer.host.tokens import BootstrapToken
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.check import Judged
from tui_installer.model.facts import (
    ApiServer,
    BgpSession,
    Calico,
    Certificate,
    Certificates,
    Clock,
    Disk,
    Drift,
    Facts,
    Kubernetes,
    Network,
    Nic,
    NodeState,
    Packages,
    Peers,
    Pod,
    ProofRow,
    Proved,
    Proxy,
    Sent,
    Services,
    Space,
    Taint,
    Traffic,
    Unit,
    Workloads,
)
from tui_installer.model.outcome import outcome_of
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.secret import Secret
from tui_installer.model.text import T, Text
from tui_installer.node.health import NodeStatus

# The time at which the nodes are read.
NOW = datetime(2026, 11, 23, 10, 14, 12, tzinfo=UTC)
TOKEN = "6hhzv0.0123456789abcdef"
MASTER, NODE = "centos-master", "centos-node1"
DAY = 86400
PINNED = assets.release(Answers().cluster.kubernetes).packages


def answers(role: str = "first-control-plane") -> Answers:
    name = NODE if role == "worker" else MASTER
    return answers_of({"answers": {"node.role": role, "node.hostname": name}})


def token(hours: float | None = 23) -> BootstrapToken:
    """Returns a token that ends in that many hours; None: never."""
    return BootstrapToken(Secret(TOKEN), NOW + timedelta(hours=hours) if hours else None)


def _pods() -> list[Pod]:
    made = (
        ("calico-kube-controllers-74677b4c5f-9ld5z", "calico-kube-controllers", MASTER),
        ("calico-node-7h4xk", "calico-node", MASTER),
        ("calico-node-m2p8c", "calico-node", NODE),
        ("coredns-c676cc86f-6xqfl", "kube-dns", MASTER),
        ("coredns-c676cc86f-zt8kq", "kube-dns", MASTER),
        ("etcd-centos-master", "etcd", MASTER),
        ("kube-apiserver-centos-master", "kube-apiserver", MASTER),
        ("kube-controller-manager-centos-master", "kube-controller-manager", MASTER),
        ("kube-proxy-2n8vw", "kube-proxy", MASTER),
        ("kube-proxy-q5rjt", "kube-proxy", NODE),
        ("kube-scheduler-centos-master", "kube-scheduler", MASTER),
    )
    return [
        Pod("kube-system", name, node=node, app=app, state="Running", ready=1)
        for name, app, node in made
    ]


def tainted(*more: Taint) -> NodeState:
    """Returns the control plane as kubeadm leaves it, with taints that a person has added."""
    return NodeState(
        MASTER,
        True,
        address="192.168.40.180",
        kubelet="1.25.0",
        control_plane=True,
        schedulable=False,
        taints=(Taint("node-role.kubernetes.io/control-plane", "NoSchedule"), *more),
    )


def cluster(*, alone: bool = False) -> Workloads:
    """Returns the control plane with its worker, or without one."""
    worker = NodeState(NODE, True, address="192.168.40.181", kubelet="1.25.0", taints=())
    return Workloads(True, (tainted(), *(() if alone else (worker,))), tuple(_pods()))


def _topics() -> list[Any]:
    running = Unit(load="loaded", active="active", enabled="enabled")
    return [
        cluster(),
        Calico(True),
        Kubernetes(kubelet_conf=True, cni_files=("10-calico.conflist", "calico-kubeconfig")),
        Network((Nic("ens33", ("192.168.40.180/24",)),), (), "ens33"),
        Peers(True, (BgpSession("192.168.40.181", True), BgpSession("192.168.40.180", True))),
        Proxy("ipvs"),
        ApiServer("192.168.40.180:6443", True, latency=0.008, skew=0.2),
        Certificates((Certificate("apiserver", NOW.timestamp() + 364 * DAY + 60),)),
        Clock(now=NOW.timestamp(), synchronized=True),
        Packages({name: f"{version}-0" for name, version in PINNED.items()}),
        Services({"containerd.service": running, "kubelet.service": running}),
        Disk((Space("/var/lib/containerd", 31 * 10**9, 50 * 10**9),)),
        Drift(),
        Traffic(),
        Proved(),
    ]


SENT: dict[str, Sent] = {
    "dns": Sent(True, T("a pod looks up kubernetes.default")),
    "service": Sent(True, T("a page over 10.101.7.20 in 3 ms")),
    "across": Sent(True, T("from a pod here to one on {node}", node=NODE)),
}


def proved(at: datetime = NOW, **bad: str) -> Proved:
    """Returns a recorded proof; `bad` gives other outcomes by id."""
    rows = []
    facts = Facts({type(t): t for t in _topics()}).having(Traffic(SENT))
    for proof in registry.proofs():
        verdict = proof.judge(answers(), facts)
        outcome = outcome_of(bad.get(proof.id, verdict.outcome))
        rows.append(ProofRow(proof.id, proof.title, outcome, verdict.found))
    return Proved(at.timestamp(), tuple(rows), True)


def node(*topics: Any, role: str = "first-control-plane", plan: Plan | None = None) -> NodeStatus:
    """Returns a healthy node, except for these topics and the plan."""
    wanted, plan = answers(role), plan or Plan(())
    drift = Drift({p.step.id: tuple(c.why for c in p.changes) for p in plan.steps if p.changes})
    facts = Facts({type(t): t for t in _topics()}).having(drift, *topics)
    rows = [
        Judged(p, p.judge(wanted, facts))
        for p in registry.proofs()
        if p.applies(wanted) and Traffic not in p.reads
    ]
    return NodeStatus(wanted, facts, tuple(rows), plan, ours=True)


def drifted() -> Plan:
    """Returns the plan for an edited /etc/hosts and active swap."""
    hosts = WriteFile(
        "/etc/hosts",
        "127.0.0.1 localhost\n192.168.40.180 centos-master\n",
        T("map {name} to {address}", name=MASTER, address="192.168.40.180"),
        before="127.0.0.1 localhost\n",
    )
    swap = RunCommand(("swapoff", "/dev/dm-1"), T("turn {device} off", device="/dev/dm-1"))
    todo: dict[str, tuple[Change, ...]] = {"hostname": (hosts,), "swap": (swap,)}
    steps = [s for s in registry.steps() if s.applies(answers())]
    return Plan(tuple(PlannedStep(step, todo.get(step.id, ())) for step in steps))


def silent(role: str = "first-control-plane") -> NodeStatus:
    """Returns a node whose API server does not answer."""
    detail: Text = T("no answer in {seconds} s", seconds=4)
    api = ApiServer("192.168.40.180:6443", False, detail)
    return node(Workloads(), Calico(), api, proved(), role=role)


def hanging() -> NodeStatus:
    """Returns a node where a pod of CoreDNS does not become ready."""
    pods = [
        replace(p, ready=0, state="CrashLoopBackOff") if p.name.endswith("zt8kq") else p
        for p in _pods()
    ]
    found = Facts({type(t): t for t in _topics()})[Workloads]
    return node(replace(found, pods=tuple(pods)), proved())
