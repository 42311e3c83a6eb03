"""Comparison of a whole install with the guide typed by hand; pod network, second run, local checks, memory.

Each ratio compares alternating rounds on the same machine in this run.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

from tests.lab.handmade import image
from tests.lab.lab import Lab
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
    program,
    until,
)
from tests.lab.told import BYHAND

CHECKS = Path(__file__).with_name("local_checks.py")
IMAGE_LOOK = Path(__file__).with_name("image_look.py")
PYTHON = "/opt/tui-installer/python/bin/python3.13"
MASTER = ("master01", "10.77.0.11/24", "10.78.0.11/24")
# `byhand` uses this mode too. Left out, the answers of the run before would count: no network.
BGP = '[cluster]\nnetwork = "calico"\ncalico_mode = "bgp"\n'


def timed(work: Callable[[], object]) -> float:
    """Returns the seconds of the work."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


def by_hand(lab: Lab) -> tuple[float, float]:
    """Types the corrected guide without pauses on a fresh node, then the pod network, until every pod is ready."""
    node = lab.up(*MASTER)
    node.push(BYHAND, "/root/byhand")
    typed = ("bash", "/root/byhand")
    made = timed(lambda: good(node.run(*typed, "master", "master01", "10.77.0.11")))
    good(node.run("kubectl", "get", "node", "master01"))
    ready = timed(lambda: good(node.run(*typed, "calico")))
    node.down()
    return made, ready


@dataclass(frozen=True)
class Program:
    """A node that `apply` has made with these answers, and its seconds.

    `pods` and `proved` count from `kubectl apply` of the network; `memory` is the engine's, in MiB, where
    it was watched.
    """

    node: Node
    answers: str
    made: float
    pods: float
    proved: float
    memory: float


def by_program(lab: Lab, *, watched: bool = False) -> Program:
    """Runs `apply` on a fresh node with the program, then once more with the pod network."""
    node = lab.up(*MASTER)
    install(node)
    network, most = answers("first-control-plane", "master01", BGP), [0]
    with _watched(node, most if watched else None):
        made = timed(lambda: good(apply(node, CONTROL_PLANE)))
    good(apply(node, network))
    began, calico, proof = _moments(node)
    return Program(node, network, made, calico - began, proof - began, max(most) / 1024)


def pairs(lab: Lab, rate: str | None, rounds: int) -> None:
    """Alternates both, so that a machine that becomes slower affects both."""
    lab.world(rate)
    hand, ours = [], []
    for _ in range(rounds):
        hand.append(by_hand(lab))
        ours.append(by_program(lab))
        ours[-1].node.down()
    tell_pairs(hand, ours, rate)


def tell_pairs(
    hand: Sequence[tuple[float, float]], ours: Sequence[Program], rate: str | None
) -> None:
    """Prints the comparison; the time by hand ends when every pod is ready, which is no proof yet."""
    theirs, their_pods = zip(*hand, strict=True)
    speed = f"{rate[:-1]} MB/s a connection" if rate else "full speed"
    pods = compared([one.pods for one in ours], their_pods)
    say(f"{speed}: whole install {compared([one.made for one in ours], theirs)}")
    say(f"{speed}: from kubectl apply to pods ready {pods}")
    proved = row([one.proved for one in ours])
    say(f"{speed}: from kubectl apply to the end of the proof {proved} s")


