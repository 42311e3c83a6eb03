"""What breaks a node of the lab, what puts it right, and what `explain` must say of it meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

CONFIG = "/etc/containerd/config.toml"
PACKAGED = "cp /root/config.toml /etc/containerd/config.toml; systemctl restart containerd"


@dataclass(frozen=True)
class Fault:
    """What breaks a node, what puts it right, and the cause that must come first; `code` of `explain` meanwhile."""

    cause: str
    breaks: str
    cure: str
    code: int = 1


QUICK = (
    Fault("containerd_down", "systemctl stop containerd", "systemctl start containerd"),
    Fault(
        "containerd_config_toml",
        f"cp {CONFIG} /root; echo '[plugins' >>{CONFIG}; systemctl restart containerd || :",
        PACKAGED,
    ),
    Fault(
        "kubelet_flag_unknown",
        "echo KUBELET_EXTRA_ARGS=--network-plugin=cni >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "echo KUBELET_EXTRA_ARGS= >/etc/sysconfig/kubelet; systemctl restart kubelet",
    ),
    Fault(
        "node_cordoned",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf cordon master01",
        "kubectl --kubeconfig /etc/kubernetes/admin.conf uncordon master01",
        code=0,
    ),
)
SLOW = (
    Fault(
        "cgroup_drivers_differ",
        f"cp {CONFIG} /root; sed -i 's/SystemdCgroup = true/SystemdCgroup = false/' {CONFIG}; systemctl restart containerd",
        PACKAGED,
    ),
    Fault(
        "cri_off_in_force",
        f"cp {CONFIG} /root; sed -i 's/^disabled_plugins = .*/disabled_plugins = [\"io.containerd.grpc.v1.cri\"]/' {CONFIG}; systemctl restart containerd",
        PACKAGED,
    ),
    Fault(
        "unit_masked",
        "systemctl stop kubelet; systemctl mask kubelet --runtime",
        "systemctl unmask kubelet --runtime; systemctl start kubelet",
    ),
    Fault("unit_disabled", "systemctl disable kubelet", "systemctl enable kubelet", code=0),
    Fault(
        "sandbox_image",
        f"cp {CONFIG} /root; sed -i 's#sandbox_image = .*#sandbox_image = \"gone.mirror.lab/pause:3.8\"#' {CONFIG}; systemctl restart containerd;"
        " kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system delete pod -l k8s-app=kube-dns --wait=false",
        PACKAGED,
    ),
    Fault(
        "ip_forward_off",
        "sysctl -w net.ipv4.ip_forward=0",
        "sysctl -w net.ipv4.ip_forward=1",
    ),
    Fault(
        "file_system_mounted_read_only",
        "mount --bind /var/lib/etcd /var/lib/etcd; mount -o remount,ro,bind /var/lib/etcd; crictl ps -q --name etcd | xargs crictl stop",
        "umount /var/lib/etcd; systemctl restart kubelet",
    ),
    Fault(
        "node_address_missing",
        "echo KUBELET_EXTRA_ARGS=--node-ip=192.0.2.9 >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "echo KUBELET_EXTRA_ARGS= >/etc/sysconfig/kubelet; systemctl restart kubelet",
    ),
)

UNIT = "/etc/systemd/system/{}.service.d/99-lab.conf"
MANIFESTS = "/etc/kubernetes/manifests"
KUBECTL = "kubectl --kubeconfig /etc/kubernetes/admin.conf -n kube-system"
DNS_ANEW = f"{KUBECTL} delete pod -l k8s-app=kube-dns --wait=false"
ETCD_ENDS = "crictl ps -q --name etcd | xargs crictl stop"


def _by_id(name: str) -> Fault:
    return next(fault for fault in (*QUICK, *SLOW) if fault.cause == name)


def _also(name: str, breaks: str, cure: str = ":") -> Fault:
    """One of the faults above, and others with it: it must still come first."""
    fault = _by_id(name)
    return Fault(name, f"{fault.breaks}; {breaks}", f"{fault.cure}; {cure}", fault.code)


# Two or three faults at once. The first explains what the others show, or what they show matters less.
TOGETHER = {
    "containerd_config_toml-kubelet_down": _also(
        "containerd_config_toml", "systemctl stop kubelet", "systemctl start kubelet"
    ),
    "kubelet_masked-etcd_gone": Fault(
        "unit_masked",
        f"systemctl stop kubelet; systemctl mask kubelet --runtime; {ETCD_ENDS}",
        _by_id("unit_masked").cure,
    ),
    "containerd_masked-kubelet_down": Fault(
        "unit_masked",
        "systemctl stop containerd kubelet; systemctl mask containerd --runtime",
        "systemctl unmask containerd --runtime; systemctl start containerd kubelet",
    ),
    "cgroup_drivers_differ-unit_disabled-pods": _also(
        "cgroup_drivers_differ",
        f"systemctl disable kubelet; {DNS_ANEW}",
        "systemctl enable kubelet",
    ),
    "sandbox_image-unit_disabled": _also(
        "sandbox_image", "systemctl disable containerd", "systemctl enable containerd"
    ),
    "cri_off_in_force-kubelet_ends": _also("cri_off_in_force", "systemctl restart kubelet"),
    "kubelet_flag_unknown-unit_disabled": _also(
        "kubelet_flag_unknown", "systemctl disable kubelet", "systemctl enable kubelet"
    ),
    "ip_forward_off-node_cordoned": _also(
        "ip_forward_off", _by_id("node_cordoned").breaks, _by_id("node_cordoned").cure
    ),
    "etcd_read_only-unit_disabled": _also(
        "file_system_mounted_read_only",
        "systemctl disable containerd",
        "systemctl enable containerd",
    ),
    "node_address_missing-node_cordoned": _also(
        "node_address_missing", _by_id("node_cordoned").breaks, _by_id("node_cordoned").cure
    ),
    "cni_program_missing-pods-unit_disabled": Fault(
        "cni_program_missing",
        f"mv /opt/cni/bin/calico /root; systemctl disable kubelet; {DNS_ANEW}",
        "mv /root/calico /opt/cni/bin; systemctl enable kubelet",
    ),
    "kubelet_config_broken-containerd_down": Fault(
        "kubelet_config_broken",
        "cp /var/lib/kubelet/config.yaml /root; printf '\\tx\\n' >>/var/lib/kubelet/config.yaml;"
        " systemctl restart kubelet; systemctl disable containerd",
        "cp /root/config.yaml /var/lib/kubelet; systemctl restart kubelet; systemctl enable containerd",
    ),
}


@dataclass(frozen=True)
class Strange:
    """A fault that no entry of ours knows; `word` is in the lines that a person would want to see."""

    id: str
    breaks: str
    cure: str
    word: str


def _flag_of_static_pod(name: str) -> Strange:
    path = f"{MANIFESTS}/{name}.yaml"
    return Strange(
        f"{name}-flag",
        f"cp {path} /root; sed 's/^    - {name}$/&\\n    - --no-such-flag=1/' /root/{name}.yaml >{path}",
        f"cp /root/{name}.yaml {MANIFESTS}",
        "no-such-flag",
    )


def _program_of_unit(unit: str) -> Strange:
    path = UNIT.format(unit)
    return Strange(
        f"{unit}-program",
        f"mkdir -p {path.rpartition('/')[0]}; printf '[Service]\\nExecStart=\\nExecStart=/usr/bin/no-such-program\\n' >{path};"
        f" systemctl daemon-reload; systemctl restart {unit} || :",
        f"rm {path}; systemctl daemon-reload; systemctl reset-failed {unit} || :; systemctl restart {unit}",
        "no-such-program",
    )


def _config_map(id: str, name: str, edit: str, restarted: str, word: str) -> Strange:
    """An object of settings is edited, and what reads it is made anew."""
    kept = f"/root/{name}.yaml"
    return Strange(
        id,
        f"{KUBECTL} get configmap {name} -o yaml | grep -v -e resourceVersion: -e uid: >{kept};"
        f" sed '{edit}' {kept} | {KUBECTL} replace -f -; {KUBECTL} rollout restart {restarted}",
        f"{KUBECTL} replace -f {kept}; {KUBECTL} rollout restart {restarted}",
        word,
    )


STRANGE = (
    _flag_of_static_pod("kube-apiserver"),
    Strange(
        "etcd_certificate-gone",
        f"mv /etc/kubernetes/pki/etcd/server.crt /root; {ETCD_ENDS}",
        "mv /root/server.crt /etc/kubernetes/pki/etcd; systemctl restart kubelet",
        "server.crt",
    ),
    _flag_of_static_pod("kube-scheduler"),
    _flag_of_static_pod("kube-controller-manager"),
    _config_map(
        "corefile",
        "coredns",
        "s/^\\( *\\)ready$/\\1no-such-plugin/",
        "deployment/coredns",
        "no-such-plugin",
    ),
    _config_map(
        "kube_proxy-mode",
        "kube-proxy",
        "s/^\\( *\\)mode: .*$/\\1mode: no-such-mode/",
        "daemonset/kube-proxy",
        "no-such-mode",
    ),
    Strange(
        "kubelet-feature_gate",
        "echo KUBELET_EXTRA_ARGS=--feature-gates=NoSuchGate=true >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "echo KUBELET_EXTRA_ARGS= >/etc/sysconfig/kubelet; systemctl restart kubelet",
        "NoSuchGate",
    ),
    _program_of_unit("kubelet"),
    _program_of_unit("containerd"),
    Strange(
        "api_certificate-gone",
        "mv /etc/kubernetes/pki/apiserver.crt /root; crictl ps -q --name kube-apiserver | xargs crictl stop",
        "mv /root/apiserver.crt /etc/kubernetes/pki; systemctl restart kubelet",
        "apiserver.crt",
    ),
    Strange(
        "runc-gone",
        f"mv /usr/bin/runc /root; {DNS_ANEW}",
        "mv /root/runc /usr/bin",
        "runc",
    ),
    Strange(
        "calico_controllers-name",
        f"{KUBECTL} set env deployment/calico-kube-controllers ENABLED_CONTROLLERS=no-such-controller",
        f"{KUBECTL} set env deployment/calico-kube-controllers ENABLED_CONTROLLERS=node",
        "no-such-controller",
    ),
)
