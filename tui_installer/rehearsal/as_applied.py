"""The API server's objects after Calico's manifest was applied, as the file has them rather than the reference run.

A rehearsal may so choose another mode or subnet than the reference run. The result is assumed, like all
effects.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# What a manifest says, as JSON: its objects by kind/name, and the settings of the first pool.
Applied = Mapping[str, Any]
# calico-node makes its first pool from these settings; the values are the pool's own names for them.
POOL = {
    "CALICO_IPV4POOL_CIDR": "cidr",
    "CALICO_IPV4POOL_IPIP": "ipip",
    "CALICO_IPV4POOL_VXLAN": "vxlan",
}


def applied_now() -> Applied:
    """Returns what the node's manifest says; it is empty where there is no manifest."""
    # The imports are local: a played command reads no manifest, and should start at once.
    from tui_installer.host import machine
    from tui_installer.render.calico import wanted
    from tui_installer.steps.calico import DAEMONSET, PATH

    try:
        text = machine.at(PATH).read_text(encoding="utf-8")
    except OSError:
        return {}
    objects = wanted(text)
    return {"objects": objects, "pool": _settings(objects.get(DAEMONSET, {}))}


def as_applied(calico: dict[str, Any], applied: Applied) -> dict[str, Any]:
    """Returns the topic Calico with the settings of a manifest."""
    if not applied:
        return calico
    held = calico.get("objects", {})
    objects = {name: _over(value, applied["objects"].get(name)) for name, value in held.items()}
    pools = [{**pool, **applied["pool"]} for pool in calico.get("pools", [])]
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
