"""Faults of containerd's settings as people make them, and configurations that other installers leave."""

from __future__ import annotations

from dataclasses import dataclass

CONFIG = "/etc/containerd/config.toml"
CERTS = "/etc/containerd/certs.d"
HUB = f"{CERTS}/docker.io/hosts.toml"
CRICTL = "/etc/crictl.yaml"
KUBELET = "/var/lib/kubelet/config.yaml"
DROP_IN = "/etc/containerd/conf.d/99-nvidia.toml"
PROXY = "/etc/systemd/system/containerd.service.d/proxy.conf"
CRI = 'plugins."io.containerd.grpc.v1.cri"'
RESTART = "systemctl reset-failed containerd; systemctl restart containerd || :"


@dataclass(frozen=True)
class Wrong:
    """What breaks a setting, the fault that is named, the file, and the text that stands in the line.

    Without `text` the line is not known.
    """

    fault: str
    setting: str
    breaks: str
    file: str
    text: str = ""
    restart: bool = True

    def __str__(self) -> str:
        return self.fault


def edited(expression: str) -> str:
    """Edits config.toml by sed."""
    return f"sed -i '{expression}' {CONFIG}"


def written(file: str, *lines: str) -> str:
    """Writes a file."""
    text = "\\n".join(lines).replace("'", "'\\''")
    return f"mkdir -p $(dirname {file}); printf '{text}\\n' >{file}"


