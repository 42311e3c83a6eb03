"""Time of `explain` on a healthy node, and of the cause that is named while kubeadm waits."""

from __future__ import annotations

import json
from datetime import datetime

from benchmarks.node import by_program, row, say, timed
from tests.lab.lab import Lab
from tests.lab.node import Node
from tests.lab.product import CONTROL_PLANE, apply, events, good, program, until, up

FRESH = ("master02", "10.77.0.21/24", "10.78.0.21/24")
# It comes before kubeadm in the engine's PATH, and breaks the machine as soon as kubeadm begins.
WRAPPER = "/usr/local/sbin/kubeadm"
BROKEN = """#!/bin/sh
[ "$2" = --config ] && {
    sed -i 's#sandbox_image = .*#sandbox_image = "gone.mirror.lab/pause:3.6"#' /etc/containerd/config.toml
    systemctl restart containerd
}
exec /usr/bin/kubeadm "$@"
"""
EVIDENCE = "failed to get sandbox image"


def full(lab: Lab, rounds: int) -> None:
    """Measures both, on nodes of their own."""
    lab.world()
    ours = by_program(lab)
    explain(ours.node, rounds)
    ours.node.down()
    named(lab, rounds)


def explain(node: Node, rounds: int) -> None:
    """Measures `explain` on a node of which it has nothing to say; a new one still tells of its own start."""
    until(lambda: program(node, "explain").code == 0)
    seconds = [timed(lambda: good(program(node, "explain"))) for _ in range(rounds)]
    say(f"explain, healthy node: {row(seconds)} s")


def named(lab: Lab, rounds: int) -> None:
    """Measures from the first line of a log that shows a fault to the event that names it, while kubeadm waits."""
    seconds = [_named(lab) for _ in range(rounds)]
    say(f"from the first evidence to the named cause: {row(seconds)} s")


def _named(lab: Lab) -> float:
    node = up(lab, *FRESH)
    node.write(WRAPPER, BROKEN)
    node.run("chmod", "755", WRAPPER, check=True)
    good(apply(node, CONTROL_PLANE.replace("master01", "master02"), "--detach"))
    until(lambda: bool(_causes(node)), 600)
    seconds = _causes(node)[0] - _evidence(node)
    node.down()
    return seconds


def _causes(node: Node) -> list[float]:
    """Returns the times of the events that name a cause, in seconds since 1970."""
    told = [e["t"] for e in events(node) if e["kind"] == "state" and "cause" in e]
    return [datetime.fromisoformat(at).timestamp() for at in told]


def _evidence(node: Node) -> float:
    """Returns the time of the first line in the logs of the kubelet and of containerd that shows the fault."""
    units = ("-u", "kubelet.service", "-u", "containerd.service")
    lines = good(node.run("journalctl", *units, "-o", "json", "--no-pager")).out.splitlines()
    rows = [json.loads(line) for line in lines if EVIDENCE in line]
    return min(int(row["__REALTIME_TIMESTAMP"]) for row in rows) / 1e6
