"""The container runtime, asked itself."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.contents import SOCKET
from tui_installer.host.look import Look
from tui_installer.model.facts import Containerd, InForce

TOPIC = Containerd
CONFIG = "/etc/containerd/config.toml"
INFO = ("crictl", "-r", f"unix://{SOCKET}", "-i", f"unix://{SOCKET}", "info", "-o", "json")


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
    default = "" if whole else look.output("containerd", "config", "default").out
    if not look.exists(SOCKET):
        return Containerd(True, default, error=f"{SOCKET}: no such socket")
    info = look.output(*INFO, timeout=10)
    try:
        return Containerd(True, default, parse(info.out))
    except ValueError:
        return Containerd(True, default, error=(info.err.strip().splitlines() or [""])[-1])
