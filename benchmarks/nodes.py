"""Real nodes for measurements: the parts `node` and `crowd` of `benchmarks/run`.

    LAB_BLOBS=... benchmarks/run [--short] [ROUNDS] [node] [crowd]

They need the lab (tests/lab). In the short form both share one node, and at most four are made.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path

from benchmarks import causes, crowd, node
from benchmarks.size import Size, asked
from tests.lab.lab import Lab, build


def short(lab: Lab, parts: Collection[str]) -> None:
    """Measures all figures of these parts, with one round each."""
    lab.world()
    hand = node.by_hand(lab) if "node" in parts else None
    ours = node.by_program(lab, watched=True)
    if hand is not None:
        node.tell_pairs([hand], [ours], None)
        node.tell_memory(ours)
        node.second_run(ours, rounds=1)
    if "crowd" in parts:
        crowd.tell(crowd.against_empty(ours.node, ours.answers, pods=100, nodes=5, rounds=1))
    if hand is not None:
        causes.explain(ours.node, rounds=1)
        node.worker(lab, ours.node)
        node.support_bundle(ours.node, rounds=1)
        node.local_checks(ours.node, rounds=1)
        node.many_images(ours.node, rounds=1, count=50)
    ours.node.down()
    if hand is not None:
        causes.named(lab, rounds=1)


def full(lab: Lab, parts: Collection[str], size: Size) -> bool:
    """Measures the full form, each part on nodes of its own; returns whether all is within the limit."""
    if "node" in parts:
        node.full(lab, size.rounds_or(3))
        causes.full(lab, size.rounds_or(3))
    return "crowd" not in parts or crowd.full(lab, size.rounds_or(5))


def main() -> int:
    """Returns exit code 1 if a figure of the full form is above its limit."""
    size, parts = asked(), [word for word in sys.argv[1:] if word in ("node", "crowd")]
    out = Path(os.environ["LAB_OUT"]) if "LAB_OUT" in os.environ else build()
    with Lab(out) as lab:
        if size.short:
            short(lab, parts)
            return 0
        return 0 if full(lab, parts, size) else 1


if __name__ == "__main__":
    sys.exit(main())
