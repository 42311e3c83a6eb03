"""Taints in a rehearsal: `kubectl taint` by its own rules, because no reference run holds every case.

It imports no facts: a played command should start at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui_installer.rehearsal.state import RehearsedState

# Effects that keep a pod without a toleration off the node.
KEEPING_AWAY = ("NoSchedule", "NoExecute")


def asked(argv: Sequence[str]) -> bool:
    """Tells whether the command is `kubectl --kubeconfig=F taint nodes NAME WORD...`."""
    return argv[:1] == ("kubectl",) and argv[2:4] == ("taint", "nodes") and len(argv) > 5


def play(state: RehearsedState, argv: Sequence[str]) -> tuple[int, str]:
    """Adds taints to the recorded node, or removes them; returns kubectl's exit code and output."""
    name, words = argv[4], argv[5:]
    nodes: list[dict[str, Any]] = state.facts.get("Workloads", {}).get("nodes", [])
    node = next((node for node in nodes if node["name"] == name), None)
    if node is None or node.get("taints") is None:
        return 1, f'Error from server (NotFound): nodes "{name}" not found\n'
    taints: list[dict[str, str]] = list(node["taints"])
    for word in words:
        wanted = _parsed(word.removesuffix("-"))
        key, effect = wanted["key"], wanted["effect"]
        held = [t for t in taints if (t["key"], t["effect"]) == (key, effect)]
        if word.endswith("-") and not held:
            return 1, f'error: taint "{key}:{effect}" not found\n'
        if not word.endswith("-") and held:
            reason = f"already has {key} taint(s) with same effect(s) and --overwrite is false"
            return 1, f"error: node {name} {reason}\n"
        taints = [t for t in taints if t not in held]
        taints += [] if word.endswith("-") else [wanted]
    node["taints"] = taints
    node["schedulable"] = not any(taint["effect"] in KEEPING_AWAY for taint in taints)
    return 0, f"node/{name} {'untainted' if words[0].endswith('-') else 'tainted'}\n"


def _parsed(word: str) -> dict[str, str]:
    pair, _, effect = word.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "effect": effect, "value": value}
