"""Asks the API server by kubectl, as an administrator where this node has that file, else as its kubelet."""

from __future__ import annotations

import json
from typing import Any

from tui_installer.host.look import Look

ADMIN = "/etc/kubernetes/admin.conf"
KUBELET = "/etc/kubernetes/kubelet.conf"
PATIENCE = 4


def kubeconfig(look: Look) -> str:
    """The file with which this node may ask; empty where it is part of no cluster."""
    return next((path for path in (ADMIN, KUBELET) if look.exists(path)), "")


def ask(look: Look, *argv: str) -> Any:
    """What `kubectl ARGV -o json` prints; None where there is no answer, or none that is allowed."""
    if not (config := kubeconfig(look)):
        return None
    head = ("kubectl", f"--kubeconfig={config}", f"--request-timeout={PATIENCE}s")
    said = look.output(*head, *argv, "-o", "json", timeout=PATIENCE + 4)
    try:
        return json.loads(said.out) if said.code == 0 and said.out.strip() else None
    except ValueError:
        return None


def items(answer: Any) -> list[dict[str, Any]]:
    """The objects of a list; none if it is no list."""
    rows = answer.get("items") if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
