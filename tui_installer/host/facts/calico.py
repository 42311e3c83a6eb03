"""Reader of Calico's objects and pools, and of other pod networks in the cluster."""

from __future__ import annotations

from typing import Any

from tui_installer.host import kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import Calico, Pool
from tui_installer.render.calico import TELLING

TOPIC = Calico
POOLS = "ippools.crd.projectcalico.org"
# DaemonSets of the other pod networks in common use, by the beginning of their names.
OTHERS = ("kube-flannel", "cilium", "weave-net", "kube-router", "antrea-agent", "canal")


def pool(row: dict[str, Any]) -> Pool:
    """Converts one pool of `kubectl get ippools`."""
    spec = row.get("spec", {})
    return Pool(
        row["metadata"]["name"],
        spec.get("cidr", ""),
        spec.get("ipipMode") or "Never",
        spec.get("vxlanMode") or "Never",
    )


def parse(objects: Any, pools: Any) -> Calico:
    """Parses the objects and the pools; `objects` is None where kubectl gave no answer."""
    if objects is None:
        return Calico()
    rows = kubectl.items(objects)
    named = {f"{r.get('kind', '').lower()}/{r['metadata']['name']}": r for r in rows}
    others = sorted(
        f"{r['metadata']['namespace']}/{r['metadata']['name']}"
        for r in rows
        if r.get("kind") == "DaemonSet" and r["metadata"]["name"].startswith(OTHERS)
    )
    return Calico(
        True,
        {name: named[name] for name in TELLING if name in named},
        tuple(pool(row) for row in kubectl.items(pools)),
        tuple(others),
    )


def read(look: Look) -> Calico:
    """Asks only where this node has administrator rights; asks for pools only where Calico is installed."""
    if not kubectl.administrator(look):
        return Calico()
    sets = kubectl.needed(look, "get", "daemonsets", "-A")
    if not any(r["metadata"]["name"] == "calico-node" for r in kubectl.items(sets)):
        return parse(sets, None)
    others = (name for name in TELLING if not name.startswith("daemonset/"))
    # kubectl leaves out missing objects; if only one exists, it prints that object and no list.
    namespaced = kubectl.answer(look, "get", "-n", kubectl.SYSTEM, *others, "--ignore-not-found")
    rows = (
        [namespaced]
        if namespaced and namespaced.get("kind") != "List"
        else kubectl.items(namespaced)
    )
    objects = {"items": [*kubectl.items(sets), *rows]}
    return parse(objects, kubectl.answer(look, "get", POOLS))
