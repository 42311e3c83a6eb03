"""What the addresses, names and rules of the network tell, each compared with the others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Interface, IPv4Network

from tui_installer.causes.system import DOWN
from tui_installer.model.cause import Clue, Evidence, KnownCause
from tui_installer.model.facts import (
    Calico,
    Certificates,
    Facts,
    Forwarding,
    HostName,
    Kubernetes,
    Network,
    NodeState,
    Workloads,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T

# How pod networks let their own packets through before the policy counts: by a chain of theirs, or by rules for their
# cards and addresses. docker's rules are for docker's cards.
_LET_THROUGH = re.compile(
    r"^-A FORWARD (?:.*-j (?:cali|FLANNEL|CILIUM_|KUBE-ROUTER|ANTREA|WEAVE)|(?!.*(?: docker| br-)).*-j ACCEPT$)"
)
# Bytes that a tunnel puts before each packet.
_HEADS = {"tunl0": 20, "vxlan.calico": 50}


def _own_addresses(facts: Facts) -> list[str]:
    return [ip.partition("/")[0] for nic in facts[Network].nics for ip in nic.addresses]


def _node(facts: Facts) -> NodeState | None:
    return facts[Workloads].node(facts[HostName].current)


def _shared_name(evidence: Evidence) -> Iterator[Clue]:
    """The node of this name has an address that is not of this machine: another machine reports under its name."""
    node = _node(evidence.facts)
    if node is not None and node.address and node.address not in _own_addresses(evidence.facts):
        yield Clue(f"InternalIP {node.address}", {"name": node.name, "address": node.address})


def _copies(evidence: Evidence) -> Iterator[Clue]:
    here = _node(evidence.facts)
    for node in evidence.facts[Workloads].nodes:
        if here is not None and here.machine_id == node.machine_id != "" and node.name != here.name:
            yield Clue(f"{node.name}: machineID {node.machine_id}", {"name": node.name})


def _overlap(evidence: Evidence) -> Iterator[Clue]:
    for pool in evidence.facts[Calico].pools:
        for nic in evidence.facts[Network].cards:
            for address in nic.addresses:
                if IPv4Network(pool.cidr, strict=False).overlaps(IPv4Interface(address).network):
                    clue = f"ippool {pool.name} {pool.cidr}; {nic.name} {address}"
                    yield Clue(clue, {"pods": pool.cidr, "network": address})


def _loopback_name(evidence: Evidence) -> Iterator[Clue]:
    node = _node(evidence.facts)
    if node is not None and node.address and IPv4Address(node.address).is_loopback:
        yield Clue(f"InternalIP {node.address}", {"address": node.address})


def _etcd_elsewhere(evidence: Evidence) -> Iterator[Clue]:
    """etcd listens at addresses of this machine alone; the API server's own may be one that a router translates."""
    for address in evidence.facts[Kubernetes].etcd_addresses:
        of_all = IPv4Address(address).is_loopback or IPv4Address(address).is_unspecified
        if not of_all and address not in _own_addresses(evidence.facts):
            clue = f"/etc/kubernetes/manifests/etcd.yaml: --listen-client-urls {address}"
            yield Clue(clue, {"address": address})


def _two_addresses(evidence: Evidence) -> Iterator[Clue]:
    server, node = evidence.facts[Kubernetes].advertised, _node(evidence.facts)
    own = _own_addresses(evidence.facts)
    if node is not None and server in own and node.address in own and server != node.address:
        yield Clue(
            f"--advertise-address={server}; InternalIP {node.address}",
            {"server": server, "node": node.address},
        )


def _certificate_lacks(evidence: Evidence) -> Iterator[Clue]:
    """The API server's certificate must hold the address that it gives to others, and the one that the kubelet asks."""
    here = evidence.facts[Kubernetes]
    if not here.advertised:
        return
    wanted = dict.fromkeys((here.advertised, here.server.rpartition(":")[0].strip("[]")))
    for row in evidence.facts[Certificates].rows:
        if row.name == "apiserver" and row.names:
            for name in wanted.keys() - {"", *row.names}:
                clue = "/etc/kubernetes/pki/apiserver.crt: " + ", ".join(row.names)
                yield Clue(clue, {"wanted": name})


def _hosts_old(evidence: Evidence) -> Iterator[Clue]:
    name, own = evidence.facts[HostName], _own_addresses(evidence.facts)
    written = [ip for ip in name.addresses if not ip.startswith("127.")]
    if written and own and not set(written) & set(own):
        clue = f"/etc/hosts: {written[0]} {name.current}"
        yield Clue(clue, {"name": name.current, "address": written[0]})


def _localhost(evidence: Evidence) -> Iterator[Clue]:
    addresses = evidence.facts[HostName].localhost
    if addresses and not addresses[0].startswith("127."):
        yield Clue(f"/etc/hosts: {addresses[0]} localhost", {"address": addresses[0]})