def compared(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Formats the median of the ratios, round by round, and both in seconds."""
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    return f"{ratio:.2f} of by hand ({row(ours)} against {row(theirs)} s)"


def row(values: Sequence[float]) -> str:
    """Formats the median, and the range."""
    return f"{statistics.median(values):.1f} [{min(values):.1f}-{max(values):.1f}]"


def say(line: str) -> None:
    """Prints one line of the result at once."""
    print(line, flush=True)


@contextmanager
def _watched(node: Node, most: list[int] | None) -> Iterator[None]:
    """Samples the engine's memory in KiB within the block; does nothing for None."""
    if most is None:
        yield
        return
    over = Event()
    watcher = Thread(target=_memory, args=(node, most, over))
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


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
    """Measures a finished node, and the memory of the engine that made it."""
    lab.world()
    node, most = lab.up(*MASTER), [0]
    install(node)
    with _watched(node, most):
        made = timed(lambda: good(apply(node, CONTROL_PLANE)))
    ours = Program(node, CONTROL_PLANE, made, 0, 0, max(most) / 1024)
    tell_memory(ours)
    second_run(ours, rounds)
    worker(lab, node)
    support_bundle(node, rounds)
    local_checks(node, rounds)
    many_images(node, rounds, count=2000)
    node.down()


def tell_memory(ours: Program) -> None:
    """Prints the memory of the engine that made the node."""
    say(f"engine's memory (PSS): {ours.memory:.1f} MiB at most")


def second_run(ours: Program, rounds: int) -> None:
    """Measures the same answers once more."""
    again = [timed(lambda: good(apply(ours.node, ours.answers))) for _ in range(rounds)]
    say(f"second run, nothing to do: {row(again)} s")


def support_bundle(node: Node, rounds: int) -> None:
    """Measures the report of a node on which everything answers, and of one whose containerd hangs."""
    paths = iter(f"/root/report-{number}.tar.gz" for number in range(2 * rounds))

    def taken() -> float:
        return timed(lambda: good(program(node, "report", "-o", next(paths))))

    healthy = [taken() for _ in range(rounds)]
    node.run("pkill", "-STOP", "-x", "containerd", check=True)
    hangs = [taken() for _ in range(rounds)]
    node.run("pkill", "-CONT", "-x", "containerd", check=True)
    say(f"support bundle: {row(healthy)} s; while containerd hangs: {row(hangs)} s")


def local_checks(node: Node, rounds: int) -> None:
    """Compares with kubeadm's own preflight, after a reset of the node."""
    node.run("kubeadm", "reset", "-f", check=True)
    node.push(CHECKS, "/root/local_checks.py")
    config = "/etc/tui-installer/kubeadm-config.yaml"
    ours, whole, theirs = [], [], []
    for _ in range(2 * rounds - 1):
        preflight = ("kubeadm", "init", "phase", "preflight", "--config", config)
        theirs.append(timed(lambda: good(node.run(*preflight))))  # noqa: B023 - called at once
        seconds = good(node.run(PYTHON, "-I", "/root/local_checks.py", ANSWERS)).out.split()
        ours.append(float(seconds[0]))
        whole.append(float(seconds[1]))
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    say(
        f"local checks: {ratio:.2f} of kubeadm's preflight with images present ({row(ours)} against {row(theirs)} s)"
    )
    say(f"local checks with the loading of the program: {row(whole)} s")


def many_images(node: Node, rounds: int, *, count: int) -> None:
    """Measures the first rows, and the whole look, of a node with that many images."""
    names = [f"docker.io/lab/many{number}:1" for number in range(count)]
    node.path("/root/many.tar").write_bytes(image(*names))
    load = ("ctr", "-n", "k8s.io", "images", "import", "--no-unpack", "/root/many.tar")
    good(node.run(*load, timeout=900))
    node.push(IMAGE_LOOK, "/root/image_look.py")

    def looked() -> list[float]:
        told = good(node.run(PYTHON, "-I", "/root/image_look.py", timeout=300)).out.split()
        return [float(word) for word in told]

    # CRI takes them over one by one.
    until(lambda: good(node.run("crictl", "images")).out.count("docker.io/lab/") >= count, 600)
    looks = [looked() for _ in range(rounds)]
    say(
        f"{round(looks[0][2])} images: first rows {row([look[0] for look in looks])} s,"
        f" everything {row([look[1] for look in looks])} s"
    )


def _moments(node: Node) -> tuple[float, float, float]:
    """Returns the start of `kubectl apply`, and the ends of the steps calico and proof, from the journal."""
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


def worker(lab: Lab, master: Node) -> None:
    """Measures a worker of that cluster, from a fresh machine."""
    node = lab.up("worker01", "10.77.0.12/24", "10.78.0.12/24")
    install(node)
    join = join_command(master)
    seconds = timed(lambda: good(apply(node, WORKER, "--join", "-", input=join)))
    say(f"worker, whole install: {seconds:.1f} s")
    node.down()


def full(lab: Lab, rounds: int) -> None:
    """Measures all of it; this takes some minutes."""
    made_node(lab, rounds)
    pairs(lab, None, rounds)
    pairs(lab, "2m", max(1, rounds - 1))
