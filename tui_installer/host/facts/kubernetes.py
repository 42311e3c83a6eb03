"""What of a cluster is on this machine, and whether its API answers."""

from __future__ import annotations

import re
from pathlib import Path

from tui_installer.host.look import Look
from tui_installer.model.facts import Kubernetes

TOPIC = Kubernetes
FOLDER = "/etc/kubernetes"
KUBELET = "/var/lib/kubelet"
ASK = (
    "kubectl",
    f"--kubeconfig={FOLDER}/admin.conf",
    "--request-timeout=3s",
    "-n",
    "kube-system",
    "get",
    "configmap/kubeadm-config",
    "configmap/kubelet-config",
    "deployment/coredns",
    "daemonset/kube-proxy",
    "--ignore-not-found",
    "-o",
    "name",
)


def _names(folder: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(p.name for p in Path(folder).iterdir() if not p.name.startswith(".")))
    except OSError:
        return ()


def _kubelet_healthy(look: Look) -> bool:
    """The kubelet listens for health questions on this port of 127.0.0.1 only."""
    row = re.compile(
        r"^\s*\d+: 0100007F:2808 00000000:0000 0A ", re.MULTILINE
    )  # 127.0.0.1:10248, LISTEN
    return bool(row.search(look.text("/proc/net/tcp")))


def read(look: Look) -> Kubernetes:
    """Files first; the API is asked only where this node has an admin.conf."""
    conf = look.text(f"{FOLDER}/kubelet.conf")
    server = re.search(r"^\s*server:\s*https://(\S+)", conf, re.MULTILINE)
    admin = look.exists(f"{FOLDER}/admin.conf")
    answer = look.output(*ASK, timeout=8) if admin else None
    answers = answer is not None and answer.code == 0
    return Kubernetes(
        kubelet_conf=bool(conf),
        admin_conf=admin,
        client_certificate=look.exists(f"{KUBELET}/pki/kubelet-client-current.pem"),
        ca=look.exists(f"{FOLDER}/pki/ca.crt"),
        manifests=_names(f"{FOLDER}/manifests"),
        etcd_data=bool(_names("/var/lib/etcd")),
        kubelet_state=look.exists(f"{KUBELET}/config.yaml"),
        api_answers=answers,
        objects=frozenset(answer.out.split()) if answer and answers else frozenset(),
        kubelet_healthy=_kubelet_healthy(look),
        server=server[1] if server else "",
        cni_files=_names("/etc/cni/net.d"),
    )
