"""Patterns of the keys in etcd of an unused cluster: those of kubeadm 1.25, its controllers, Calico and a proof.

Each kind has one row of patterns for the part after /registry/KIND/. An object that matches no row was made
by somebody else. Objects that hold nobody's data (an event, a lease of this cluster's own programs) match
under every name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from tui_installer.render.proof import NAMESPACE as PROOF_NAMESPACE

_SYSTEM = "kube-system"
_SPACES = rf"(default|kube-system|kube-public|kube-node-lease|{PROOF_NAMESPACE})"
# Every object in the namespace of our proof belongs to it.
_PROOF = rf"{PROOF_NAMESPACE}/.+"
_STATIC = r"(etcd|kube-apiserver|kube-controller-manager|kube-scheduler)-[^/]+"
_NODE_PODS = r"(kube-proxy|calico-node)-[a-z0-9]+"
_PODS = r"(coredns|calico-kube-controllers)-[a-z0-9]+-[a-z0-9]+"
_CALICO = r"calico-node|calico-kube-controllers"
_LEVELS = (
    r"(catch-all|exempt|global-default|leader-election|workload-leader-election|node-high|probes|system"
    r"|service-accounts|endpoint-controller|workload-high|workload-low|kube-controller-manager|kube-scheduler"
    r"|kube-system-service-accounts|system-leader-election|system-node-high|system-nodes)"
)
# Each controller has an account of its own; the list is explicit, because others use the same style of name.
_CONTROLLERS = (
    r"(attachdetach|certificate|clusterrole-aggregation|cronjob|daemon-set|deployment|disruption|endpoint"
    r"|endpointslice|endpointslicemirroring|ephemeral-volume|expand|job|namespace|node|pv-protection|pvc-protection"
    r"|replicaset|replication|resourcequota|service-account|service|statefulset|ttl-after-finished|ttl)-controller"
)
_OTHERS = (
    r"(generic-garbage-collector|horizontal-pod-autoscaler|persistent-volume-binder|pod-garbage-collector"
    r"|root-ca-cert-publisher)"
)
_ACCOUNTS = (
    rf"{_SPACES}/default",
    rf"{_SYSTEM}/({_CONTROLLERS}|{_OTHERS})",
    rf"{_SYSTEM}/(bootstrap-signer|coredns|kube-proxy|token-cleaner|{_CALICO})",
)
# Roles that have a binding of the same name; then roles without one.
_BOUND = (
    rf"cluster-admin|{_CALICO}|kubeadm:get-nodes",
    r"system:(basic-user|coredns|discovery|kube-controller-manager|kube-dns|kube-scheduler|monitoring|node"
    r"|node-proxier|public-info-viewer|service-account-issuer-discovery|volume-scheduler)",
    rf"system:controller:({_CONTROLLERS}|route-controller|{_OTHERS})",
)
_UNBOUND = (
    r"admin|edit|view|system:aggregate-to-(admin|edit|view)",
    r"system:(auth-delegator|heapster|kube-aggregator|kubelet-api-admin|node-bootstrapper|node-problem-detector"
    r"|persistent-volume-provisioner)",
    r"system:certificates\.k8s\.io:(certificatesigningrequests:(selfnodeclient|nodeclient)"
    r"|kube-apiserver-client-approver|kube-apiserver-client-kubelet-approver|kubelet-serving-approver"
    r"|legacy-unknown-approver)",
)
_SPACED = (
    rf"{_SYSTEM}/(kube-proxy|kubeadm:kubelet-config|kubeadm:nodes-kubeadm-config)",
    rf"{_SYSTEM}/system::leader-locking-(kube-controller-manager|kube-scheduler)",
    rf"{_SYSTEM}/system:controller:(bootstrap-signer|cloud-provider|token-cleaner)",
    r"kube-public/(kubeadm:bootstrap-signer-clusterinfo|system:controller:bootstrap-signer)",
)
_APIS = (
    r"v1\.|v[0-9a-z]+\.(apps|autoscaling|batch|policy|crd\.projectcalico\.org)",
    r"v[0-9a-z]+\.(admissionregistration|apiextensions|authentication|authorization|certificates|coordination"
    r"|discovery|events|flowcontrol\.apiserver|networking|node|rbac\.authorization|scheduling|storage)\.k8s\.io",
)
_KINDS: Mapping[str, tuple[str, ...]] = {
    "apiregistration.k8s.io/apiservices": _APIS,
    "apiextensions.k8s.io/customresourcedefinitions": (r"[a-z]+\.crd\.projectcalico\.org",),
    "certificatesigningrequests": (r"csr-[a-z0-9]+",),
    "clusterroles": (*_BOUND, *_UNBOUND),
    "clusterrolebindings": (
        *_BOUND,
        r"kubeadm:(kubelet-bootstrap|node-autoapprove-bootstrap|node-autoapprove-certificate-rotation|node-proxier)",
    ),
    "configmaps": (
        rf"{_SPACES}/kube-root-ca\.crt",
        rf"{_SYSTEM}/(coredns|extension-apiserver-authentication|kube-proxy|calico-config)",
        rf"{_SYSTEM}/(kubeadm-config|kubelet-config)",
        r"kube-public/cluster-info",
        _PROOF,
    ),
    "controllerrevisions": (rf"{_SYSTEM}/{_NODE_PODS}",),
    "csinodes": (r"[^/]+",),
    "daemonsets": (rf"{_SYSTEM}/(kube-proxy|calico-node)",),
    "deployments": (rf"{_SYSTEM}/(coredns|calico-kube-controllers)",),
    "endpointslices": (r"default/kubernetes", rf"{_SYSTEM}/kube-dns-[a-z0-9]+", _PROOF),
    "events": (r".+",),
    "flowschemas": (_LEVELS,),
    "leases": (
        r"kube-node-lease/[^/]+",
        rf"{_SYSTEM}/(kube-controller-manager|kube-scheduler|kube-apiserver-[^/]+)",
    ),
    "masterleases": (r"[0-9a-f.:]+",),
    "minions": (r"[^/]+",),
    "namespaces": (_SPACES,),
    "poddisruptionbudgets": (rf"{_SYSTEM}/calico-kube-controllers",),
    "pods": (rf"{_SYSTEM}/({_STATIC}|{_NODE_PODS}|{_PODS})", _PROOF),
    "priorityclasses": (r"system-(cluster|node)-critical",),
    "prioritylevelconfigurations": (_LEVELS,),
    "ranges": (r"(serviceips|servicenodeports)",),
    "replicasets": (rf"{_SYSTEM}/(coredns|calico-kube-controllers)-[a-z0-9]+",),
    "rolebindings": (*_SPACED, rf"{_SYSTEM}/system::extension-apiserver-authentication-reader"),
    "roles": (*_SPACED, rf"{_SYSTEM}/extension-apiserver-authentication-reader"),
    "secrets": (rf"{_SYSTEM}/bootstrap-token-[a-z0-9]+",),
    "serviceaccounts": _ACCOUNTS,
    "services/endpoints": (r"default/kubernetes", rf"{_SYSTEM}/kube-dns", _PROOF),
    "services/specs": (r"default/kubernetes", rf"{_SYSTEM}/kube-dns", _PROOF),
    "crd.projectcalico.org/blockaffinities": (r".+",),
    "crd.projectcalico.org/clusterinformations": (r"default",),
    "crd.projectcalico.org/felixconfigurations": (r"default",),
    "crd.projectcalico.org/ipamblocks": (r".+",),
    "crd.projectcalico.org/ipamconfigs": (r"default",),
    "crd.projectcalico.org/ipamhandles": (r".+",),
    "crd.projectcalico.org/ippools": (r"default-ipv4-ippool",),
    "crd.projectcalico.org/kubecontrollersconfigurations": (r"default",),
}
_KNOWN = re.compile(
    "|".join(f"/registry/{re.escape(kind)}/({'|'.join(names)})" for kind, names in _KINDS.items())
)
_ELSE = frozenset({"compact_rev_key"})
_NODES = "/registry/minions/"
_STATIC_POD = re.compile(rf"/registry/pods/{_SYSTEM}/{_STATIC}")
# Entries that the kubelet itself creates in its folder.
KUBELET_OWN = frozenset(
    {
        *("config.yaml", "kubeadm-flags.env", "pki", "pods", "plugins", "plugins_registry"),
        *("pod-resources", "device-plugins", "cpu_manager_state", "memory_manager_state"),
        *(".kubelet-keep", "checkpoints"),
    }
)
# NAMESPACE_NAME, which /var/log/pods puts before each pod's id.
_SYSTEM_POD = re.compile(rf"{_SYSTEM}_({_STATIC}|{_NODE_PODS}|{_PODS})|{PROOF_NAMESPACE}_[^/]+")


def foreign(keys: Collection[str]) -> frozenset[str]:
    """Returns the keys that somebody else's work has left; with several nodes, the nodes' keys too."""
    foreign_keys = {key for key in keys if key not in _ELSE and not _KNOWN.fullmatch(key)}
    nodes = {key for key in keys if key.startswith(_NODES)}
    named = tuple(f"-{key.removeprefix(_NODES)}" for key in nodes)
    # The kubelet names a static pod after its node; a pod like etcd-backup is none.
    foreign_keys |= {key for key in keys if _STATIC_POD.fullmatch(key) and not key.endswith(named)}
    return frozenset(foreign_keys | nodes) if len(nodes) > 1 else frozenset(foreign_keys)


def of_the_system(pod: str) -> bool:
    """Tells whether NAMESPACE_NAME is a system pod of such a cluster."""
    return _SYSTEM_POD.fullmatch(pod) is not None
