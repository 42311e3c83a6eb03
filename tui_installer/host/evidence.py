"""Evidence of why pods are not ready: their states, events, and the ends of their logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_installer.host import files, kubectl
from tui_installer.host.look import Look
from tui_installer.model.facts import Pod, Workloads

LOGS = Path("/var/log/pods")
# Older messages may be about a trouble that is over.
RECENT = 60.0
# These limits are enough to show one cause; further pods that hang mostly share it.
PODS, LINES, TAIL = 6, 12, 8192
# The head of a line of containerd's log: time, stream, and whether the line ends here.
_HEAD = re.compile(r"^\S+ (?:stdout|stderr) [FP] ")
WHERE = ("-n", kubectl.SYSTEM)
JOURNAL = (
    "journalctl",
    "-u",
    "kubelet",
    "-o",
    "cat",
    "--no-pager",
    "-n",
    "300",
    "--since",
    "-3min",
)


def added(look: Look, workloads: Workloads, rows: Sequence[dict[str, Any]]) -> Workloads:
    """Adds evidence to the pods that are not ready; `rows` are the pods' objects."""
    mine = (pod for pod in workloads.pods if pod.namespace == kubectl.SYSTEM)
    bad = [pod for pod in mine if not pod.good][:PODS]
    by_name = {(row["metadata"]["namespace"], row["metadata"]["name"]): row for row in rows}
    events = kubectl.ask(look, "get", "events", *WHERE, "--field-selector", "type=Warning")
    kubelet = [] if events is not None else look.output(*JOURNAL).out.splitlines()
    now = datetime.now(UTC)
    evidence = {}
    for pod in bad:
        row = by_name[pod.namespace, pod.name]
        lines = [*states(row), *happened(kubectl.items(events), pod, now)]
        lines += [line for line in kubelet if pod.name in line and line.startswith(("E", '"', "I"))]
        evidence[pod.namespace, pod.name] = tuple([*lines[-LINES:], *_logs(look, pod, row)])
    pods = (replace(p, evidence=evidence.get((p.namespace, p.name), ())) for p in workloads.pods)
    return replace(workloads, pods=tuple(pods))


def _containers(row: dict[str, Any]) -> Iterable[dict[str, Any]]:
    status = row.get("status", {})
    return [*(status.get("initContainerStatuses") or []), *(status.get("containerStatuses") or [])]


def states(row: dict[str, Any]) -> list[str]:
    """Lists the messages in a pod's status about its containers and its scheduling."""
    lines = []
    for container in _containers(row):
        for state in (container.get("state") or {}, container.get("lastState") or {}):
            for kind in ("waiting", "terminated"):
                details = state.get(kind) or {}
                if details.get("message"):
                    lines.append(f"{details.get('reason', kind)}: {details['message']}".strip())
    for condition in row.get("status", {}).get("conditions") or []:
        if condition.get("reason") == "Unschedulable":
            lines.append(f"Unschedulable: {condition.get('message', '')}")
    return lines


def happened(events: Iterable[dict[str, Any]], pod: Pod, now: datetime) -> list[str]:
    """Lists recent warnings about one pod, oldest first."""
    rows = []
    for event in events:
        what = event.get("involvedObject") or {}
        if (what.get("namespace"), what.get("name")) != (pod.namespace, pod.name):
            continue
        at = event.get("lastTimestamp") or event.get("eventTime") or ""
        try:
            age = (now - datetime.fromisoformat(at.replace("Z", "+00:00"))).total_seconds()
        except ValueError:
            continue
        if age <= RECENT:
            rows.append((at, f"{event.get('reason', '')}: {event.get('message', '')}".strip()))
    return [line for _, line in sorted(rows)]


def _logs(look: Look, pod: Pod, row: dict[str, Any]) -> list[str]:
    """Returns the ends of the logs of containers that have started and are not ready."""
    log_ends: list[str] = []
    for container in _containers(row):
        done = (container.get("state") or {}).get("terminated", {}).get("exitCode") == 0
        if container.get("ready") or done or not container.get("containerID"):
            continue
        folder = LOGS / f"{pod.namespace}_{pod.name}_{row['metadata'].get('uid', '')}"
        lines = _local(folder / container["name"])
        if not lines and not folder.exists():
            lines = _remote(look, pod, container["name"])
        log_ends += lines[-LINES:]
    return log_ends


def _local(folder: Path) -> list[str]:
    """Reads the newest log of a container; kubelet numbers them by its restarts: 0.log, 1.log, ..."""
    try:
        logs = sorted(folder.glob("*.log"), key=lambda path: path.stat().st_mtime)
        text = files.end(logs[-1], TAIL)
    except (OSError, IndexError):
        return []
    lines = [_HEAD.sub("", line) for line in text.splitlines()]
    # If the new log is empty, the one before it tells why the container started again.
    return lines or _earlier(logs)


def _earlier(logs: Sequence[Path]) -> list[str]:
    try:
        text = files.end(logs[-2], TAIL)
    except (OSError, IndexError):
        return []
    return [_HEAD.sub("", line) for line in text.splitlines()]


def _remote(look: Look, pod: Pod, container: str) -> list[str]:
    head = ("kubectl", f"--kubeconfig={kubectl.kubeconfig(look)}")
    where = (
        "logs",
        "-n",
        pod.namespace,
        pod.name,
        "-c",
        container,
        f"--tail={LINES}",
        f"--limit-bytes={TAIL}",
    )
    return look.output(*head, *where, timeout=5).out.splitlines()
