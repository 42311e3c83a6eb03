"""Reader of the parts of a cluster on this machine, and of its API's state."""

from __future__ import annotations

import re
from dataclasses import replace

from tui_installer.host import kubectl
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import Kubernetes, NotRead, Unread

TOPIC = Kubernetes
FOLDER = "/etc/kubernetes"
KUBELET = "/var/lib/kubelet"
# The manifest of the static pod that answers; its etcd may run elsewhere.
SERVER = "kube-apiserver.yaml"
ETCD = "etcd.yaml"
# Flags in the manifests of kubeadm.
_ADVERTISED = re.compile(r"--advertise-address=([\d.]+)")
_LISTENS = re.compile(r"--listen-client-urls=(\S+)")
# Fields that only the API can fill.
ASKED = ("api_answers", "objects")
ASK = (
    f"--kubeconfig={FOLDER}/admin.conf",
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


def _names(look: Look, folder: str) -> tuple[str, ...]:
    return tuple(name for name in look.names(folder) if not name.startswith("."))


def _kubelet_healthy(look: Look) -> bool:
    """Tells whether the kubelet listens for health questions: port 10248 of 127.0.0.1 only."""
    row = re.compile(
        r"^\s*\d+: 0100007F:2808 00000000:0000 0A ", re.MULTILINE
    )  # 127.0.0.1:10248, LISTEN
    return bool(row.search(look.text("/proc/net/tcp")))


def read(look: Look) -> Kubernetes:
    """Reads files first; it asks the API only where this node runs it and has an admin.conf.

    Where the API does not answer, raises NotRead with the fields that files alone can fill. Where a file or
    folder cannot be read, raises NotRead without any: an unread file may belong to a node.
    """
    here = _files(look)
    if not here.admin_conf or SERVER not in here.manifests:
        return here
    try:
        output = kubectl.asked(look, *ASK)
    except NotRead as error:
        raise NotRead(error.unread, here, ASKED) from error
    if output.code != 0:
        # A server that forbids has answered, but names no objects; a server that lacks a resource is still
        # starting.
        forbids = "(Forbidden)" in output.err
        raise NotRead(Unread(who("kubectl"), last_line(output), lasting=forbids), here, ASKED)
    return replace(here, api_answers=True, objects=frozenset(output.out.split()))


def _files(look: Look) -> Kubernetes:
    conf = look.text(f"{FOLDER}/kubelet.conf")
    etcd = _names(look, "/var/lib/etcd")
    server = re.search(r"^\s*server:\s*https://(\S+)", conf, re.MULTILINE)
    advertised = _ADVERTISED.search(look.hint(f"{FOLDER}/manifests/{SERVER}"))
    listens = _LISTENS.search(look.hint(f"{FOLDER}/manifests/{ETCD}"))
    return Kubernetes(
        kubelet_conf=bool(conf),
        admin_conf=look.exists(f"{FOLDER}/admin.conf"),
        client_certificate=look.exists(f"{KUBELET}/pki/kubelet-client-current.pem"),
        ca=look.exists(f"{FOLDER}/pki/ca.crt"),
        manifests=_names(look, f"{FOLDER}/manifests"),
        etcd_data="member" in etcd,
        etcd_folder=bool(etcd),
        kubelet_state=look.exists(f"{KUBELET}/config.yaml"),
        kubelet_healthy=_kubelet_healthy(look),
        server=server[1] if server else "",
        cni_files=_names(look, "/etc/cni/net.d"),
        advertised=advertised[1] if advertised else "",
        etcd_addresses=tuple(re.findall(r"//([\d.]+):", listens[1])) if listens else (),
    )
