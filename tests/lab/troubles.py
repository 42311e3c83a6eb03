"""Troubles of a cluster that are made by hand: what is broken, what names it, and the way back."""

from __future__ import annotations

import json
from collections.abc import Callable

from .cluster import MASTER, Cluster
from .node import Node
from .product import (
    KUBECTL,
    apply,
    good,
)


def _break_cni(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    path = "/etc/cni/net.d/05-flannel.conflist"
    cluster.worker.write(
        path, '{"name": "x", "cniVersion": "0.3.1", "plugins": [{"type": "flannel"}]}\n'
    )
    return (
        cluster.worker,
        "network",
        "05-flannel.conflist is used",
        lambda: cluster.worker.run("rm", path),
    )


def _second_network(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    manifest = """
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: kube-flannel-ds, namespace: default}
spec:
  selector: {matchLabels: {app: flannel}}
  template:
    metadata: {labels: {app: flannel}}
    spec:
      nodeSelector: {nowhere: "true"}
      containers: [{name: f, image: "docker.io/library/busybox:1.36"}]
"""
    good(cluster.master.run(*KUBECTL, "apply", "-f", "-", input=manifest))
    gone = lambda: cluster.kubectl("delete", "daemonset", "kube-flannel-ds")  # noqa: E731
    return cluster.master, "network", "default/kube-flannel-ds", gone


def _image_that_is_nowhere(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    image = "calico-node=docker.io/calico/node:v9.9.9"
    cluster.kubectl("-n", "kube-system", "set", "image", "daemonset/calico-node", image)
    return (
        cluster.master,
        "pods",
        "docker.io/calico/node:v9.9.9",
        lambda: good(apply(cluster.master, MASTER)),
    )


def _wrong_card(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    env = "IP_AUTODETECTION_METHOD=interface=eth7"
    cluster.kubectl("-n", "kube-system", "set", "env", "daemonset/calico-node", env)
    # A node that has lost its address in the datastore asks again: as on a fresh cluster.
    for name in ("master01", "worker01"):
        cluster.kubectl("annotate", "node", name, "projectcalico.org/IPv4Address-", "--overwrite")
    cluster.kubectl(
        "-n", "kube-system", "delete", "pod", "-l", "k8s-app=calico-node", "--wait=false"
    )
    return cluster.master, "pods", "eth7", lambda: good(apply(cluster.master, MASTER))


def _coredns_in_a_circle(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    node, path = cluster.worker, "/etc/resolv.conf"
    before = node.read(path), cluster.master.read(path)
    for one in (cluster.master, node):
        one.write(path, "nameserver 127.0.0.1\n")
    restart = ("-n", "kube-system", "rollout", "restart", "deployment", "coredns")
    cluster.kubectl(*restart)

    def cure() -> None:
        node.write(path, before[0])
        cluster.master.write(path, before[1])
        cluster.kubectl(*restart)

    return cluster.master, "pods", "in a circle", cure


def _proxy_without_modules(cluster: Cluster) -> tuple[Node, str, str, Callable[[], object]]:
    def mode(value: str) -> None:
        config = cluster.json("-n", "kube-system", "get", "configmap", "kube-proxy")
        text = config["data"]["config.conf"]
        lines = [
            f"mode: {value}" if line.startswith("mode:") else line for line in text.splitlines()
        ]
        config["data"]["config.conf"] = "\n".join(lines)
        good(cluster.master.run(*KUBECTL, "apply", "-f", "-", input=json.dumps(config)))
        cluster.kubectl("-n", "kube-system", "rollout", "restart", "daemonset", "kube-proxy")
        cluster.kubectl(
            "-n", "kube-system", "rollout", "status", "daemonset", "kube-proxy", "--timeout=60s"
        )

    mode("ipvs")
    return (
        cluster.master,
        "kube_proxy",
        "iptables, although the cluster wants ipvs",
        lambda: mode("iptables"),
    )


TROUBLES = (
    _break_cni,
    _second_network,
    _proxy_without_modules,
    _coredns_in_a_circle,
    _image_that_is_nowhere,
    _wrong_card,
)
