"""The API server's objects after Calico's manifest was applied, as the file has them rather than the reference run.

A rehearsal may so choose another mode or subnet than the reference run. The result is assumed, like all
effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tui_installer.host import machine
from tui_installer.render.calico import wanted
from tui_installer.steps.calico import DAEMONSET, PATH

# calico-node makes its first pool from these settings; the values are the pool's own names for them.
POOL = {
    "CALICO_IPV4POOL_CIDR": "cidr",
    "CALICO_IPV4POOL_IPIP": "ipip",
    "CALICO_IPV4POOL_VXLAN": "vxlan",
}


def as_applied(calico: dict[str, Any]) -> dict[str, Any]:
    """Returns the topic Calico with the settings of the node's manifest."""
    try:
        text = machine.at(PATH).read_text(encoding="utf-8")
    except OSError:
        return calico
    settings_by_object = wanted(text)
    held = calico.get("objects", {})
    objects = {name: _over(value, settings_by_object.get(name)) for name, value in held.items()}
    settings = _settings(settings_by_object.get(DAEMONSET, {}))
    pools = [{**pool, **settings} for pool in calico.get("pools", [])]
    return {**calico, "objects": objects, "pools": pools}


def _over(old: Any, new: Any) -> Any:
    """Merges objects; any other new value replaces the old one."""
    if new is None or not (isinstance(old, dict) and isinstance(new, Mapping)):
        return old if new is None else new
    return {**old, **{key: _over(old.get(key), value) for key, value in new.items()}}


def _settings(daemonset: Mapping[str, Any]) -> dict[str, str]:
    containers = daemonset.get("spec", {}).get("template", {}).get("spec", {}).get("containers", [])
    env = {row["name"]: str(row.get("value", "")) for c in containers for row in c.get("env", [])}
    return {word: env[name] for name, word in POOL.items() if name in env}
