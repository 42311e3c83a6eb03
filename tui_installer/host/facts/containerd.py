"""The container runtime, asked itself."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.contents import SOCKET
from tui_installer.host.look import Look
from tui_installer.model.facts import Containerd, InForce

TOPIC = Containerd
CONFIG = "/etc/containerd/config.toml"
PROGRAM = "/usr/bin/crictl"
# Its own limit is 2 s; how long is waited for an answer is not its business.
CRICTL = ("crictl", "-t", "600s", "-r", f"unix://{SOCKET}", "-i", f"unix://{SOCKET}")
INFO = (*CRICTL, "info", "-o", "json")


def parse(text: str) -> InForce:
    """The values of `crictl info` that matter; raises ValueError if it is no such answer."""
    config: dict[str, Any] = json.loads(text).get("config") or {}
    runc = config.get("containerd", {}).get("runtimes", {}).get("runc", {})
    return InForce(
        sandbox_image=config.get("sandboxImage", ""),
        systemd_cgroup=bool((runc.get("options") or {}).get("SystemdCgroup", False)),
        config_path=config.get("registry", {}).get("configPath", ""),
    )


def read(look: Look) -> Containerd:
    """The tool's own default file, and what the running daemon uses."""
    if not look.exists("/usr/bin/containerd"):
        return Containerd()
    # The default is needed only where the present file is not a whole one (render/containerd.py).
    whole = "version = 2" in look.text(CONFIG)
    default = "" if whole else look.answer("containerd", "config", "default").out
    for path in (SOCKET, PROGRAM):
        if not look.exists(path):
            return Containerd(True, default, error=f"{path}: not there")
    info = look.answer(*INFO)
    try:
        return Containerd(True, default, parse(info.out))
    except ValueError:
        return Containerd(True, default, error=(info.err.strip().splitlines() or [""])[-1])
