"""The readers of what kubeadm says, and has left, understand what the real tools print."""

from __future__ import annotations

import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host.facts import (
    kubeadm_preflight,
    kubernetes,
    proxy,
)
from tui_installer.host.gather import read
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Files, Kubernetes, Network, NotRead, Past, Services
from tui_installer.steps.kubeadm_init import STEP

PREFLIGHTS = [
    ("preflight-ok-no-warnings", [], []),
    (
        "preflight-br-netfilter-not-loaded",
        ["FileContent--proc-sys-net-bridge-bridge-nf-call-iptables"],
        [],
    ),
    ("preflight-etc-kubernetes-leftovers", ["DirAvailable--var-lib-etcd"], []),
    (
        "preflight-init-fresh-packaged-config",
        [
            "CRI",
            "FileContent--proc-sys-net-bridge-bridge-nf-call-iptables",
            "FileContent--proc-sys-net-ipv4-ip_forward",
        ],
        ["Firewalld", "Service-Kubelet"],
    ),
    ("preflight-kubelet-missing", ["KubeletVersion"], []),
    ("preflight-kubelet-older", ["KubeletVersion"], []),
    ("preflight-mem", ["Mem"], []),
    ("preflight-systemverification-cgroups", ["SystemVerification"], []),
    (
        "preflight-init-again-all-leftovers",
        [
            "Port-6443",
            "Port-10259",
            "Port-10257",
            "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
            "FileAvailable--etc-kubernetes-manifests-kube-controller-manager.yaml",
            "FileAvailable--etc-kubernetes-manifests-kube-scheduler.yaml",
            "FileAvailable--etc-kubernetes-manifests-etcd.yaml",
            "Port-10250",
            "Port-2379",
            "Port-2380",
            "DirAvailable--var-lib-etcd",
        ],
        ["Hostname", "Hostname"],
    ),
    (
        "preflight-many-faults",
        [
            "NumCPU",
            "FileAvailable--etc-kubernetes-manifests-kube-apiserver.yaml",
            "FileContent--proc-sys-net-ipv4-ip_forward",
            "FileExisting-crictl",
            "FileExisting-conntrack",
            "DirAvailable--var-lib-etcd",
        ],
        [
            "Firewalld",
            "HTTPProxy",
            "HTTPProxyCIDR",
            "HTTPProxyCIDR",
            "Swap",
            "FileExisting-ebtables",
            "FileExisting-socat",
            "FileExisting-tc",
            "Service-Kubelet",
        ],
    ),
]


@pytest.mark.parametrize(
    ("name", "errors", "warnings"), PREFLIGHTS, ids=[row[0] for row in PREFLIGHTS]
)
def test_kubeadm_preflight(name: str, errors: list[str], warnings: list[str]) -> None:
    found = kubeadm_preflight.parse(capture(name))
    assert [name for name, _ in found.errors] == errors
    assert [name for name, _ in found.warnings][: len(warnings)] == warnings


def test_an_error_of_kubeadm_without_a_name_is_still_an_error() -> None:
    found = kubeadm_preflight.parse(capture("preflight-many-faults-ignored-all"), failed=True)
    assert len(found.errors) == 1
    assert "crictl is required by the container runtime" in found.errors[0][1]
    assert kubeadm_preflight.parse("", failed=True).errors


def test_kubeadm_is_asked_only_on_a_control_plane_that_is_none_yet() -> None:
    there = {"/usr/bin/kubeadm": "", "/etc/kubernetes/kubelet.conf": "x"}
    assert not kubeadm_preflight.read(Recorded()).asked
    assert not kubeadm_preflight.read(Recorded(answers=Answers())).asked
    assert not kubeadm_preflight.read(Recorded(answers=Answers(), files=there)).asked


def test_kubeadm_is_asked_with_a_file_and_pulls_nothing() -> None:
    said = Output(0, "", capture("preflight-init-fresh-packaged-config"))
    look = Recorded(
        answers=Answers(),
        files={"/usr/bin/kubeadm": ""},
        says={"kubeadm init phase preflight --config": said},
    )
    found = kubeadm_preflight.read(look)
    assert found.asked
    assert found.errors[0][0] == "CRI"


