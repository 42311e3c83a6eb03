"""The words that the screens use without an explanation each time."""

from __future__ import annotations

from tui_installer.model.text import T

WORDS = (
    (
        T("cluster"),
        T(
            "servers that work together under Kubernetes; one control plane, and any number of workers"
        ),
    ),
    (T("node"), T("one server of a cluster")),
    (
        T("control plane"),
        T(
            "the node that decides: API server, etcd (the cluster's data), scheduler and controller manager run there"
        ),
    ),
    (T("worker"), T("a node that runs your pods")),
    (
        T("pod"),
        T(
            "the smallest thing that Kubernetes starts: one or more containers that share one address"
        ),
    ),
    (T("taint"), T("a mark on a node: pods that do not tolerate it are not placed there")),
    (
        T("container"),
        T(
            "a program with a file system and a network of its own, apart from the rest of the machine"
        ),
    ),
    (
        T("image"),
        T(
            "the packed file system from which a container is started; it is fetched from a registry"
        ),
    ),
    (T("Service"), T("one lasting name and address in front of pods that come and go")),
    (T("kubelet"), T("the program on every node that starts its pods and looks after them")),
    (T("kubeadm"), T("the program that makes a cluster, and joins servers to it")),
    (T("kubectl"), T("the program with which people give orders to a cluster")),
    (T("kube-proxy"), T("leads packets for a Service to its pods, on every node")),
    (
        T("pod network"),
        T("the addresses of all pods, and the program that carries their packets between nodes"),
    ),
    (T("CNI"), T("the way in which containerd asks that program for a pod's address")),
    (T("Calico"), T("the pod network that this program installs")),
    (T("BGP"), T("how routers, and Calico's nodes, tell each other which addresses they have")),
    (
        T("IPIP, VXLAN"),
        T("two ways to wrap a pod's packet in one between nodes: IP protocol 4, or UDP port 4789"),
    ),
    (T("CoreDNS"), T("the cluster's name server; it knows the address of every Service")),
    (T("proof"), T("traffic that was really sent through the new node, and answered")),
    (T("drift"), T("what on a node is no longer as its answers want it")),
    (T("containerd"), T("the program that runs containers; the kubelet orders, containerd does")),
    (T("CRI"), T("the way in which the kubelet speaks to containerd; crictl speaks it too")),
    (T("pause image"), T("the tiny image with which every pod begins; it holds the pod's network")),
    (
        T("join command"),
        T("address, token and CA pin of a cluster, in one line; a new server needs it"),
    ),
    (T("join token"), T("a secret that lets a new server in; it is valid for 24 hours")),
    (
        T("CA pin"),
        T("the fingerprint of the cluster's certificate; proves that it is your cluster"),
    ),
    (
        T("mirror, source"),
        T(
            "a server that holds copies of packages or images; the one that was chosen is the source"
        ),
    ),
    (T("answers file"), T("everything that the pages ask, in one file; without secrets")),
    (T("preflight"), T("the checks before anything is changed")),
    (T("planned"), T("found wrong; a named step of this run puts it right")),
    (T("STALLED"), T("a download that gets no new byte, with the seconds since the last one")),
)
