"""Help for what a new cluster is asked; most of it cannot be changed later."""

from __future__ import annotations

from tui_installer.help.record import Help
from tui_installer.model.text import T

SUBNETS = "kubectl -n kube-system get configmap kubeadm-config -o yaml"
KUBEADM = "/etc/tui-installer/kubeadm-config.yaml"

CLUSTER = {
    "cluster.kubernetes": Help(
        title=T("Kubernetes version"),
        what=T("The version of Kubernetes that this server gets, packages and images alike."),
        allowed=T(
            "A version that this program knows: to each belong exact packages, images and a containerd."
        ),
        why=T(
            "A worker's kubelet must not be newer than the control plane. 1.25 still runs on the kernel and the cgroups of CentOS 7."
        ),
        look="kubelet --version",
        kept=KUBEADM,
        step="packages",
    ),
    "cluster.pod_subnet": Help(
        title=T("Pod network"),
        what=T(
            "The network from which every pod gets its address, on all nodes. It exists only inside the cluster."
        ),
        allowed=T(
            "An IPv4 network of /8 to /24, written by its first address: 10.244.0.0/16. It must not overlap with the Service network or with a network that these servers use."
        ),
        why=T(
            "If it overlaps with your own network, pods get addresses of your servers, and the servers lose each other. It cannot be changed later."
        ),
        look=SUBNETS,
        kept=KUBEADM,
        step="kubeadm_init",
    ),
    "cluster.service_subnet": Help(
        title=T("Service network"),
        what=T(
            "The network from which Services get their addresses. A Service is one lasting address in front of pods that come and go."
        ),
        allowed=T(
            "An IPv4 network of /12 to /24, written by its first address: 10.96.0.0/12. It must not overlap with the pod network or with a network that these servers use."
        ),
        why=T(
            "No card has these addresses: every node turns them into addresses of pods. A real network in this range can no longer be reached. It cannot be changed later."
        ),
        look=SUBNETS,
        kept=KUBEADM,
        step="kubeadm_init",
    ),
    "cluster.endpoint": Help(
        title=T("Endpoint name"),
        what=T(
            "A name for the control plane that stays the same when servers behind it change. Empty: the nodes use the address of this server."
        ),
        allowed=T(
            'Empty, or host:port, like "cluster-endpoint:6443". Every node must be able to look the name up, in DNS or in its /etc/hosts.'
        ),
        why=T(
            "A second control plane can join later only if the cluster was made with an endpoint name. Empty is simpler: the join command then works on a new server as it is."
        ),
        look="kubectl cluster-info",
        kept=KUBEADM + ", /etc/hosts",
        step="hostname",
    ),
    "cluster.proxy_mode": Help(
        title=T("kube-proxy"),
        what=T(
            "How kube-proxy leads the packets for a Service to its pods, on every node: with the kernel's load balancer (ipvs) or with packet rules (iptables)."
        ),
        allowed=T("ipvs, if the kernel has the modules of ip_vs; iptables works everywhere."),
        why=T(
            "ipvs stays fast with thousands of Services. On kernels before 4.1, CentOS's own too, it may lose a few new connections while pods are replaced. Both are right for a small cluster."
        ),
        look="ipvsadm -Ln",
        kept=KUBEADM,
        step="kernel",
    ),
    "cluster.network": Help(
        title=T("Pod network plugin"),
        what=T(
            "The program that connects the pods of all nodes, such as Calico. This version installs none: you install one after the control plane is up."
        ),
        allowed=T("none"),
        why=T('Until a plugin is there, nodes stay "NotReady" and CoreDNS waits. This is normal.'),
        look="ls /etc/cni/net.d",
        kept="/etc/cni/net.d",
    ),
}