def _forward_drop(evidence: Evidence) -> Iterator[Clue]:
    """Before there is a pod network nothing is to be forwarded."""
    rules, here = evidence.facts[Forwarding].rules, evidence.facts[Kubernetes]
    dropped = "-P FORWARD DROP" in rules and not any(map(_LET_THROUGH.search, rules))
    if dropped and here.member and here.cni_files:
        yield Clue("iptables: -P FORWARD DROP")


def _too_large(evidence: Evidence) -> Iterator[Clue]:
    """Packets of pods that fill their card do not pass this machine's."""
    network = evidence.facts[Network]
    card = network.nic(network.default_nic)
    for nic in network.nics:
        of_pods = nic.name in _HEADS or nic.name.startswith("cali")
        if card is None or not card.mtu or not of_pods or not nic.up:
            continue
        if nic.mtu + _HEADS.get(nic.name, 0) > card.mtu:
            clue = f"{card.name}: mtu {card.mtu}; {nic.name}: mtu {nic.mtu}"
            yield Clue(clue, {"card": card.name, "mtu": str(card.mtu)})


CAUSES = (
    KnownCause(
        "node_name_shared",
        T(
            "two machines share the name {name}: the cluster knows it by the address {address}, which is not of this one"
        ),
        T(
            "give one of them another name: kubeadm reset, hostnamectl set-hostname NAME, then join again"
        ),
        (_shared_name,),
        explains=("host_name_changed", "node_not_ready"),
    ),
    KnownCause(
        "machine_copied",
        T("this machine and {name} are copies of one: they have the same machine-id"),
        T(
            "give this one an id of its own: rm /etc/machine-id; systemd-machine-id-setup, then reboot; see that its MAC address and its product_uuid are its own too"
        ),
        (_copies,),
        severity=Outcome.WARN,
        explains=("node_name_shared",),
    ),
    KnownCause(
        "subnet_overlap",
        T("the pods' network {pods} overlaps with the network of this machine ({network})"),
        T("make the cluster anew with another cluster.pod_subnet: it cannot be changed"),
        (_overlap,),
        explains=("api_timeout", "pods_not_ready"),
    ),
    KnownCause(
        "node_address_loopback",
        T("the cluster knows this node by {address}, where no other node reaches it"),
        T(
            "remove the own name from the line of 127.0.0.1 in /etc/hosts, then: systemctl restart kubelet"
        ),
        (_loopback_name,),
        explains=("bgp_peers", "pods_not_ready"),
    ),
    KnownCause(
        "etcd_elsewhere",
        T("etcd is told to listen at {address}, which no card of this machine has"),
        T("give a card that address, or reset the node and make it with its own address"),
        (_etcd_elsewhere,),
        explains=("etcd_address", "node_address_missing", *DOWN),
    ),
    KnownCause(
        "two_addresses",
        T(
            "this node has two addresses in the cluster: {server} for its API server, {node} for its kubelet"
        ),
        T(
            "take one for both: KUBELET_EXTRA_ARGS=--node-ip={server} in /etc/sysconfig/kubelet, then: systemctl restart kubelet"
        ),
        (_two_addresses,),
        severity=Outcome.WARN,
        explains=("bgp_peers",),
    ),
    KnownCause(
        "api_certificate_lacks",
        T("the API server's certificate is not made for {wanted}, by which it is asked"),
        T(
            "make it anew: mv /etc/kubernetes/pki/apiserver.* /root; kubeadm init phase certs apiserver --apiserver-cert-extra-sans {wanted}; then: crictl ps -q --name kube-apiserver | xargs crictl stop"
        ),
        (_certificate_lacks,),
        explains=("api_certificate_name", "api_silent", "node_not_ready", "pods_not_ready"),
    ),
    KnownCause(
        "hosts_old_address",
        T("/etc/hosts has {address} for this machine's name {name}, and no card has that address"),
        T("write the present address into /etc/hosts, then: systemctl restart kubelet"),
        (_hosts_old,),
        severity=Outcome.WARN,
        explains=("node_name_shared", "node_address_missing", "etcd_address"),
    ),
    KnownCause(
        "localhost_elsewhere",
        T(
            "localhost is {address} by /etc/hosts: whoever asks a program of this machine asks another one"
        ),
        T("begin /etc/hosts with the line: 127.0.0.1 localhost"),
        (_localhost,),
        explains=("kubeadm_kubelet", "kubeadm_wait", "pods_not_ready"),
    ),
    KnownCause(
        "forward_drop",
        T("the kernel drops every packet that it should forward to a pod: docker has set it so"),
        T(
            "iptables -P FORWARD ACCEPT; for good: ExecStartPost=/usr/sbin/iptables -P FORWARD ACCEPT in a file below /etc/systemd/system/docker.service.d"
        ),
        (_forward_drop,),
        explains=("pods_not_ready",),
    ),
    KnownCause(
        "packets_too_large",
        T("pods send packets that are too large for the card {card}, which takes {mtu} bytes"),
        T(
            "set a smaller MTU for Calico (20 bytes less than the card's with IPIP, 50 less with VXLAN): kubectl -n kube-system edit configmap calico-config, then restart calico-node and the pods"
        ),
        (_too_large,),
        severity=Outcome.WARN,
    ),
)
