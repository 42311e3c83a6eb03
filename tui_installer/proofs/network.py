"""Proof that there is one pod network, with the addresses of the answers."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok, unknown
from tui_installer.model.facts import Calico, Facts, Kubernetes, Workloads
from tui_installer.model.text import T, Text, verbatim

CONFIG = "10-calico.conflist"
KEPT = (CONFIG, "calico-kubeconfig")


def _two(facts: Facts) -> tuple[Text, Text] | None:
    """Describes a second network, in the cluster or in the files of this node."""
    others, files = facts[Calico].others, facts[Kubernetes].cni_files
    if others:
        return (
            T("two pod networks: Calico, and {others}", others=", ".join(others)),
            T(
                "remove the other one: kubectl -n NAMESPACE delete daemonset NAME, on each node its file in /etc/cni/net.d"
            ),
        )
    configs = [name for name in files if name.endswith((".conf", ".conflist", ".json"))]
    first = min(configs, default=CONFIG)
    if CONFIG in configs and first != CONFIG:
        return (
            T("/etc/cni/net.d/{file} is used instead of Calico's", file=first),
            T(
                "remove it: rm /etc/cni/net.d/{file}; then delete the pods that it has made",
                file=first,
            ),
        )
    return None


def _swallowed(answers: Answers, facts: Facts) -> Text | None:
    """Describes a nodes' network inside the pods' network: nothing fails, but many addresses are unreachable."""
    pods = IPv4Network(answers.cluster.pod_subnet)
    inside = [n for n in facts[Workloads].nodes if n.address and IPv4Address(n.address) in pods]
    if not inside:
        return None
    params = {"subnet": str(pods), "node": inside[0].name, "address": inside[0].address}
    return T("the pod network {subnet} holds the address of {node}, {address}", **params)


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges faults that look healthy: a second network, and pods with addresses of other machines."""
    calico, one = facts[Calico], T("one network, with addresses that nothing else uses")
    if two := _two(facts):
        why = T("which of the two a pod gets is chance, and they do not reach each other")
        return fail(two[0], wanted=one, why=why, cure=two[1])
    if answers.runs_control_plane and not calico.answers:
        return unknown(T("the API server does not answer"))
    if answers.runs_control_plane and (lost := _swallowed(answers, facts)):
        why = T("pods cannot reach other machines of that network, or take their addresses")
        cure = T(
            "make the cluster anew with another pod_subnet: save its data, unmount what is below /var/lib/kubelet, then kubeadm reset and apply"
        )
        return fail(lost, wanted=one, why=why, cure=cure)
    subnet = answers.cluster.pod_subnet
    cidrs = [pool.cidr for pool in calico.pools]
    if answers.runs_control_plane and cidrs and subnet not in cidrs:
        return fail(
            T("Calico gives addresses of {cidr}", cidr=", ".join(cidrs)),
            wanted=verbatim(subnet),
            why=T("kube-proxy takes pods for strangers, and Services do not see who calls"),
            cure=T("make a pool of {subnet} and move the pods to it", subnet=subnet),
        )
    if not answers.runs_control_plane and CONFIG in facts[Kubernetes].cni_files:
        return ok(verbatim(CONFIG))
    if not answers.runs_control_plane:
        return unknown(T("no pod network is set up on this node"))
    return ok(
        T(
            "Calico, {mode}, {subnet}",
            mode=answers.cluster.calico_mode,
            subnet=answers.cluster.pod_subnet,
        )
    )


PROOF = Check(
    id="network",
    title=T("Network"),
    about=T(
        "Exactly one pod network may be at work, and its addresses may be used by nothing else. With two of them, or with addresses of other machines, everything looks well and packets are lost."
    ),
    judge=judge,
    reads=(Calico, Kubernetes, Workloads),
    follows="pods",
    applies=lambda answers: answers.calico,
)
