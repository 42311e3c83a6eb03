"""Reader of the kubelet's settings, from its files."""

from __future__ import annotations

import shlex
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from tui_installer.host.look import Look
from tui_installer.model.facts import FilePlace, KubeletSettings

TOPIC = KubeletSettings
CONFIG = "/var/lib/kubelet/config.yaml"
# kubeadm writes the first; a person adds flags in the second.
FLAGS = {
    "/var/lib/kubelet/kubeadm-flags.env": "KUBELET_KUBEADM_ARGS",
    "/etc/sysconfig/kubelet": "KUBELET_EXTRA_ARGS",
}


def read(look: Look) -> KubeletSettings:
    """Reads configuration and flags; `error` tells what of the configuration cannot be parsed. Raises NotRead."""
    flags = tuple(flag for path, key in FLAGS.items() for flag in _flags(look.text(path), key))
    text = look.whole(CONFIG)
    if not text.strip():
        return KubeletSettings(flags=flags)
    try:
        config = YAML(typ="safe", pure=True).load(text)
    except YAMLError as error:
        return KubeletSettings(there=True, flags=flags, error=f"{CONFIG}: {error}")
    if not isinstance(config, dict):
        return KubeletSettings(there=True, flags=flags, error=f"{CONFIG}: no mapping")
    return _settings(config, flags, text)


def _settings(config: dict[str, Any], flags: tuple[str, ...], text: str) -> KubeletSettings:
    return KubeletSettings(
        there=True,
        cgroup_driver=str(config.get("cgroupDriver") or ""),
        cgroup_driver_place=FilePlace(CONFIG, _line(text, "cgroupDriver")),
        fail_swap_on=config.get("failSwapOn") is not False,
        resolv_conf=str(config.get("resolvConf") or ""),
        cluster_dns=tuple(map(str, config.get("clusterDNS") or ())),
        static_pods=str(config.get("staticPodPath") or ""),
        flags=flags,
    )


def _line(text: str, key: str) -> int:
    """Returns the number of the line with a key of the topmost level; 0 without one."""
    lines = enumerate(text.splitlines(), 1)
    return next((number for number, line in lines if line.startswith(f"{key}:")), 0)


def _flags(text: str, key: str) -> list[str]:
    """Returns the flags of a line KEY="--one --two=x"; a line with an open quotation mark is one flag."""
    for line in text.splitlines():
        name, equals, value = line.partition("=")
        if equals and name.strip() == key:
            try:
                return [word for part in shlex.split(value) for word in part.split()]
            except ValueError:
                return [value.strip()]
    return []
