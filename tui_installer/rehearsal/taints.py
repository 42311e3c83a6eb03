"""`kubectl taint` in a rehearsal: by its own words, as no reference run holds every turn of it.

It loads no facts: a command that is played shall start at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tui_installer.rehearsal.state import RehearsedState

# With these a pod that does not tolerate the taint is not placed there.
KEEPING_AWAY = ("NoSchedule", "NoExecute")


def asked(argv: Sequence[str]) -> bool:
    """It is `kubectl --kubeconfig=F taint nodes NAME WORD...`."""
    return argv[:1] == ("kubectl",) and argv[2:4] == ("taint", "nodes") and len(argv) > 5


def play(state: RehearsedState, argv: Sequence[str]) -> tuple[int, str]:
    """Puts taints on the node of the recording, or takes them off; what kubectl prints, and its exit code."""
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
            said = f"already has {key} taint(s) with same effect(s) and --overwrite is false"
            return 1, f"error: node {name} {said}\n"
        taints = [t for t in taints if t not in held]
        taints += [] if word.endswith("-") else [wanted]
    node["taints"] = taints
    node["schedulable"] = not any(taint["effect"] in KEEPING_AWAY for taint in taints)
    return 0, f"node/{name} {'untainted' if words[0].endswith('-') else 'tainted'}\n"


def _parsed(word: str) -> dict[str, str]:
    pair, _, effect = word.rpartition(":")
    key, _, value = pair.partition("=")
    return {"key": key, "effect": effect, "value": value}