IMPORTS = edited('s#^imports = .*#imports = ["/etc/containerd/conf.d/*.toml"]#')
# All of them at once, and none needs a restart.
TOGETHER = (
    Wrong(
        "hosts_toml_together",
        "mirror:docker.io",
        written(HUB, '[host."https://a.lab",host."https://b.lab"]  capabilities = ["pull"]'),
        HUB,
        "a.lab",
    ),
    Wrong(
        "mirror_folder_name",
        "mirror:registry-1.docker.io",
        written(f"{CERTS}/registry-1.docker.io/hosts.toml", "", '[host."https://a.lab"]'),
        f"{CERTS}/registry-1.docker.io/hosts.toml",
    ),
    Wrong(
        "mirror_without_resolve",
        "mirror:quay.io",
        written(f"{CERTS}/quay.io/hosts.toml", '[host."https://a.lab"]', 'capabilities = ["pull"]'),
        f"{CERTS}/quay.io/hosts.toml",
        "capabilities",
    ),
    Wrong("crictl_yaml_broken", "crictl", f"echo bogus: 1 >>{CRICTL}", CRICTL, "bogus"),
    Wrong(
        "kubelet_driver_unknown",
        "SystemdCgroup",
        f"sed -i s/cgroupDriver.*/cgroupDriver:\\ systmd/ {KUBELET}",
        KUBELET,
        "systmd",
    ),
    Wrong("not_restarted", "sandbox_image", edited("s#pause:3.8#pause:3.9#"), CONFIG, "pause:3.9"),
    Wrong("containerd_older_than_files", "age", f"touch {CONFIG}", CONFIG),
)
ALONE = (
    Wrong(
        "cri_switched_off",
        "cri_plugin",
        edited('s/^disabled_plugins = .*/disabled_plugins = ["io.containerd.grpc.v1.cri"]/'),
        CONFIG,
        "disabled_plugins",
    ),
    Wrong(
        "disabled_plugins_old_name",
        "cri_plugin",
        edited('s/^disabled_plugins = .*/disabled_plugins = ["cri"]/'),
        CONFIG,
        "disabled_plugins",
    ),
    Wrong(
        "cri_plugin_failed",
        "cri_plugin",
        edited("s/systemd_cgroup = false/systemd_cgroup = true/"),
        CONFIG,
        "systemd_cgroup = true",
    ),
    Wrong(
        "config_toml_broken",
        "config_version",
        edited(f's#config_path = "{CERTS}"#config_path = "",#'),
        CONFIG,
        'config_path = "",',
    ),
    Wrong(
        "config_table_twice",
        "config_version",
        f"printf '[{CRI}]\\nsandbox_image = \"a\" # again\\n' >>{CONFIG}",
        CONFIG,
        f"[{CRI}]",
    ),
    Wrong("config_version_missing", "config_version", edited("/^version/d"), CONFIG, f"[{CRI}]"),
    Wrong(
        "import_broken",
        "imports",
        f"{IMPORTS}; {written(DROP_IN, 'x = = 1')}",
        DROP_IN,
        "x = = 1",
    ),
    Wrong(
        "import_replaces_tables",
        "imports",
        f"{IMPORTS}; "
        + written(DROP_IN, "version = 2", f"[{CRI}.containerd]", 'default_runtime_name = "runc"'),
        CONFIG,
        "sandbox_image",
    ),
    Wrong(
        "systemd_cgroup_old",
        "SystemdCgroup",
        edited("s/systemd_cgroup = false/systemd_cgroup = true/"),
        CONFIG,
        "systemd_cgroup = true",
    ),
    Wrong(
        "systemd_cgroup_misspelt",
        "SystemdCgroup",
        edited("s/SystemdCgroup = true/SystemdCgroups = true/"),
        CONFIG,
        "SystemdCgroups",
    ),
    Wrong(
        "cgroup_drivers_not_alike",
        "SystemdCgroup",
        edited("s/SystemdCgroup = true/SystemdCgroup = false/"),
        CONFIG,
        "SystemdCgroup",
    ),
    Wrong(
        "default_runtime_not_defined",
        "default_runtime_name",
        edited('s/default_runtime_name = "runc"/default_runtime_name = "nvidia"/'),
        CONFIG,
        "default_runtime_name",
    ),
    Wrong(
        "mirrors_beside_config_path",
        "config_path",
        edited(
            f's#^ *\\[{CRI}.registry.mirrors\\]#&\\n[{CRI}.registry.mirrors."docker.io"]\\nendpoint = ["https://a.lab"]#'
        ),
        CONFIG,
        'mirrors."docker.io"',
    ),
    Wrong(
        "hosts_toml_not_read",
        "config_path",
        edited(f's#config_path = "{CERTS}"#config_path = ""#'),
        CONFIG,
        'config_path = ""',
    ),
    Wrong(
        "hosts_toml_unreadable",
        "mirror:docker.io",
        written(HUB, 'server = "https://registry-1.docker.io', '[host."https://a.lab"]'),
        HUB,
        "server",
        restart=False,
    ),
    Wrong(
        "hosts_toml_capability",
        "mirror:docker.io",
        written(HUB, '[host."https://a.lab"]', 'capabilities = ["pull", "resolv"]'),
        HUB,
        "resolv",
        restart=False,
    ),
    Wrong(
        "hosts_toml_without_host",
        "mirror:docker.io",
        written(HUB, 'server = "https://a.lab"'),
        HUB,
        "server",
        restart=False,
    ),
    Wrong(
        "mirror_server_wrong",
        "mirror:docker.io",
        written(HUB, 'server = "https://docker.io"', '[host."https://a.lab"]'),
        HUB,
        "server",
        restart=False,
    ),
    Wrong("crictl_yaml_missing", "crictl", f"rm {CRICTL}", CRICTL, restart=False),
    Wrong(
        "crictl_yaml_other_socket",
        "crictl",
        written(CRICTL, "runtime-endpoint: unix:///run/crio/crio.sock"),
        CRICTL,
        restart=False,
    ),
    Wrong(
        "proxy_not_in_effect",
        "proxy",
        f"{written(PROXY, '[Service]', 'Environment=HTTPS_PROXY=http://10.77.0.99:3128')}; systemctl daemon-reload",
        PROXY,
        "HTTPS_PROXY",
        restart=False,
    ),
)
HEAD = (
    "version = 2",
    f"[{CRI}]",
    'sandbox_image = "registry.aliyuncs.com/google_containers/pause:3.8"',
)
RUNC = (
    f"[{CRI}.containerd.runtimes.runc]",
    'runtime_type = "io.containerd.runc.v2"',
    f"[{CRI}.containerd.runtimes.runc.options]",
    "SystemdCgroup = true",
)
# What other installers and tools leave: a file of their own, and it is right.
OTHERS = {
    "mirrors_in_config_toml": written(
        CONFIG,
        *HEAD,
        *RUNC,
        f'[{CRI}.registry.mirrors."docker.io"]',
        'endpoint = ["https://docker.m.daocloud.io", "https://registry-1.docker.io"]',
    )
    + f"; rm -r {CERTS}",
    "a_private_registry": written(
        CONFIG, *HEAD, *RUNC, f"[{CRI}.registry]", f'config_path = "{CERTS}"'
    )
    + "; "
    + written(
        f"{CERTS}/sealos.hub:5000/hosts.toml",
        'server = "http://sealos.hub:5000"',
        '[host."http://sealos.hub:5000"]',
        'capabilities = ["pull", "resolve", "push"]',
        "skip_verify = true",
    ),
    "nvidia": written(
        CONFIG,
        *HEAD,
        f"[{CRI}.containerd]",
        'default_runtime_name = "nvidia"',
        *(
            line.replace("runc]", "nvidia]").replace("runc.options", "nvidia.options")
            for line in RUNC
        ),
        'BinaryName = "/usr/bin/nvidia-container-runtime"',
        f"[{CRI}.registry]",
        f'config_path = "{CERTS}"',
    ),
    "drop_in": f"{IMPORTS}; " + written(DROP_IN, "version = 2", "[debug]", 'level = "info"'),
}
