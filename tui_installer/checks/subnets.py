"""Pods, Services, this machine's networks and its routes do not overlap."""

from __future__ import annotations

from ipaddress import IPv4Network

from tui_installer.model.answers import Answers
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Kubernetes, Network
from tui_installer.model.text import T

# What a cluster puts on this machine itself: its own routes are no clash.
CLUSTER_NICS = ("cni", "flannel", "cali", "tunl", "vxlan.calico", "kube-ipvs")


def judge(answers: Answers, facts: Facts) -> Verdict:
    """kubeadm notices none of these overlaps; the cluster then loses whole networks in silence."""
    pods, services = (
        IPv4Network(answers.cluster.pod_subnet),
        IPv4Network(answers.cluster.service_subnet),
    )
    taken = [(services, T("the Services' network"))]
    taken += [
        (network, T("the network of {nic}", nic=nic))
        for nic, network in facts[Network].networks()
        if not nic.startswith(CLUSTER_NICS)
    ]
    for subnet, label in ((pods, "pod_subnet"), (services, "service_subnet")):
        for network, what in taken:
            if subnet is not network and subnet.overlaps(network) and not facts[Kubernetes].member:
                return fail(
                    T(
                        "{label} {subnet} overlaps {what}, {network}",
                        label=label,
                        subnet=str(subnet),
                        what=what,
                        network=str(network),
                    ),
                    wanted=T("a network that is used nowhere else"),
                    why=T("pods, or this machine itself, could not reach that network"),
                    cure=T(
                        "set another {label} in the answers, like 10.244.0.0/16 or 172.30.0.0/16",
                        label=label,
                    ),
                )
    return ok(T("pods {pods}, Services {services}", pods=str(pods), services=str(services)))


CHECK = Check(
    id="subnets",
    title=T("Subnets"),
    judge=judge,
    reads=(Network, Kubernetes),
    applies=lambda answers: answers.control_plane,
)
