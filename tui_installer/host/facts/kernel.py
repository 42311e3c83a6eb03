"""Reader of kernel modules and settings."""

from __future__ import annotations

import platform
import re
from pathlib import Path

from tui_installer.host.look import Look
from tui_installer.model.facts import Kernel

TOPIC = Kernel
MODULES = (
    "overlay",
    "br_netfilter",
    "ip_vs",
    "ip_vs_rr",
    "ip_vs_wrr",
    "ip_vs_sh",
    "nf_conntrack",
    "nf_conntrack_ipv4",
    "ipip",
    "vxlan",
)
SETTINGS = (
    "net.bridge.bridge-nf-call-iptables",
    "net.bridge.bridge-nf-call-ip6tables",
    "net.ipv4.ip_forward",
    "fs.may_detach_mounts",
)
CONNTRACK = "/proc/sys/net/netfilter/nf_conntrack_max"


def _names(text: str) -> set[str]:
    """Finds the module names in a list of paths like kernel/net/ipv4/ip_vs.ko.xz."""
    return {m.replace("-", "_") for m in re.findall(r"([^/\s]+)\.ko(?:\.\w+)?(?=[:\s]|$)", text)}


def _conntrack_writable(look: Look) -> bool:
    """Opens the setting for writing and writes nothing; a missing setting counts as writable."""
    if not look.exists(CONNTRACK):
        return True
    try:
        with open(CONNTRACK, "r+b"):
            return True
    except OSError:
        return False


def read(look: Look) -> Kernel:
    """Reads which modules are loaded or built in, which are on the disk, and the settings in force."""
    folder = f"/lib/modules/{platform.release()}"
    builtin = _names(look.text(f"{folder}/modules.builtin"))
    loaded = {line.split()[0] for line in look.text("/proc/modules").splitlines() if line} | builtin
    available = _names(look.text(f"{folder}/modules.dep")) | loaded
    settings = {key: look.text(f"/proc/sys/{key.replace('.', '/')}") for key in SETTINGS}
    return Kernel(
        loaded=frozenset(loaded & set(MODULES)),
        available=frozenset(available & set(MODULES)),
        sysctl={key: value for key, value in settings.items() if value},
        conntrack_writable=_conntrack_writable(look),
        bpf=Path("/sys/fs/bpf").is_dir(),
    )
