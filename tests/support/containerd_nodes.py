"""A node as the readers of containerd's settings find it: files and answers of tools."""

from __future__ import annotations

from typing import Any

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import containerd_config, cri, kubelet_settings
from tui_installer.host.facts.containerd import PROGRAM
from tui_installer.host.kubectl import KUBELET
from tui_installer.host.shell import Output
from tui_installer.model.facts import (
    Facts,
    NotRead,
    unread_of,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.setting import Setting

CONFIG = "/etc/containerd/config.toml"
DROP_IN = "/etc/containerd/conf.d/99-nvidia.toml"
CERTS = "/etc/containerd/certs.d"
HUB = f"{CERTS}/docker.io/hosts.toml"
CRICTL = "/etc/crictl.yaml"
KUBELET_CONFIG = "/var/lib/kubelet/config.yaml"
UNIT = "/usr/lib/systemd/system/containerd.service"
PROXY = "/etc/systemd/system/containerd.service.d/proxy.conf"
PAUSE = "registry.aliyuncs.com/google_containers/pause:3.8"
# The settings of crictl-info, the capture.
GOOD = f"""version = 2

[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "{PAUSE}"
  systemd_cgroup = false
  [plugins."io.containerd.grpc.v1.cri".containerd]
    default_runtime_name = "runc"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = true
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{CERTS}"
"""
MIRRORS = """    [plugins."io.containerd.grpc.v1.cri".registry.mirrors]
      [plugins."io.containerd.grpc.v1.cri".registry.mirrors."docker.io"]
        endpoint = ["https://docker.m.daocloud.io"]
"""
HOSTS = """server = "https://registry-1.docker.io"

[host."https://docker.m.daocloud.io"]
  capabilities = ["pull", "resolve"]
"""
FILES = {
    "/usr/bin/containerd": "",
    SOCKET: "",
    PROGRAM: "",
    KUBELET: "",
    CONFIG: GOOD,
    HUB: HOSTS,
    CRICTL: f"runtime-endpoint: unix://{SOCKET}\nimage-endpoint: unix://{SOCKET}\n",
    KUBELET_CONFIG: "apiVersion: kubelet.config.k8s.io/v1beta1\ncgroupDriver: systemd\n",
    UNIT: "[Service]\nExecStart=/usr/bin/containerd\n",
    "/proc/7/cmdline": "/usr/bin/containerd\0",
    "/proc/7/environ": "PATH=/bin\0",
}
SHOWN = (
    f"MainPID=7\nExecMainStartTimestampMonotonic=1\nEnvironment=\nFragmentPath={UNIT}\nDropInPaths="
)
PLUGIN = "Type:          io.containerd.grpc.v1\nID:            cri\nPlatforms:     linux/amd64\n"
INFO = capture("crictl-info")
# What crictl says of a file that it takes.
TAKEN = Output(0, "x")
UNIMPLEMENTED = Output(1, "", "rpc error: code = Unimplemented desc = unknown service")


def refused(words: str) -> dict[str, Any]:
    """What runs where containerd refuses its files: nothing."""
    down = Output(1, "", "connect: no such file or directory")
    show = Output(0, "MainPID=0\nExecMainStartTimestampMonotonic=0")
    return {
        "dump": Output(1, "", f"containerd: {words}"),
        "info": down,
        "plugin": down,
        "show": show,
    }


def node(
    files: dict[str, str] | None = None,
    *,
    without: str = "",
    times: dict[str, float] | None = None,
    dump: str | Output | None = None,
    info: str | Output = INFO,
    plugin: str | Output = PLUGIN,
    show: str | Output = SHOWN,
    crictl: Output = TAKEN,
) -> Facts:
    """The facts of a node with these files and answers; every other one is that of a healthy node."""
    there = {path: text for path, text in {**FILES, **(files or {})}.items() if path != without}

    def reply(value: str | Output) -> Output:
        return value if isinstance(value, Output) else Output(0, value)

    look = Recorded(
        files=there,
        times=times or {},
        says={
            "containerd --version": Output(0, "containerd github.com/x/containerd 1.6.6 10c129"),
            "containerd": reply(there.get(CONFIG, "") if dump is None else dump),
            "ctr": reply(plugin),
            "crictl config": crictl,
            "crictl": reply(info),
            "systemctl show": reply(show),
        },
    )
    facts: dict[type, Any] = {}
    for reader in (containerd_config, cri, kubelet_settings):
        try:
            facts[reader.TOPIC] = reader.read(look)
        except NotRead as error:
            facts[reader.TOPIC] = unread_of(error)
    return Facts(facts)


def config(old: str, new: str) -> dict[str, str]:
    """config.toml with a part of it replaced."""
    assert old in GOOD
    return {CONFIG: GOOD.replace(old, new)}


def said(key: str, old: str, new: str) -> str:
    assert f'"{key}": {old}' in INFO
    return INFO.replace(f'"{key}": {old}', f'"{key}": {new}')


ABSENT: dict[str, Any] = {"info": UNIMPLEMENTED, "plugin": "TYPE\n"}
WITHOUT_SYSTEMD = said("SystemdCgroup", "true", "false")


def failed(reason: str) -> dict[str, Any]:
    return {
        "info": UNIMPLEMENTED,
        "plugin": f"{PLUGIN}Error:\n   Code:     Unknown\n   Message:  invalid plugin config: {reason}\n",
    }


def faults(rows: tuple[Setting, ...]) -> dict[str, Setting]:
    return {row.fault: row for row in rows if row.fault}


def bad(rows: tuple[Setting, ...]) -> list[tuple[str, str, str]]:
    return [(r.id, r.outcome, str(r.sentence)) for r in rows if r.outcome is not Outcome.OK]
