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
import hashlib
import itertools
import json
import os
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Self

HERE = Path(__file__).resolve().parent
LABNODE = HERE / "labnode"
BUILD = HERE / "build"
BYHAND = HERE / "byhand"

CANNOT_BUILD = 3  # build's exit code for "not on this machine"
TIMEOUT = 300.0


class LabError(Exception):
    """The lab or a node did not do what was asked."""


class LabUnavailableError(LabError):
    """This machine cannot run the lab; the text says why."""


class LabTimeoutError(LabError):
    """A command in a node took too long and was ended."""


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    argv: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    @property
    def ok(self) -> bool:
        return self.code == 0


class Process(NamedTuple):
    """A process of a node, under the number that the node knows it by."""

    pid: int
    argv: tuple[str, ...]


class FileState(NamedTuple):
    """What a file is. The digest is that of its bytes, or of the text a link points to."""

    mode: int  # type and permission bits
    uid: int
    gid: int
    sha256: str


@dataclass(frozen=True)
class Request:
    """One line of the world's access log, written when the answer was sent or given up."""

    time: float  # seconds since the epoch
    client: str
    host: str
    method: str
    uri: str
    status: int
    bytes: int


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
            timeout=60,
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
                timeout=60,
            )
        if done.returncode != 0:
            raise LabError(f"labnode world: {(self.state / 'world.out').read_text()}")

    def requests(self, after: float = 0.0) -> list[Request]:
        """What nodes asked the world for, oldest first; after = time.time() of a moment."""
        log = self.state / ".world" / "access.log"
        lines = log.read_text().splitlines() if log.exists() else []
        every = (Request(**json.loads(line)) for line in lines)
        return [request for request in every if request.time >= after]

    def up(self, name: str, ens33: str, ens34: str | None = None, *, swap: bool = False) -> "Node":
        """Boot a fresh node. Addresses like "10.77.0.11/24"; ens34 takes the default route.

        Who wants swap holds `swap_alone`: all nodes that have it share the machine's.
        """
        extra = {"LAB_SWAP": "on"} if swap else {}
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
                    subprocess.run([LABNODE, "sweep"], env=environment, check=True, timeout=60)
                    shutil.rmtree(state)
                swept.append(state)
        return swept

    @staticmethod
    @contextlib.contextmanager
    def swap_alone() -> Iterator[None]:
        """Wait until no other test process of this machine has a node with swap."""
        with _lock(cache() / "swap.lock", fcntl.LOCK_EX):
            yield