def test_a_dead_resolver_hides_no_error_of_kubeadm(monkeypatch: pytest.MonkeyPatch) -> None:
    err = (
        '\t[WARNING Hostname]: hostname "master01": lookup master01: i/o timeout\n'
        "error execution phase preflight: [preflight] Some fatal errors occurred:\n"
        "\t[ERROR Port-10250]: Port 10250 is in use\n"
    )
    look = Recorded(answers=Answers(), files={"/usr/bin/kubeadm": ""})
    given: list[float] = []

    def output(_look: object, *_argv: str, timeout: float = 0) -> Output:
        given.append(timeout)
        return Output(1, "", err)

    monkeypatch.setattr(Recorded, "output", output)
    monkeypatch.setattr(kubeadm_preflight, "read_network", lambda _look: Network())
    found = kubeadm_preflight.read(look)
    assert found.errors == (("Port-10250", "Port 10250 is in use"),)
    assert given[0] >= 60, "it takes its time over each name"


KUBELET = (
    "  sl  local_address rem_address   st\n   0: 0100007F:2808 00000000:0000 0A 00000000:00000000"
)


@pytest.mark.parametrize(
    "path",
    [
        f"{kubernetes.FOLDER}/kubelet.conf",
        f"{kubernetes.FOLDER}/manifests",
        f"{kubernetes.KUBELET}/config.yaml",
        "/var/lib/etcd",
    ],
)
def test_a_disk_that_cannot_be_read_holds_no_missing_node(path: str) -> None:
    found = read((Kubernetes,), Recorded(damaged=frozenset({path})))
    assert str(found.unread[Kubernetes].text) == f"{path} cannot be read: Input/output error"
    with pytest.raises(NotRead):
        STEP.changes(Answers(), found.having(Services(), Past(), Files()))


def test_what_is_there_of_a_cluster() -> None:
    conf = "clusters:\n- cluster:\n    server: https://10.0.0.5:6443\n"
    files = {
        "/etc/kubernetes/kubelet.conf": conf,
        "/etc/kubernetes/admin.conf": conf,
        "/proc/net/tcp": KUBELET,
    }
    names = "configmap/kubeadm-config\ndeployment.apps/coredns\n"
    server = f"{kubernetes.FOLDER}/manifests/{kubernetes.SERVER}"
    files |= {server: "", f"{kubernetes.FOLDER}/manifests/.kube-apiserver.yaml.swp": ""}
    files |= {"/var/lib/etcd/member": ""}
    found = kubernetes.read(Recorded(files=files, says={"kubectl": Output(0, names)}))
    assert found.manifests == (kubernetes.SERVER,)
    assert found.server == "10.0.0.5:6443"
    assert found.kubelet_healthy
    assert found.api_answers, "whether its etcd is here or elsewhere"
    assert found.etcd_data
    assert found.objects == {"configmap/kubeadm-config", "deployment.apps/coredns"}
    starting = 'error: the server doesn\'t have a resource type "deployment"'
    for silent in (
        Output(1, "", "The connection was refused"),
        Output(1, "", starting),
        Output(TIMED_OUT),
    ):
        with pytest.raises(NotRead) as down:
            kubernetes.read(Recorded(files=files, says={"kubectl": silent}))
        assert down.value.rest.server == "10.0.0.5:6443", (
            "what its files tell is known all the same"
        )
        assert down.value.fields == ("api_answers", "objects")
        assert not down.value.unread.lasting
    with pytest.raises(NotRead) as forbidden:
        kubernetes.read(Recorded(files=files, says={"kubectl": Output(1, "", "(Forbidden)")}))
    assert forbidden.value.unread.lasting, "it runs, and never says what it holds"
    disk = kubernetes.read(Recorded(files={"/var/lib/etcd/lost+found": ""}))
    assert (disk.etcd_data, disk.etcd_folder, disk.member) == (False, True, False)
    none = kubernetes.read(Recorded(files={p: t for p, t in files.items() if p != server}))
    assert not none.api_answers, "no API server is to run here: nobody is asked"
    assert not kubernetes.read(Recorded()).kubelet_healthy


@pytest.mark.parametrize(
    ("config", "mode"),
    [
        ("mode: ipvs\nkind: KubeProxyConfiguration\n", "ipvs"),
        ('kind: KubeProxyConfiguration\nmode: ""\n', "iptables"),
        ("conntrack:\n  min: 0\nmode: iptables\n", "iptables"),
        ("", ""),
    ],
)
def test_the_mode_that_the_cluster_gives_kube_proxy(config: str, mode: str) -> None:
    assert proxy.wanted({"data": {"config.conf": config}}) == mode
    assert proxy.wanted(None) == ""
