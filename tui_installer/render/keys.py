"""Small edits of files made of KEY=value lines."""

from __future__ import annotations

import re
from collections.abc import Mapping


def selinux_config(text: str, mode: str) -> str:
    """Returns /etc/selinux/config with SELINUX= set; comments and the rest stay."""
    return re.sub(r"(?m)^SELINUX=.*$", f"SELINUX={mode}", text)


def sysctl(settings: Mapping[str, str]) -> str:
    """Returns a file for /etc/sysctl.d."""
    return "".join(f"{key} = {value}\n" for key, value in settings.items())


def sysctl_overrides(text: str, settings: Mapping[str, str]) -> str:
    """Returns a sysctl file with every line commented out that gives one of `settings` another value.

    /etc/sysctl.conf is read last at boot and would override a file of ours.
    """
    lines = []
    for line in text.splitlines(keepends=True):
        key, eq, value = line.partition("=")
        wanted = settings.get(key.strip().lstrip("-").replace("/", "."))
        clash = eq and wanted is not None and value.strip() != wanted
        lines.append(f"# set for Kubernetes elsewhere: {line}" if clash else line)
    return "".join(lines)
