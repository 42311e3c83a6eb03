"""Disposable real nodes for tests: a typed face of `build` and `labnode`.

    out = build()
    with Lab(out) as lab:
        lab.world()
        node = lab.up("master01", "10.77.0.11/24", "10.78.0.11/24")
        node.run("yum", "makecache", check=True)

Nodes and world die with the test process at the latest, or are swept by the next one.
"""

import contextlib
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from .node import Node
from .told import (
    BUILD,
    LABNODE,
    LabError,
    LabUnavailableError,
    Request,
)

# Seconds for what takes one on a quiet machine: files by the gigabyte are removed, and tests run beside.
BUSY = 300
CANNOT_BUILD = 3  # build's exit code for "not on this machine"


def cache() -> Path:
    """The folder outside the tree that `build` fills; the same rule as in `build`."""
    if own := os.environ.get("TUI_INSTALLER_CACHE"):
        return Path(own) / "lab"
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "tui-installer" / "lab"


def why_not() -> str | None:
    """What keeps this machine from running nodes, or None."""
    if os.geteuid() != 0:
        return "the lab needs root"
    for hierarchy in ("systemd", "memory", "pids"):
        if not Path(f"/sys/fs/cgroup/{hierarchy}/cgroup.procs").exists():
            return f"the lab needs cgroup v1: no hierarchy {hierarchy} in /sys/fs/cgroup"
    return None


