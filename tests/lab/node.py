"""One node of the lab: its power, its commands, its files."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import select
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .told import (
    LABNODE,
    TIMEOUT,
    FileState,
    LabError,
    LabTimeoutError,
    Process,
    Result,
)

if TYPE_CHECKING:
    from .lab import Lab


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
    ) -> subprocess.Popen[str]:
        """Start a command as a unit of the node and do not wait; options are Popen's.

        With tty it gets a terminal of the node's, to which stdin and stdout are joined; killing
        what this returns hangs that line up. Without it the unit runs on, and holds the
        pipes: name the unit and use systemctl to end it.
        """
        extra = {"LAB_UNIT": unit} if unit else {}
        return self._start("tty" if tty else "run", argv, extra, **options)

    def _start(
        self, verb: str, argv: Sequence[str], extra: Mapping[str, str], **options: Any
    ) -> subprocess.Popen[str]:
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
        started: subprocess.Popen[str],
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
