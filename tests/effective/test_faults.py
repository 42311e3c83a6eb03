"""Each fault of containerd's settings is found with its file and line, and a similar setting has none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.containerd_nodes import (
    ABSENT,
    CERTS,
    CONFIG,
    CRICTL,
    DROP_IN,
    FILES,
    GOOD,
    HOSTS,
    HUB,
    INFO,
    KUBELET_CONFIG,
    MIRRORS,
    PAUSE,
    PROXY,
    UNIT,
    WITHOUT_SYSTEMD,
    bad,
    config,
    failed,
    faults,
    node,
    refused,
    said,
)
from tui_installer.effective.settings import settings
from tui_installer.host.content_store import SOCKET
from tui_installer.host.shell import Output
from tui_installer.model.outcome import Outcome

BESIDE = "`mirrors` cannot be set when `config_path` is provided"
OLD_SWITCH = "`systemd_cgroup` only works for runtime io.containerd.runtime.v1.linux"
IMPORTING = f'imports = ["/etc/containerd/conf.d/*.toml"]\n{GOOD}'
NVIDIA = GOOD.replace('"runc"', '"nvidia"').replace("runtimes.runc", "runtimes.nvidia")
PROXIED = f"MainPID=7\nExecMainStartTimestampMonotonic=1\nEnvironment=HTTPS_PROXY=http://p:3128\nFragmentPath={UNIT}\nDropInPaths={PROXY}"
PROXY_FILES = {PROXY: "[Service]\nEnvironment=HTTPS_PROXY=http://p:3128\n"}
Case = tuple[dict[str, Any], str, tuple[str, int], dict[str, Any]]
# The fault: a node that has it, the setting, file and line, and a similar node that has none.
FAULTS: dict[str, Case] = {
    "cri_switched_off": (
        {"files": {CONFIG: f'disabled_plugins = ["io.containerd.grpc.v1.cri"]\n{GOOD}'}, **ABSENT},
        "cri_plugin",
        (CONFIG, 1),
        {"files": {CONFIG: f'disabled_plugins = ["io.containerd.snapshotter.v1.aufs"]\n{GOOD}'}},
    ),
    "disabled_plugins_old_name": (
        {
            "files": {CONFIG: f'disabled_plugins = ["cri"]\n{GOOD}'},
            **refused(
                f'failed to load TOML from {CONFIG}: invalid disabled plugin URI "cri" expect io.containerd.x.vx'
            ),
        },
        "cri_plugin",
        (CONFIG, 1),
        {"files": {CONFIG: f"disabled_plugins = []\n{GOOD}"}},
    ),
    "cri_plugin_failed": (
        {"files": {CONFIG: GOOD + MIRRORS}, **failed(BESIDE)},
        "cri_plugin",
        (CONFIG, 14),
        {"files": {CONFIG: GOOD + MIRRORS.splitlines()[0]}},
    ),
    "cri_plugin_absent": (ABSENT, "cri_plugin", (CONFIG, 0), {}),
    "config_toml_broken": (
        {
            "files": config(f'"{CERTS}"', '"",'),
            **refused(f"failed to load TOML: {CONFIG}: (13, 21): unexpected token ,"),
        },
        "config_version",
        (CONFIG, 13),
        {"files": {CONFIG: f"{GOOD}# config_path = '',\n"}},
    ),
    "config_table_twice": (
        {
            "files": {
                CONFIG: f'{GOOD}[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "x"\n'
            },
            **refused(f"failed to load TOML: {CONFIG}: (14, 2): duplicated tables"),
        },
        "config_version",
        (CONFIG, 14),
        {"files": {CONFIG: f'{GOOD}[plugins."io.containerd.gc.v1.scheduler"]\n'}},
    ),
    "config_version_missing": (
        {
            "files": config("version = 2\n", ""),
            "dump": 'version = 2\n[plugins."io.containerd.grpc.v1.cri"]\n  sandbox_image = "k8s.gcr.io/pause:3.6"\n',
        },
        "config_version",
        (CONFIG, 2),
        {"files": {CONFIG: f'[plugins.cri]\n  sandbox_image = "{PAUSE}"\n'}, "dump": GOOD},
    ),
    "config_tables_old": (
        {"files": {CONFIG: f'version = 2\n[plugins.cri]\n  sandbox_image = "{PAUSE}"\n'}},
        "config_version",
        (CONFIG, 2),
        {},
    ),
    "import_broken": (
        {
            "files": {CONFIG: IMPORTING, DROP_IN: "x = = 1\n"},
            **refused(
                f"failed to load TOML: {DROP_IN}: (1, 5): cannot have multiple equals for the same key"
            ),
        },
        "imports",
        (DROP_IN, 1),
        {"files": {CONFIG: IMPORTING, DROP_IN: "[debug]\n"}, "dump": GOOD},
    ),
    "import_replaces_tables": (
        {
            "files": {
                CONFIG: IMPORTING,
                DROP_IN: '[plugins."io.containerd.grpc.v1.cri".containerd]\n  default_runtime_name = "runc"\n',
            },
        },
        "imports",
        (CONFIG, 5),
        {"files": {CONFIG: IMPORTING, DROP_IN: GOOD}, "dump": GOOD},
    ),
    "systemd_cgroup_old": (
        {
            "files": config("systemd_cgroup = false", "systemd_cgroup = true"),
            **failed(OLD_SWITCH),
        },
        "SystemdCgroup",
        (CONFIG, 5),
        {},
    ),
    "systemd_cgroup_misspelt": (
        {
            "files": config("SystemdCgroup = true", "SystemdCgroups = true"),
            "info": WITHOUT_SYSTEMD,
        },
        "SystemdCgroup",
        (CONFIG, 11),
        {"files": config("SystemdCgroup = true", 'SystemdCgroup = true\nBinaryName = ""')},
    ),
    "cgroup_drivers_not_alike": (
        {
            "files": config("SystemdCgroup = true", "SystemdCgroup = false"),
            "info": WITHOUT_SYSTEMD,
        },
        "SystemdCgroup",
        (CONFIG, 11),
        {
            "files": {
                **config("SystemdCgroup = true", "SystemdCgroup = false"),
                KUBELET_CONFIG: "cgroupDriver: cgroupfs\n",
            },
            "info": WITHOUT_SYSTEMD,
        },
    ),
    "kubelet_driver_unknown": (
        {"files": {KUBELET_CONFIG: "a: b\ncgroupDriver: systmd\n"}},
        "SystemdCgroup",
        (KUBELET_CONFIG, 2),
        {},
    ),
    "default_runtime_not_defined": (
        {
            "files": config('default_runtime_name = "runc"', 'default_runtime_name = "nvidia"'),
            **ABSENT,
        },
        "default_runtime_name",
        (CONFIG, 7),
        {"files": {CONFIG: NVIDIA}, "info": INFO.replace('"runc"', '"nvidia"')},
    ),
    "not_restarted": (
        {"files": config(PAUSE, "registry.k8s.io/pause:3.8")},
        "sandbox_image",
        (CONFIG, 4),
        {},
    ),
    "mirrors_beside_config_path": (
        {"files": {CONFIG: GOOD + MIRRORS}, **failed(BESIDE)},
        "config_path",
        (CONFIG, 15),
        {
            "files": {CONFIG: GOOD.replace(CERTS, "") + MIRRORS},
            "info": said("configPath", f'"{CERTS}"', '""'),
        },
    ),
    "hosts_toml_not_read": (
        {
            "files": config(f'"{CERTS}"', '""'),
            "info": said("configPath", f'"{CERTS}"', '""'),
        },
        "config_path",
        (CONFIG, 13),
        {
            "files": config(f'"{CERTS}"', '""'),
            "info": said("configPath", f'"{CERTS}"', '""'),
            "without": HUB,
        },
    ),
    "hosts_toml_together": (
        {"files": {HUB: '[host."https://a",host."https://b"]  capabilities = ["pull"]\n'}},
        "mirror:docker.io",
        (HUB, 1),
        {"files": {HUB: f'{HOSTS}\n[host."https://b"]\n'}},
    ),
    "hosts_toml_unreadable": (
        {"files": {HUB: HOSTS.replace("resolve", 'resolve",,"')}},
        "mirror:docker.io",
        (HUB, 4),
        {},
    ),
    "hosts_toml_capability": (
        {"files": {HUB: HOSTS.replace("resolve", "resolv")}},
        "mirror:docker.io",
        (HUB, 4),
        {"files": {HUB: HOSTS.replace('"resolve"', '"resolve", "push"')}},
    ),
    "mirror_without_resolve": (
        {"files": {HUB: HOSTS.replace(', "resolve"', "")}},
        "mirror:docker.io",
        (HUB, 4),
        {"files": {HUB: HOSTS.rpartition("  cap")[0]}},
    ),
    "mirror_folder_name": (
        {"files": {f"{CERTS}/registry-1.docker.io/hosts.toml": HOSTS}},
        "mirror:registry-1.docker.io",
        (f"{CERTS}/registry-1.docker.io/hosts.toml", 1),
        {"files": {f"{CERTS}/quay.io/hosts.toml": HOSTS}},
    ),
    "hosts_toml_without_host": (
        {"files": {HUB: HOSTS.partition("\n")[0]}},
        "mirror:docker.io",
        (HUB, 1),
        {"files": {HUB: HOSTS.partition("\n")[2]}},
    ),
    "mirror_server_wrong": (
        {"files": {HUB: HOSTS.replace("registry-1.docker.io", "docker.io")}},
        "mirror:docker.io",
        (HUB, 1),
        {},
    ),
    "crictl_yaml_broken": (
        {
            "files": {CRICTL: f"{FILES[CRICTL]}bogus: 1\n"},
            "crictl": Output(
                1,
                "",
                'time="x" level=fatal msg="load config file: Config option \'bogus\' is not valid"',
            ),
        },
        "crictl",
        (CRICTL, 3),
        {"files": {CRICTL: f"{FILES[CRICTL]}timeout: 10\n"}},
    ),
    "crictl_yaml_missing": ({"without": CRICTL}, "crictl", (CRICTL, 0), {}),
    "crictl_yaml_other_socket": (
        {"files": {CRICTL: "runtime-endpoint: unix:///run/crio/crio.sock\n"}},
        "crictl",
        (CRICTL, 0),
        {"files": {CRICTL: f"runtime-endpoint: {SOCKET}\n"}},
    ),
    "proxy_not_in_effect": (
        {"files": PROXY_FILES, "show": PROXIED},
        "proxy",
        (PROXY, 2),
        {
            "files": {**PROXY_FILES, "/proc/7/environ": "HTTPS_PROXY=http://p:3128\0"},
            "show": PROXIED,
        },
    ),
    "containerd_older_than_files": (
        {"times": {CONFIG: 4e9}},
        "age",
        (CONFIG, 0),
        {"times": {HUB: 4e9}},
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_file_and_line(name: str) -> None:
    broken, setting, (file, line), _ = FAULTS[name]
    found = faults(settings(node(**broken)))[name]
    assert (found.id, found.place.file, found.place.line) == (setting, file, line)
    assert found.outcome in (Outcome.FAIL, Outcome.WARN)
    assert str(found.sentence)
    assert str(found.cure)


@pytest.mark.parametrize("name", FAULTS)
def test_a_similar_setting_has_no_fault(name: str) -> None:
    similar = FAULTS[name][3]
    assert bad(settings(node(**similar))) == []