def build() -> Path:
    """Make the lab ready (at once when it is) and give its folder; progress goes to stderr.

    Raises LabUnavailableError where it cannot be built, LabError when building failed.
    """
    done = subprocess.run([BUILD], stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == CANNOT_BUILD:
        # said on stderr too, but the reason belongs into the test's outcome
        again = subprocess.run([BUILD], capture_output=True, text=True)
        raise LabUnavailableError(
            (again.stderr.splitlines() or ["build refused"])[-1].removeprefix("lab: ")
        )
    if done.returncode != 0:
        raise LabError(f"tests/lab/build failed with {done.returncode}")
    return Path(done.stdout.splitlines()[-1])


class Lab:
    """A set of nodes and the offline internet round them, apart from every other Lab."""

    def __init__(self, out: Path) -> None:
        """Take what `build` gave; make a state folder, and hold both against other processes."""
        self.out = out
        states = cache() / "state"
        states.mkdir(parents=True, exist_ok=True)
        if _file_system(states) == "overlayfs":
            raise LabUnavailableError(
                f"{states} is on an overlay; set TUI_INSTALLER_CACHE to a plain file system"
            )
        made = Path(tempfile.mkdtemp(prefix="new-", dir=states))
        self._owner = _lock(made / ".owner", fcntl.LOCK_EX)
        # only under this name would sweep_leftovers look at it, and now it finds it held
        self.state = made.rename(states / made.name.replace("new-", "test-", 1))
        self._in_use = _lock(out / "in-use", fcntl.LOCK_SH)  # build prunes nothing that is held
        # A node dies with the thread that started it (pdeathsig), so one thread starts them all.
        self._starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="lab-starter")
        self.nodes: dict[str, Node] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def environment(self) -> dict[str, str]:
        """What labnode wants to know."""
        return {**os.environ, "LAB_OUT": str(self.out), "LAB_STATE": str(self.state)}

    def labnode(self, *args: str, **extra: str) -> str:
        """One call of labnode that is soon over; extra goes into its environment."""
        done = subprocess.run(
            [LABNODE, *args],
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=BUSY,
        )
        if done.returncode != 0:
            raise LabError(f"labnode {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def world(self, rate: str | None = None) -> None:
        """(Re)start the offline internet; rate is bytes/s a connection, like "500k"."""
        # Not through labnode(): its daemons would hold the pipes open for ever.
        with (self.state / "world.out").open("w") as out:
            done = subprocess.run(
                [LABNODE, "world", *([rate] if rate else [])],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                timeout=BUSY,
            )
        if done.returncode != 0:
            raise LabError(f"labnode world: {(self.state / 'world.out').read_text()}")

    def requests(self, after: float = 0.0) -> list[Request]:
        """What nodes asked the world for, oldest first; after = time.time() of a moment."""
        log = self.state / ".world" / "access.log"
        lines = log.read_text().splitlines() if log.exists() else []
        every = (Request(**json.loads(line)) for line in lines)
        return [request for request in every if request.time >= after]

    def layer(self, name: str, *argv: str, given: Path) -> Path:
        """What a command changes in a fresh node's files, for any number of nodes; made once.

        The command gets the file as its stdin. Nothing runs meanwhile, as where an image is made.
        """
        folder = self.state / f".layer-{name}"
        if not folder.exists():
            with given.open("rb") as file:
                done = subprocess.run(
                    [LABNODE, "layer", folder, *argv],
                    env=self.environment,
                    stdin=file,
                    capture_output=True,
                    text=True,
                    timeout=BUSY,
                )
            if done.returncode != 0:
                shutil.rmtree(folder)
                raise LabError(f"labnode layer {name}: {done.stdout}{done.stderr}")
        return folder

    def up(
        self,
        name: str,
        ens33: str,
        ens34: str | None = None,
        *,
        swap: bool = False,
        layer: Path | None = None,
    ) -> Node:
        """Boot a fresh node. Addresses like "10.77.0.11/24"; ens34 takes the default route.

        Who wants swap holds `swap_alone`: all nodes that have it share the machine's.
        """
        extra = {"LAB_SWAP": "on"} if swap else {}
        if layer:
            extra["LAB_LAYER"] = str(layer)
        self.labnode("new", name, ens33, *([ens34] if ens34 else []), **extra)
        node = Node(self, name)
        self.nodes[name] = node
        node.boot()
        return node

    def hold(self, name: str) -> "subprocess.Popen[bytes]":
        """Start what a node lives by; it prints the state that the boot reached."""

        def start() -> "subprocess.Popen[bytes]":
            with (self.state / name / "hold.log").open("ab") as log:
                return subprocess.Popen(
                    ["setpriv", "--pdeathsig", "KILL", LABNODE, "hold", name],
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    start_new_session=True,  # a Ctrl+C at the tests is not the node's
                )

        return self._starter.submit(start).result()

    def sweep(self) -> None:
        """End every node and the world."""
        for node in list(self.nodes.values()):
            node.down()
        self.labnode("sweep")

    def close(self) -> None:
        """Sweep, and give up the state folder."""
        try:
            self.sweep()
        finally:
            self._starter.shutdown()
            self._in_use.close()
            shutil.rmtree(self.state, ignore_errors=True)
            self._owner.close()

    @staticmethod
    def sweep_leftovers() -> list[Path]:
        """Clear up after test processes that were killed; gives the folders that were theirs."""
        swept = []
        states = cache() / "state"
        states.mkdir(parents=True, exist_ok=True)
        with _lock(states / ".sweeping", fcntl.LOCK_EX):  # test processes begin side by side
            for state in sorted(states.glob("test-*")):
                try:
                    owner = _lock(state / ".owner", fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    continue  # its process lives
                with owner:
                    environment = {**os.environ, "LAB_STATE": str(state)}
                    subprocess.run([LABNODE, "sweep"], env=environment, check=True, timeout=BUSY)
                    shutil.rmtree(state)
                swept.append(state)
        return swept

    @staticmethod
    @contextlib.contextmanager
    def swap_alone() -> Iterator[None]:
        """Wait until no other test process of this machine has a node with swap."""
        with _lock(cache() / "swap.lock", fcntl.LOCK_EX):
            yield


def _file_system(path: Path) -> str:
    return subprocess.run(
        ["stat", "-f", "-c", "%T", path], capture_output=True, text=True, check=True
    ).stdout.strip()


def _lock(path: Path, how: int) -> IO[str]:
    """An open file that holds the lock until it is closed or we die; children do not get it."""
    file = path.open("a")
    try:
        fcntl.flock(file, how)
    except OSError:
        file.close()
        raise
    return file