class Node:
    """One node. Paths are the node's own, absolute links in them included."""

    def __init__(self, lab: Lab, name: str) -> None:
        self.lab = lab
        self.name = name
        self.folder = lab.state / name
        self.state = "off"  # or what systemd reached: running, degraded
        self._hold: subprocess.Popen[bytes] | None = None
        self._units = itertools.count(1)

    # -- power

    def boot(self) -> None:
        """Switch on a node that is off, with its files as they were left."""
        if self._hold is not None:
            self.power_cut()
        self._hold = self.lab.hold(self.name)
        assert self._hold.stdout is not None
        ready, _, _ = select.select([self._hold.stdout], [], [], 60)
        self.state = self._hold.stdout.readline().decode().strip() if ready else ""
        if not self.state:
            self.power_cut()
            logs = (self.folder / "hold.log", self.folder / "console.log")
            said = "\n".join(log.read_text(errors="replace") for log in logs if log.exists())
            raise LabError(f"{self.name} did not boot:\n{said}")

    def power_cut(self) -> None:
        """Off, without a word to anything that runs in it."""
        if self._hold is not None:
            self._hold.kill()
            self._hold.wait()
            if self._hold.stdout is not None:
                self._hold.stdout.close()
            self._hold = None
        self.lab.labnode("off", self.name)
        self.state = "off"

    def reboot(self) -> None:
        """A power cut, and on again."""
        self.power_cut()
        self.boot()

    def down(self) -> None:
        """Off, and gone with all its files."""
        self.power_cut()
        self.lab.labnode("down", self.name)
        self.lab.nodes.pop(self.name, None)

    # -- commands

    def run(
        self,
        *argv: str,
        input: str | None = None,
        timeout: float = TIMEOUT,
        check: bool = False,
        environment: Mapping[str, str] | None = None,
    ) -> Result:
        """Run a command as a unit of the node, as what a person starts there would run.

        Raises LabTimeoutError, and LabError for a code that is not 0 if check is set.
        """
        unit = f"lab-run-{next(self._units)}.service"
        words = [*_env(environment), *argv]
        return self._finish(self.popen(*words, unit=unit), argv, input, timeout, check, unit)

    def sh(
        self,
        *argv: str,
        input: str | None = None,
        timeout: float = TIMEOUT,
        check: bool = False,
    ) -> Result:
        """Run a command in the node but outside its cgroups: quicker, for looking."""
        return self._finish(self._start("sh", argv, {}), argv, input, timeout, check, None)

    def popen(
        self, *argv: str, tty: bool = False, unit: str | None = None, **options: Any
    ) -> "subprocess.Popen[str]":
        """Start a command as a unit of the node and do not wait; options are Popen's.

        With tty it gets a terminal of the node's, to which stdin and stdout are joined; killing
        what this returns hangs that line up. Without it the unit runs on, and holds the
        pipes: name the unit and use systemctl to end it.
        """
        extra = {"LAB_UNIT": unit} if unit else {}
        return self._start("tty" if tty else "run", argv, extra, **options)

    def _start(
        self, verb: str, argv: Sequence[str], extra: Mapping[str, str], **options: Any
    ) -> "subprocess.Popen[str]":
        if self._hold is None:
            raise LabError(f"{self.name} is off")
        defaults: dict[str, Any] = {
            "env": {**self.lab.environment, **extra},
            "stdin": subprocess.PIPE,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "encoding": "utf-8",
            "errors": "replace",
            "start_new_session": True,
        }
        return subprocess.Popen([LABNODE, verb, self.name, *argv], **(defaults | options))

    def _finish(
        self,
        started: "subprocess.Popen[str]",
        argv: tuple[str, ...],
        given: str | None,
        timeout: float,
        check: bool,
        unit: str | None,
    ) -> Result:
        began = time.monotonic()
        try:
            out, err = started.communicate(given, timeout=timeout)
        except subprocess.TimeoutExpired:
            if unit:  # killing our end alone would leave it running in the node
                self.sh("systemctl", "kill", "--signal=KILL", unit, timeout=10)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(started.pid, signal.SIGKILL)
            out, err = started.communicate()
            raise LabTimeoutError(
                f"{self.name}: {' '.join(argv)}: not done after {timeout} s\n{out}{err}"
            ) from None
        result = Result(argv, started.returncode, out, err, time.monotonic() - began)
        if check and not result.ok:
            raise LabError(f"{self.name}: {' '.join(argv)}: exit {result.code}\n{out}{err}")
        return result

    def ps(self) -> list[Process]:
        """Every process of the node and its containers, read in a few milliseconds."""
        found = []
        for entry in os.scandir(self.root / "proc"):
            if entry.name.isdigit():
                with contextlib.suppress(OSError):  # gone meanwhile
                    line = Path(entry.path, "cmdline").read_bytes().decode(errors="replace")
                    found.append(Process(int(entry.name), tuple(line.split("\0")[:-1])))
        return found

    # -- files

    @property
    def root(self) -> Path:
        """The node's root as seen from here. Absolute links in it lead astray: use path()."""
        if self._hold is None:
            raise LabError(f"{self.name} is off")
        return Path("/proc", (self.folder / "pid1").read_text().strip(), "root")

    def path(self, path: str, *, follow: bool = True) -> Path:
        """Where a path of the node's lies for us; follow=False leaves a link at its end."""
        root, done, todo = self.root, list[str](), _parts(path)
        for _ in range(1000):
            if not todo:
                return root.joinpath(*done)
            part = todo.pop(0)
            if part == "..":
                del done[-1:]
                continue
            here = root.joinpath(*done, part)
            if (follow or todo) and here.is_symlink():
                target = str(here.readlink())
                if target.startswith("/"):
                    done.clear()
                todo = _parts(target) + todo
            else:
                done.append(part)
        raise LabError(f"{self.name}: {path}: links without end")

    def exists(self, path: str) -> bool:
        return self.path(path).exists()

    def read(self, path: str) -> str:
        return self.path(path).read_text(encoding="utf-8", errors="replace")

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Make or overwrite a file, its folders included."""
        here = self.path(path)
        here.parent.mkdir(parents=True, exist_ok=True)
        here.write_text(text, encoding="utf-8")
        here.chmod(mode)

    def push(self, local: Path, remote: str) -> None:
        """Copy a file or a whole folder in, as root's; remote is its new name."""
        here = self.path(remote)
        here.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-aT", local, here], check=True)
        subprocess.run(["chown", "-hR", "0:0", here], check=True)

    def tree_state(self, *roots: str) -> dict[str, FileState]:
        """What every file, link and folder under the roots is, to compare before and after."""
        return {
            path: FileState(info.st_mode, info.st_uid, info.st_gid, _digest(here, info))
            for path, here, info in self._walk(roots)
        }

    def mtimes(self, *roots: str) -> dict[str, int]:
        """When every file under the roots was last written, in nanoseconds."""
        return {path: info.st_mtime_ns for path, _, info in self._walk(roots)}

    def _walk(self, roots: Sequence[str]) -> Iterator[tuple[str, Path, os.stat_result]]:
        """Roots that are not there give nothing; what is mounted below a root is left out."""
        for root in roots:
            top = self.path(root, follow=False)
            if top.exists() or top.is_symlink():
                yield from _walk(top, "/" + "/".join(_parts(root)), top.lstat().st_dev)


def _walk(here: Path, path: str, device: int) -> Iterator[tuple[str, Path, os.stat_result]]:
    try:
        info = here.lstat()
    except FileNotFoundError:  # gone meanwhile
        return
    if not stat.S_ISDIR(info.st_mode):
        yield path, here, info
    elif info.st_dev == device:
        yield path, here, info
        for entry in sorted(here.iterdir()):
            yield from _walk(entry, f"{path.rstrip('/')}/{entry.name}", device)


def _digest(here: Path, info: os.stat_result) -> str:
    if stat.S_ISLNK(info.st_mode):
        return hashlib.sha256(os.fsencode(here.readlink())).hexdigest()
    if not stat.S_ISREG(info.st_mode):
        return ""
    with here.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _parts(path: str) -> list[str]:
    return [part for part in path.split("/") if part not in ("", ".")]


def _env(environment: Mapping[str, str] | None) -> list[str]:
    return ["env", *(f"{k}={v}" for k, v in environment.items())] if environment else []


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
