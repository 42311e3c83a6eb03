"""kubeadm's files, read back as YAML."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from ruamel.yaml import YAML

from tests.support.answers import ANSWERS
from tui_installer.model.answers import Answers, Cluster, Node
from tui_installer.model.join import JoinCommand
from tui_installer.model.secret import Secret
from tui_installer.render.kubeadm import init_config, join_config

REPOSITORY = "registry.aliyuncs.com/google_containers"
TOKEN = "69eg2e.ocvsmlyx9u31mvue"
HASH = "sha256:" + "8" * 64
JOIN = JoinCommand("10.0.0.5:6443", Secret(TOKEN), (HASH,))


def documents(source: str) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in YAML(typ="safe").load_all(source)}


def init(answers: Answers, **rest: Any) -> dict[str, dict[str, Any]]:
    options = {"conntrack": True, **rest}
    return documents(init_config(answers, "10.0.0.5", REPOSITORY, **options))


@given(ANSWERS)
def test_every_answer_comes_out_as_it_went_in(answers: Answers) -> None:
    """Names like `0x10`, `1e3` or `no` must come back as texts."""
    found = init(answers)
    cluster = found["ClusterConfiguration"]
    assert cluster["kubernetesVersion"] == f"v{answers.cluster.kubernetes}"
    assert cluster["imageRepository"] == REPOSITORY
    assert cluster["networking"] == {
        "podSubnet": answers.cluster.pod_subnet,
        "serviceSubnet": answers.cluster.service_subnet,
    }
    assert cluster.get("controlPlaneEndpoint", "") == answers.cluster.endpoint
    assert found["KubeProxyConfiguration"]["mode"] == answers.cluster.proxy_mode
    assert found["KubeletConfiguration"]["cgroupDriver"] == "systemd"
    first = found["InitConfiguration"]
    assert first["nodeRegistration"]["name"] == answers.node.hostname
    assert first["nodeRegistration"]["criSocket"] == "unix:///run/containerd/containerd.sock"
    assert first["nodeRegistration"]["kubeletExtraArgs"] == {"node-ip": "10.0.0.5"}
    assert first["localAPIEndpoint"] == {"advertiseAddress": "10.0.0.5", "bindPort": 6443}


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@pytest.mark.parametrize(
    "name",
    [
        "0x10",
        "1e3",
        "no",
        "on",
        "off",
        "yes",
        "null",
        "true",
        "12",
        "1.5",
        "~",
        "y",
        "n",
        "010",
        "1_0",
        "0b1",
        "k8s",
    ],
)
def test_a_name_that_looks_like_something_else(name: str, version: tuple[int, int]) -> None:
    """kubeadm reads YAML 1.1, others 1.2."""
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    text = init_config(Answers(Node(hostname=name)), "10.0.0.5", REPOSITORY, conntrack=True)
    first = next(iter(yaml.load_all(text)))
    assert first["nodeRegistration"]["name"] == name


def test_no_token_is_left_in_the_file() -> None:
    """kubeadm's printed example has one that all the world knows; without one it makes its own."""
    source = init_config(Answers(), "10.0.0.5", REPOSITORY, conntrack=True)
    assert "oken" not in source
    assert "abcdef" not in source
    assert "1.2.3.4" not in source


def test_conntrack_is_left_alone_where_it_cannot_be_set() -> None:
    assert "conntrack" not in init(Answers())["KubeProxyConfiguration"]
    proxy = init(Answers(), conntrack=False)["KubeProxyConfiguration"]
    assert proxy["conntrack"] == {"maxPerCore": 0, "min": 0}


def test_accepted_checks() -> None:
    registration = init(Answers(), accepted=("Mem", "NumCPU"))["InitConfiguration"][
        "nodeRegistration"
    ]
    assert registration["ignorePreflightErrors"] == ["Mem", "NumCPU"]
    assert "ignorePreflightErrors" not in init(Answers())["InitConfiguration"]["nodeRegistration"]


def test_a_preflight_pulls_nothing() -> None:
    registration = init(Answers(), pull=False)["InitConfiguration"]["nodeRegistration"]
    assert registration["imagePullPolicy"] == "Never"
    assert "imagePullPolicy" not in init(Answers())["InitConfiguration"]["nodeRegistration"]


def test_the_versions_are_those_of_kubeadm_1_25() -> None:
    versions = {kind: row["apiVersion"] for kind, row in init(Answers()).items()}
    assert versions == {
        "InitConfiguration": "kubeadm.k8s.io/v1beta3",
        "ClusterConfiguration": "kubeadm.k8s.io/v1beta3",
        "KubeletConfiguration": "kubelet.config.k8s.io/v1beta1",
        "KubeProxyConfiguration": "kubeproxy.config.k8s.io/v1alpha1",
    }


def test_a_join() -> None:
    answers = Answers(Node("worker", "node01", "ens33"), cluster=Cluster(endpoint="x:6443"))
    found = documents(join_config(answers, "10.0.0.33", JOIN, ("Port-10250",)))
    assert list(found) == ["JoinConfiguration"]
    join = found["JoinConfiguration"]
    assert join["apiVersion"] == "kubeadm.k8s.io/v1beta3"
    bootstrap = join["discovery"]["bootstrapToken"]
    assert bootstrap == {
        "apiServerEndpoint": "10.0.0.5:6443",
        "token": TOKEN,
        "caCertHashes": [HASH],
    }
    assert join["nodeRegistration"] == {
        "criSocket": "unix:///run/containerd/containerd.sock",
        "name": "node01",
        "kubeletExtraArgs": {"node-ip": "10.0.0.33"},
        "ignorePreflightErrors": ["Port-10250"],
    }
    assert join["discovery"]["timeout"] == "30s"


@pytest.mark.parametrize("token", ["000000.0000000000000000", "123e45.1234567890123456"])
def test_a_token_that_looks_like_a_number(token: str) -> None:
    join = JoinCommand("10.0.0.5:6443", Secret(token), (HASH,))
    found = documents(join_config(Answers(), "10.0.0.33", join))["JoinConfiguration"]
    assert found["discovery"]["bootstrapToken"]["token"] == token
