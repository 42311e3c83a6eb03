"""Reader of the hardware, the operating system and this process's rights."""

from __future__ import annotations

import os
import platform
import shlex

import psutil

from tui_installer.host.look import Look
from tui_installer.model.facts import System

TOPIC = System
# The numbers are those of linux/capability.h.
CAPABILITIES = {21: "CAP_SYS_ADMIN", 24: "CAP_SYS_RESOURCE", 25: "CAP_SYS_TIME"}


def _os_release(text: str) -> dict[str, str]:
    pairs = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {key: "".join(shlex.split(value)[:1]) for key, _, value in pairs}


def _capabilities(status: str) -> frozenset[str]:
    """Returns the bounding set of PID 1, which limits every service of this machine."""
    mask = next(
        (int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapBnd")), -1
    )
    return frozenset(name for bit, name in CAPABILITIES.items() if mask >> bit & 1)


def read(look: Look) -> System:
    """Reads /etc/os-release, /proc and the kernel."""
    release = _os_release(look.text("/etc/os-release"))
    return System(
        os_id=release.get("ID", ""),
        os_name=release.get("PRETTY_NAME", release.get("NAME", "")),
        release=look.text("/etc/centos-release") or look.text("/etc/redhat-release"),
        arch=platform.machine(),
        kernel=platform.release(),
        cores=len(os.sched_getaffinity(0)),
        memory=psutil.virtual_memory().total,
        root=os.geteuid() == 0,
        capabilities=_capabilities(look.text("/proc/1/status")),
    )
