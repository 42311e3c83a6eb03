"""Check that Pods, Services, this machine's networks and its routes do not overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Interface, IPv4Network

from tui_installer.model.answers import Answers, Node
from tui_installer.model.check import Check, Verdict, fail, ok
from tui_installer.model.facts import Facts, Kubernetes, Network, NetworkManager
from tui_installer.model.text import T, Text
from tui_installer.model.way_out import after

# Interfaces that a cluster makes on this machine: its own routes are no clash.
CLUSTER_NICS = ("cni", "flannel", "cali", "tunl", "vxlan.calico", "kube-ipvs")


@dataclass(frozen=True)
class Clash:
    """A network that is in use already, and a description of its use."""

    network: str
    what: Text


def _addresses(texts: Iterable[str]) -> Iterator[IPv4Network]:
    """Yields the IPv4 addresses; others in resolv.conf cannot lie in an IPv4 network."""
    for text in texts:
        with suppress(ValueError):
            yield IPv4Network(text)


def clash(subnet: str, facts: Facts, node: Node) -> Clash | None:
    """Returns what a cluster's network overlaps on this machine, with the address that the node gets."""
    then = after(node, facts)
    taken: list[tuple[IPv4Network, Text]] = []
    if node.address and then.networks() != facts[Network].networks():
        own = IPv4Interface(node.address).network
        taken.append((own, T("the network of this machine's new address")))
    taken += [
        (network, T("the network of {nic}", nic=nic))
        for nic, network in then.networks()
        if not nic.startswith(CLUSTER_NICS)
    ]
    taken += [(server, T("the name server")) for server in _addresses(then.nameservers)]
    overlapping = (row for row in taken if row[0].overlaps(IPv4Network(subnet)))
    return next((Clash(str(network), what) for network, what in overlapping), None)


def _fail(label: str, subnet: str, conflict: Clash) -> Verdict:
    return fail(
        T(
            "{label} {subnet} overlaps {what}, {network}",
            label=label,
            subnet=subnet,
            what=conflict.what,
            network=conflict.network,
        ),
        wanted=T("a network that is used nowhere else"),
        why=T("pods, or this machine itself, could not reach that network"),
        cure=T(
            "set another {label} in the answers, like 10.244.0.0/16 or 172.30.0.0/16",
            label=label,
        ),
        answer=f"cluster.{label}",
    )


def judge(answers: Answers, facts: Facts) -> Verdict:
    """Judges every overlap: kubeadm notices none, and the cluster silently loses access to whole networks."""
    pods, services = answers.cluster.pod_subnet, answers.cluster.service_subnet
    if facts[Kubernetes].member:
        return ok(T("pods {pods}, Services {services}", pods=pods, services=services))
    if IPv4Network(pods).overlaps(IPv4Network(services)):
        return _fail("pod_subnet", pods, Clash(services, T("the Services' network")))
    for label, subnet in (("pod_subnet", pods), ("service_subnet", services)):
        if conflict := clash(subnet, facts, answers.node):
            return _fail(label, subnet, conflict)
    return ok(T("pods {pods}, Services {services}", pods=pods, services=services))


CHECK = Check(
    id="subnets",
    title=T("Subnets"),
    about=T(
        "Pods and Services get addresses from networks of their own. If one of these overlaps with a network that this machine uses, packets for that network go the wrong way, and nothing says so."
    ),
    judge=judge,
    reads=(Network, NetworkManager, Kubernetes),
    applies=lambda answers: answers.makes_cluster,
    asks=("cluster.pod_subnet", "cluster.service_subnet"),
)
