"""Questions about a new cluster; most of the answers cannot be changed later."""

from __future__ import annotations

from dataclasses import dataclass

from tui_installer.model.fields import endpoint, flag, manifest, one_of, subnet, version
from tui_installer.model.help import Help
from tui_installer.model.question import question
from tui_installer.model.text import T

SUBNETS = "kubectl -n kube-system get configmap kubeadm-config -o yaml"
KUBEADM = "/etc/tui-installer/kubeadm-config.yaml"
MANIFEST = "/etc/tui-installer/calico.yaml"


@dataclass(frozen=True)
class Cluster:
    """The cluster as kubeadm makes it; a worker takes all but the version from the cluster."""

    kubernetes: str = question(
        "1.25.0",
        version(),
        Help(
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
        values='`"1.25.0"`',
    )
    pod_subnet: str = question(
        "10.244.0.0/16",
        subnet(T('an IPv4 network of /8 to /24, like "10.244.0.0/16"'), 8, 24),
        Help(
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
        values="an IPv4 network, /8 to /24",
    )
    service_subnet: str = question(
        "10.96.0.0/12",
        subnet(T('an IPv4 network of /12 to /24, like "10.96.0.0/12"'), 12, 24),
        Help(
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
        values="an IPv4 network, /12 to /24",
    )
    endpoint: str = question(
        "",
        endpoint(),
        Help(
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
        values='`"host:port"` in front of the control planes; a host name is added to /etc/hosts',
        left_out='`""`: this node\'s address',
    )
    proxy_mode: str = question(
        "ipvs",
        one_of("ipvs", "iptables"),
        Help(
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
        left_out="`ipvs` if the kernel has it",
    )
    # Ordinary pods may run on this control plane. None: it stays as it is; kubeadm taints a new one against them.
    pods_on_control_plane: bool | None = question(
        None,
        flag(),
        Help(
            title=T("Ordinary pods"),
            what=T(
                "Whether pods of users may run on this control plane too. kubeadm taints it, so that they wait for a worker."
            ),
            allowed=T(
                "Also here, or only on workers. Left out, a node stays as it is. Other taints are kept, and no pod is evicted."
            ),
            why=T(
                "With a single server it must be on, or your first pod stays Pending. With workers it is better off: a pod that eats all memory would take the API server with it."
            ),
            look="kubectl describe nodes | grep Taints",
            kept="",
            step="ordinary_pods",
        ),
        values=": ordinary pods also run on this control plane, or no more are placed there (those that run stay); a worker's answers are refused with it",
        left_out="as it is, whatever the last run had; a new control plane is tainted by kubeadm",
    )
    network: str = question(
        "calico",
        one_of("calico", "none"),
        Help(
            title=T("Network plugin"),
            what=T(
                "The program that gives every pod an address and carries its packets to the other nodes. The run installs Calico, and proves with traffic that it works."
            ),
            allowed=T("calico; or none, if you want to install another one yourself."),
            why=T(
                'Without one, nodes stay "NotReady", CoreDNS waits and no ordinary pod starts. Two of them at once look well and lose packets.'
            ),
            look="kubectl -n kube-system get pods -o wide",
            kept=MANIFEST,
            step="calico",
        ),
    )
    calico_mode: str = question(
        "ipip",
        one_of("ipip", "ipip-cross-subnet", "vxlan", "bgp"),
        Help(
            title=T("Calico mode"),
            what=T(
                "How packets between pods of two nodes travel. IPIP and VXLAN wrap each in a packet between the nodes; BGP leaves them as they are. In all but VXLAN the nodes tell each other their pods' routes by BGP."
            ),
            allowed=T(
                "ipip; ipip-cross-subnet, which wraps only what leaves the nodes' subnet; vxlan, for networks that drop IP protocol 4; bgp, where all nodes share one layer-2 network."
            ),
            why=T(
                "Where the kernel has no ipip module Calico looks healthy and carries nothing between subnets. Then vxlan is taken. It can be changed later: apply changes it."
            ),
            look="ip route; kubectl get ippools.crd.projectcalico.org -o wide",
            kept=MANIFEST,
            step="calico",
        ),
        values="; one that this kernel cannot do is refused",
        left_out="`ipip` if the kernel has it, else `vxlan`, else `bgp`",
    )
    # A file or an https:// URL of Calico's manifest; empty: the one of this program.
    calico_manifest: str = question(
        "",
        manifest(),
        Help(
            title=T("Calico manifest"),
            what=T(
                "The list of objects that make Calico. It comes with this program; only where it is missing a file or a URL is asked for."
            ),
            allowed=T(
                "Empty, a file like /root/calico.yaml, or a URL that begins with https://. It must be the unchanged manifest of the right version: its sha256 is known."
            ),
            why=T(
                "What is in it gets every right over the cluster, and the settings of this cluster are written into it."
            ),
            look="sha256sum FILE",
            kept=MANIFEST,
            step="calico",
        ),
        values='a file like `"/root/calico.yaml"`, or a URL that begins with `https://`; its sha256 must be right',
        left_out='`""`: that of the bundle',
    )
