"""A whole install against the guide typed by hand, the pod network, a second run, local checks, memory.

    LAB_BLOBS=... benchmarks/run [--short] [ROUNDS] node

Needs the lab (tests/lab). Each ratio compares what ran in turn on the same machine in this run.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from benchmarks.size import asked
from tests.lab.lab import Lab, build
from tests.lab.node import Node
from tests.lab.product import (
    ANSWERS,
    CONTROL_PLANE,
    WORKER,
    answers,
    apply,
    events,
    good,
    install,
    join_command,
)
from tests.lab.told import BYHAND

CHECKS = Path(__file__).with_name("local_checks.py")
PYTHON = "/opt/tui-installer/python/bin/python3.13"
MASTER = ("master01", "10.77.0.11/24", "10.78.0.11/24")
# In the mode that `byhand` takes as well. What is left out would stay as the run before had it: no network.
BGP = '[cluster]\nnetwork = "calico"\ncalico_mode = "bgp"\n'


def timed(work: Callable[[], object]) -> float:
    """Seconds that the work takes."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def by_hand(lab: Lab) -> tuple[float, float]:
    """The guide, corrected, typed without a pause on a fresh node; then the pod network, until every pod is ready."""
    node = lab.up(*MASTER)
    node.push(BYHAND, "/root/byhand")
    typed = ("bash", "/root/byhand")
    made = timed(lambda: good(node.run(*typed, "master", "master01", "10.77.0.11")))
    good(node.run("kubectl", "get", "node", "master01"))
    ready = timed(lambda: good(node.run(*typed, "calico")))
    node.down()
    return made, ready


def by_program(lab: Lab) -> tuple[float, float, float]:
    """`apply` on a fresh node on which the program is installed; then with the pod network.

    Seconds of the first; then from `kubectl apply` of the network to pods that are ready, and to the proof's end.
    """
    node = lab.up(*MASTER)
    install(node)
    made = timed(lambda: good(apply(node, CONTROL_PLANE)))
    good(apply(node, answers("first-control-plane", "master01", BGP)))
    began, calico, proof = _moments(node)
    node.down()
    return made, calico - began, proof - began


def pairs(lab: Lab, rate: str | None, rounds: int) -> None:
    """One after the other, so that a machine that grows slower slows both.

    By hand it ends when every pod is ready, which proves nothing yet.
    """
    lab.world(rate)
    hand, ours = [], []
    for _ in range(rounds):
        hand.append(by_hand(lab))
        ours.append(by_program(lab))
    (theirs, their_pods), (made, pods, proved) = zip(*hand, strict=True), zip(*ours, strict=True)
    speed = f"{rate[:-1]} MB/s a connection" if rate else "full speed"
    say(f"{speed}: whole install {compared(made, theirs)}")
    say(f"{speed}: from kubectl apply to pods ready {compared(pods, their_pods)}")
    say(f"{speed}: from kubectl apply to the end of the proof {row(proved)} s")


def compared(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """The median of the ratios, round by round, and both in seconds."""
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    return f"{ratio:.2f} of by hand ({row(ours)} against {row(theirs)} s)"


def row(values: Sequence[float]) -> str:
    """Median, and the range."""
    return f"{statistics.median(values):.1f} [{min(values):.1f}-{max(values):.1f}]"


def say(line: str) -> None:
    """One line of the result, at once."""
    print(line, flush=True)


def _memory(node: Node, most: list[int], over: Event) -> None:
    while not over.wait(0.05):
        for process in node.ps():
            if process.argv[-2:] == ("tui_installer", "engine"):
                try:
                    rollup = node.read(f"/proc/{process.pid}/smaps_rollup")
                except OSError:
                    continue
                pss = next(line for line in rollup.splitlines() if line.startswith("Pss:"))
                most.append(int(pss.split()[1]))


def made_node(lab: Lab, rounds: int) -> None:
    """What is felt on a node that is made already, and the memory of the engine that made it."""
    lab.world()
    node, over, most = lab.up(*MASTER), Event(), list[int]()
    install(node)
    watcher = Thread(target=_memory, args=(node, most, over))
    watcher.start()
    good(apply(node, CONTROL_PLANE))
    over.set()
    watcher.join()
    say(f"engine's memory (PSS): {max(most) / 1024:.1f} MiB at most")
    again = [timed(lambda: good(apply(node, CONTROL_PLANE))) for _ in range(rounds)]
    say(f"second run, nothing to do: {row(again)} s")
    _worker(lab, node)
    node.run("kubeadm", "reset", "-f", check=True)
    node.push(CHECKS, "/root/local_checks.py")
    config = "/etc/tui-installer/kubeadm-config.yaml"
    ours, whole, theirs = [], [], []
    for _ in range(2 * rounds - 1):
        preflight = ("kubeadm", "init", "phase", "preflight", "--config", config)
        theirs.append(timed(lambda: good(node.run(*preflight))))  # noqa: B023 - called at once
        said = good(node.run(PYTHON, "-I", "/root/local_checks.py", ANSWERS)).out.split()
        ours.append(float(said[0]))
        whole.append(float(said[1]))
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    say(
        f"local checks: {ratio:.2f} of kubeadm's preflight with images present ({row(ours)} against {row(theirs)} s)"
    )
    say(f"local checks with the loading of the program: {row(whole)} s")
    node.down()


def _moments(node: Node) -> tuple[float, float, float]:
    """When `kubectl apply` began, and when the steps calico and proof ended, by the journal."""
    rows = events(node)
    at = {
        (e["kind"], e.get("step"), " ".join(e.get("change", {}).get("argv", [])[2:4])): e["t"]
        for e in rows
    }
    keys = (
        ("change-started", "calico", "apply -f"),
        ("step-ended", "calico", ""),
        ("step-ended", "proof", ""),
    )
    first, second, third = (datetime.fromisoformat(at[key]).timestamp() for key in keys)
    return first, second, third


def _worker(lab: Lab, master: Node) -> None:
    node = lab.up("worker01", "10.77.0.12/24", "10.78.0.12/24")
    install(node)
    join = join_command(master)
    seconds = timed(lambda: good(apply(node, WORKER, "--join", "-", input=join)))
    say(f"worker, whole install: {seconds:.1f} s")
    node.down()


def main() -> None:
    """All of it, some minutes long."""
    size = asked()
    rounds = size.rounds_or(3)
    out = Path(os.environ["LAB_OUT"]) if "LAB_OUT" in os.environ else build()
    with Lab(out) as lab:
        made_node(lab, rounds)
        pairs(lab, None, rounds)
        if not size.short:
            pairs(lab, "2m", max(1, rounds - 1))


if __name__ == "__main__":
    main()
