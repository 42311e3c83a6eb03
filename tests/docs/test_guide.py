"""The mistakes of the much-copied guide: what this program does on a fresh machine makes none.

The numbers are those of the list of the guide's errors that the program was built against.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.support.cases import ANSWERS, answers_of, cases, facts_of
from tui_installer import registry
from tui_installer.model.answers_file import AnswersError, parse
from tui_installer.model.change import RunCommand
from tui_installer.model.secret import Secret

WORKER: dict[str, object] = {**ANSWERS, "node.role": "worker"}
ASSETS = Path(__file__).parents[2] / "assets"


@dataclass(frozen=True)
class Work:
    """Everything that is done to a fresh machine: lines of commands, and files by path."""

    commands: dict[str, list[str]]
    files: dict[str, str]

    @property
    def lines(self) -> list[str]:
        return [line for lines in self.commands.values() for line in lines]

    @property
    def words(self) -> set[str]:
        return {word for line in self.lines for word in line.split()}

    def kubeadm(self, kind: str) -> dict[str, Any]:
        rows = YAML(typ="safe").load_all(self.files["/etc/tui-installer/kubeadm-config.yaml"])
        found: dict[str, Any] = next(row for row in rows if row["kind"] == kind)
        return found

    def containerd(self) -> dict[str, Any]:
        document = tomllib.loads(self.files["/etc/containerd/config.toml"])
        found: dict[str, Any] = document["plugins"]["io.containerd.grpc.v1.cri"]
        return found

    def hosts(self) -> dict[str, Any]:
        return tomllib.loads(self.files["/etc/containerd/certs.d/docker.io/hosts.toml"])


def work() -> Work:
    commands: dict[str, list[str]] = {}
    files: dict[str, str] = {}
    for step in registry.steps():
        case = cases("steps")[f"{step.id}/fresh"]
        for change in step.changes(answers_of(case), facts_of(case, step.reads, step.files)):
            if isinstance(change, RunCommand):
                commands.setdefault(step.id, []).append(" ".join(change.argv))
            else:
                content = change.content
                files[change.path] = content.reveal() if isinstance(content, Secret) else content
    return Work(commands, files)


def refuses_underscores(_work: Work) -> bool:
    with pytest.raises(AnswersError):
        parse(b"[node]\nrole = 'worker'\nhostname = 'centos_master'\n")
    return True


def installs(work: Work) -> set[str]:
    """The packages that yum is asked for, without their versions."""
    lines = [line.split() for line in work.lines if line.startswith("yum") and " install " in line]
    words = {word for line in lines for word in line[line.index("install") + 1 :]}
    return {word.rpartition("-")[0] if word[-1].isdigit() else word for word in words}


DEAD = (
    "k8s.gcr.io",
    "docker-cn.com",
    "azk8s.cn",
    "docker.mirrors.ustc.edu.cn",
    "163.com",
    "au6mz9hv",
    "mirrorlist.centos.org",
    "packages.cloud.google.com",
)
RULES: dict[str, Callable[[Work], bool]] = {
    "3 repositories are set up": lambda w: (
        sum(path.startswith("/etc/yum.repos.d/") for path in w.files) == 3
    ),
    "4 no compilers": lambda w: (
        installs(w)
        == {
            "containerd.io",
            "cri-tools",
            "kubernetes-cni",
            "kubeadm",
            "kubectl",
            "kubelet",
            "ipset",
            "ipvsadm",
            "bash-completion",
            "docker-ce",
            "docker-ce-cli",
            "docker-ce-rootless-extras",
        }
    ),
    "6 no epel-release": lambda w: "epel-release" not in w.words,
    "7 chrony, and started": lambda w: any("--now chronyd" in line for line in w.commands["time"]),
    "8 extras are there": lambda w: "[extras]" in w.files["/etc/yum.repos.d/CentOS-Base.repo"],
    "8 the file is a whole one": lambda w: w.files["/etc/containerd/config.toml"].count("\n") > 200,
    "9 the pause image of this release": lambda w: w.containerd()["sandbox_image"].endswith(
        "/pause:3.8"
    ),
    "10 one repository": lambda w: (
        w.containerd()["sandbox_image"].rpartition("/")[0]
        == w.kubeadm("ClusterConfiguration")["imageRepository"]
    ),
    "13 config_path is there": lambda w: (
        w.containerd()["registry"]["config_path"] == "/etc/containerd/certs.d"
    ),
    "14 one table for each mirror": lambda w: (
        list(w.hosts()["host"]) == ["https://docker.m.daocloud.io"]
    ),
    "15 mirrors resolve too": lambda w: all(
        row["capabilities"] == ["pull", "resolve"] for row in w.hosts()["host"].values()
    ),
    "16 the registry's real name": lambda w: w.hosts()["server"] == "https://registry-1.docker.io",
    "17 no restart for mirrors": lambda w: "image_mirrors" not in w.commands,
    "18 no dead mirror": lambda w: (
        not [
            name
            for name in DEAD
            for text in (*w.files.values(), *w.lines, (ASSETS / "mirrors.toml").read_text("utf-8"))
            if name in text
        ]
    ),
    "20 no docker-ce without its version": lambda w: "docker-ce" not in w.words,
    "20 docker-ce moves no containerd": lambda w: any(
        {"docker-ce-20.10.24", "containerd.io-1.6.6"} <= set(line.split())
        for line in w.commands["docker"]
    ),
    "21 Kubernetes in one transaction": lambda w: any(
        {"kubelet-1.25.0", "kubeadm-1.25.0", "kubectl-1.25.0"} <= set(line.split())
        for line in w.lines
    ),
    "21 whatever an exclude= says": lambda w: all(
        "--disableexcludes=all" in line for line in w.commands["packages"]
    ),
    "22 the kubelet starts with every boot": lambda w: (
        "systemctl enable kubelet.service" in w.lines
    ),
    "23 the socket with its scheme": lambda w: (
        w.kubeadm("InitConfiguration")["nodeRegistration"]["criSocket"]
        == "unix:///run/containerd/containerd.sock"
    ),
    "24 no search over all of /": lambda w: "find" not in w.words,
    "25 no underscore": refuses_underscores,
    "26 no token that all the world knows": lambda w: (
        "bootstrapTokens" not in w.kubeadm("InitConfiguration")
    ),
    "27 a fixed version": lambda w: (
        w.kubeadm("ClusterConfiguration")["kubernetesVersion"] == "v1.25.0"
    ),
    "28 ipvs with its modules": lambda w: (
        {"modprobe ip_vs", "modprobe nf_conntrack_ipv4"} <= set(w.commands["kernel"])
    ),
    "28 and after a boot": lambda w: "ip_vs\n" in w.files["/etc/modules-load.d/kubernetes.conf"],
    "30 both use the systemd driver": lambda w: (
        w.kubeadm("KubeletConfiguration")["cgroupDriver"] == "systemd"
        and w.containerd()["containerd"]["runtimes"]["runc"]["options"]["SystemdCgroup"]
    ),
    "31 no check is ignored": lambda w: (
        not [
            text
            for text in (*w.files.values(), *w.lines)
            if "gnorePreflight" in text or "ignore-" in text
        ]
    ),
    "33 admin.conf goes to no other machine": lambda w: "scp" not in w.words,
    "34 nothing asks in the middle": lambda w: not {"cp", "-i", "vi", "vim"} & w.words,
    "35 no token on a command line": lambda w: not {"--token", "--discovery-token"} & w.words,
    "36 an interrupted join is reset": lambda w: any(
        row["run"].startswith("kubeadm reset -f")
        for row in cases("steps")["kubeadm_join/broke_off"]["changes"]
        if "run" in row
    ),
    "37 a worker gets the same preparation": lambda w: (
        {step.id for step in registry.steps() if step.applies(answers_of({"answers": WORKER}))}
        >= {"kernel", "sources", "packages", "containerd", "images"}
    ),
    "38 nothing without a version": lambda w: not any("http" in line for line in w.lines),
}


@pytest.mark.parametrize("rule", RULES)
def test_a_mistake_that_is_not_made(rule: str) -> None:
    assert RULES[rule](work())


def test_the_secret_file_is_the_only_place_of_the_token() -> None:
    done = work()
    token = "ocvsmlyx9u31mvue"
    places = [path for path, text in done.files.items() if token in text]
    assert places == ["/run/tui-installer/temporary/kubeadm-join.yaml"]
    assert token not in " ".join(done.lines)
