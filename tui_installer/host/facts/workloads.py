"""Reader of nodes and pods, as the API server reports them."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tui_installer.host import evidence, kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import NodeState, Pod, Taint, Workloads
from tui_installer.render.proof import NAMESPACE

TOPIC = Workloads
NODES, PODS = "/api/v1/nodes", "/api/v1/namespaces/{}/pods"
CONTROL_PLANE = "node-role.kubernetes.io/control-plane"


def _condition(row: dict[str, Any], kind: str) -> dict[str, Any]:
    found = (c for c in row.get("status", {}).get("conditions") or [] if c.get("type") == kind)
    return next(found, {})


def taint(row: dict[str, Any]) -> Taint:
    """Converts one taint of a node's spec."""
    return Taint(str(row.get("key", "")), str(row.get("effect", "")), str(row.get("value") or ""))


def node(row: dict[str, Any]) -> NodeState:
    """Converts one node of `kubectl get nodes -o json`."""
    status, ready = row.get("status", {}), _condition(row, "Ready")
    addresses = {a.get("type"): a.get("address", "") for a in status.get("addresses") or []}
    spec = row.get("spec", {})
    taints = tuple(map(taint, spec.get("taints") or []))
    return NodeState(
        name=row["metadata"]["name"],
        ready=ready.get("status") == "True",
        reason=ready.get("reason", ""),
        message=ready.get("message", ""),
        address=addresses.get("InternalIP", ""),
        kubelet=status.get("nodeInfo", {}).get("kubeletVersion", "").removeprefix("v"),
        control_plane=CONTROL_PLANE in (row["metadata"].get("labels") or {}),
        schedulable=not any(t.keeps_away for t in taints) and not spec.get("unschedulable"),
        taints=taints,
        machine_id=str(status.get("nodeInfo", {}).get("machineID") or ""),
    )


def _waiting(containers: list[dict[str, Any]]) -> str:
    """Returns kubectl's reason why the first container that is not running does not run."""
    for container in containers:
        state = container.get("state") or {}
        for kind in ("waiting", "terminated"):
            reason = str((state.get(kind) or {}).get("reason", ""))
            if reason and reason != "Completed":
                return reason
    return ""


def _state(row: dict[str, Any]) -> str:
    status = row.get("status", {})
    if row["metadata"].get("deletionTimestamp"):
        return "Terminating"
    first = status.get("initContainerStatuses") or []
    undone = [c for c in first if (c.get("state") or {}).get("terminated", {}).get("exitCode") != 0]
    if undone:
        reason = _waiting(undone[:1])
        plain = reason in ("", "PodInitializing", "ContainerCreating")
        return f"Init:{len(first) - len(undone)}/{len(first)}" if plain else f"Init:{reason}"
    if status.get("phase") == "Succeeded":
        return "Completed"
    return _waiting(status.get("containerStatuses") or []) or str(
        status.get("reason") or status.get("phase", "Unknown")
    )


def pod(row: dict[str, Any]) -> Pod:
    """Converts one pod of `kubectl get pods -o json`; host/evidence.py finds out why it is not ready."""
    meta, spec, status = row["metadata"], row.get("spec", {}), row.get("status", {})
    labels, rows = meta.get("labels") or {}, status.get("containerStatuses") or []
    return Pod(
        namespace=meta["namespace"],
        name=meta["name"],
        node=spec.get("nodeName", ""),
        app=labels.get("k8s-app") or labels.get("component") or labels.get("app", ""),
        ip=status.get("podIP", ""),
        host_network=bool(spec.get("hostNetwork")),
        state=_state(row),
        ready=sum(bool(c.get("ready")) for c in rows),
        containers=len(spec.get("containers") or rows) or 1,
        restarts=sum(int(c.get("restartCount", 0)) for c in rows),
        generation=labels.get("pod-template-generation", ""),
    )


def parse(nodes: Iterable[dict[str, Any]], pods: Iterable[dict[str, Any]]) -> Workloads:
    """Converts the objects of nodes and pods."""
    return Workloads(True, tuple(map(node, nodes)), tuple(map(pod, pods)))


def read(look: Look) -> Workloads:
    """Reads the nodes and the judged pods: those of kube-system, and those that a proof has left.

    The rest of the cluster is not asked for, so its size does not change the cost. For pods of kube-system
    that are not ready, it also reads evidence. Raises NotRead.
    """
    if not kubectl.kubeconfig(look):
        return Workloads()
    # Only an administrator can remove the objects that a proof has left.
    left = [PODS.format(NAMESPACE)] if kubectl.administrator(look) else []
    paths = [NODES, PODS.format(kubectl.SYSTEM), *left]
    with ThreadPoolExecutor(max_workers=len(paths)) as pool:
        nodes, *some = pool.map(lambda path: kubectl.listed(look, path), paths)
    pods = [row for rows in some for row in rows]
    workloads = parse(nodes, pods)
    if all(pod.good for pod in workloads.pods if pod.namespace == kubectl.SYSTEM):
        return workloads
    return evidence.added(look, workloads, pods)
