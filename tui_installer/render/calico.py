"""Calico's manifest with this cluster's settings, edited by its structure."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from ruamel.yaml import YAML

IPIP, CROSS_SUBNET, VXLAN, BGP = "ipip", "ipip-cross-subnet", "vxlan", "bgp"
# For each mode: how a pool wraps packets, by IPIP and by VXLAN.
ENCAPSULATION = {
    IPIP: ("Always", "Never"),
    CROSS_SUBNET: ("CrossSubnet", "Never"),
    VXLAN: ("Never", "Always"),
    BGP: ("Never", "Never"),
}
# Follows the address that the kubelet was given, and so the chosen card, regardless of its name on a node.
AUTODETECTION = "kubernetes-internal-ip"
# The objects that carry our settings, or images; all others are applied unchanged.
TELLING = ("configmap/calico-config", "daemonset/calico-node", "deployment/calico-kube-controllers")
_SEPARATOR = re.compile(r"(?m)^---[ \t]*\n")
_KIND = re.compile(r"(?m)^kind: (\S+)\s*$")
_NAME = re.compile(r"(?m)^  name: (\S+)\s*$")
# The keys that identify elements of a list: `kubectl apply` merges such lists by them too.
_KEYS = ("name", "mountPath")


@dataclass(frozen=True)
class Settings:
    """The settings to make in the manifest."""

    mode: str
    pod_subnet: str


def _id(document: str) -> str:
    kind, name = _KIND.search(document), _NAME.search(document)
    return f"{kind[1].lower()}/{name[1]}" if kind and name else ""


def _set_env(env: list[Any], values: Mapping[str, str]) -> None:
    entries = {entry["name"]: entry for entry in env}
    for name, value in values.items():
        if name in entries:
            entries[name]["value"] = value
        else:
            env.append({"name": name, "value": value})


def _edit_daemonset(document: Any, settings: Settings) -> None:
    containers = document["spec"]["template"]["spec"]["containers"]
    node = next(c for c in containers if c["name"] == "calico-node")
    ipip, vxlan = ENCAPSULATION[settings.mode]
    values = {
        "CALICO_IPV4POOL_IPIP": ipip,
        "CALICO_IPV4POOL_VXLAN": vxlan,
        "CALICO_IPV4POOL_CIDR": settings.pod_subnet,
        "IP_AUTODETECTION_METHOD": AUTODETECTION,
    }
    _set_env(node["env"], values)
    if settings.mode != VXLAN:
        return
    # Without BIRD its probes never succeed (field-facts 6.7).
    for probe in ("livenessProbe", "readinessProbe"):
        command = node[probe]["exec"]["command"]
        for word in ("-bird-live", "-bird-ready"):
            if word in command:
                command.remove(word)


def _edited(document: str, settings: Settings) -> str:
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    tree = yaml.load(document)
    if _id(document).startswith("configmap/"):
        tree["data"]["calico_backend"] = "vxlan" if settings.mode == VXLAN else "bird"
    else:
        _edit_daemonset(tree, settings)
    out = io.StringIO()
    yaml.dump(tree, out)
    return out.getvalue()


@cache
def manifest(text: str, settings: Settings) -> str:
    """Returns the manifest with these settings; a document without any of them stays unchanged."""
    parts = _SEPARATOR.split(text)
    return "---\n".join(_edited(p, settings) if _id(p) in TELLING[:2] else p for p in parts)


@cache
def wanted(text: str) -> Mapping[str, Any]:
    """Returns the objects of an edited manifest that show whether it is in force, by kind/name."""
    yaml = YAML(typ="safe", pure=True)
    parts = {_id(part): part for part in _SEPARATOR.split(text)}
    return {name: yaml.load(parts[name]) for name in TELLING if name in parts}


def holds(live: Any, want: Any) -> bool:
    """Tells whether an object has everything that is wanted; ignores what else it has.

    An API server adds defaults, and leaves out what is false, empty or zero.
    """
    if isinstance(want, Mapping):
        if live is None:
            return not want
        return isinstance(live, Mapping) and all(holds(live.get(k), v) for k, v in want.items())
    if not want and not isinstance(want, str):
        return not live
    if isinstance(want, Sequence) and not isinstance(want, str):
        return isinstance(live, Sequence) and _holds_all(live, want)
    return bool(live == want) or (want == "" and live is None)


def _holds_all(live: Sequence[Any], want: Sequence[Any]) -> bool:
    key = next((k for k in _KEYS if all(isinstance(w, Mapping) and k in w for w in want)), "")
    if not key:
        return len(live) == len(want) and all(map(holds, live, want))
    there = {row.get(key): row for row in live if isinstance(row, Mapping)}
    return all(row[key] in there and holds(there[row[key]], row) for row in want)
