"""Start and control of programs; the only module that imports `sh`."""

from __future__ import annotations

import errno
import logging
import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import sh

from tui_installer.host import machine

# `sh` logs whole command lines, and an argument may be private.
logging.getLogger("sh").setLevel(logging.CRITICAL)

ANY_CODE = list(range(-64, 256))
# Variables that a child inherits: none of them redirects a loader, an interpreter or a tool.
PROXIES = ("http_proxy", "https_proxy", "ftp_proxy", "all_proxy", "no_proxy")
KEPT = ("TERM", *PROXIES, *(name.upper() for name in PROXIES))
# systemd gives this PATH to a unit; only root can write into these folders.
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
NOT_FOUND = 127
TIMED_OUT = 124
TOO_MUCH = 125
# Bytes of an answer: only a broken or hostile tool says more to our questions.
LONGEST = 16 << 20
PIECE = 1 << 16
# Bytes of a child's raw file, which lies in memory, and bytes of its end that may be added beyond them.
MOST, LAST = 4 << 20, 256 << 10
KEEPER = (sys.executable, "-I", "-S", "-B", str(Path(__file__).with_name("keeper.py")))
# Seconds after a child's end until its output is complete, unless a process that it left behind still prints.
LINGERS = 2.0


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Returns the environment of every child: English, unbuffered, a fixed PATH, and the inherited variables."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    ours = {"PATH": PATH, "LC_ALL": "C", "PYTHONUNBUFFERED": "1", "HOME": "/root"}
    return {**env, **ours, **(extra or {})}


@dataclass(frozen=True)
class Output:
    """The result of a short command; code 127 = no such program, 124 = it took too long, 125 = it said too much."""

    code: int
    out: str = ""
    err: str = ""


# Receives every short command and its output while a machine is recorded.
listener: Callable[[tuple[str, ...], Output], None] | None = None


def _call(argv: tuple[str, ...], **options: Any) -> Any:
    return sh.Command(argv[0], search_paths=PATH.split(":"))(
        *argv[1:],
        _env=environment(options.pop("env", None)),
        _tty_out=False,
        _new_session=True,
        _encoding="utf-8",
        # Output that is no text comes as bytes, so that a character that spans two pieces is not lost.
        _decode_errors="strict",
        _ok_code=ANY_CODE,
        _bg=True,
        _bg_exc=False,
        _return_cmd=True,
        **options,
    )


def output(*argv: str, timeout: float = 20) -> Output:
    """Runs a short reading command; `Child` is for commands that change the machine."""
    return Output(*machine.here().output(argv, timeout))


def run(argv: tuple[str, ...], timeout: float) -> tuple[int, str, str]:
    """Runs a short reading command on this machine; returns its exit code, its output and its errors."""
    result = _output(argv, timeout)
    if listener is not None:
        listener(argv, result)
    return result.code, result.out, result.err


def _output(argv: tuple[str, ...], timeout: float) -> Output:
    taken = _Taken()
    pieces = {"_out_bufsize": PIECE, "_err_bufsize": PIECE}
    try:
        with Path(os.devnull).open() as null:
            out, err = taken.into(taken.out), taken.into(taken.err)
            command = _call(argv, _in=null, _out=out, _err=err, **pieces)
            taken.of(command.pid)
            late = threading.Event()
            # The timer is ours: with a limit of its own, `sh` checks for the end only ten times a second.
            timer = threading.Timer(timeout, _end_late, (command.pid, late))
            timer.start()
            command.wait()
            timer.cancel()
    except sh.CommandNotFound:
        return Output(NOT_FOUND, "", f"{argv[0]}: not found")
    except sh.ForkException as error:
        return Output(NOT_FOUND, "", str(error).splitlines()[-1])
    printed = b"".join(taken.out).decode("utf-8", "replace")
    if taken.over.is_set():
        return Output(TOO_MUCH, printed, f"{argv[0]}: more than {LONGEST >> 20} MB of output")
    if late.is_set():
        return Output(TIMED_OUT, printed, f"{argv[0]}: no answer in {timeout:g} s")
    return Output(command.exit_code, printed, b"".join(taken.err).decode("utf-8", "replace"))


def _end_late(pid: int, late: threading.Event) -> None:
    late.set()
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


class _Taken:
    """Collects the output of a short command, and ends a command that prints without end."""

    def __init__(self) -> None:
        self.out: list[bytes] = []
        self.err: list[bytes] = []
        self.over = threading.Event()
        self._left = LONGEST
        self._pid = 0

    def of(self, pid: int) -> None:
        """Takes the command's pid; it may have said too much already."""
        self._pid = pid
        if self.over.is_set():
            _end_late(pid, self.over)

    def into(self, pieces: list[bytes]) -> Callable[[str | bytes], None]:
        """Returns a callback: `sh` needs a plain function, and drops one that returns true."""

        def take(piece: str | bytes) -> None:
            raw = piece.encode() if isinstance(piece, str) else piece
            self._left -= len(raw)
            if self._left >= 0:
                pieces.append(raw)
            elif not self.over.is_set():
                self.over.set()
                if self._pid:
                    _end_late(self._pid, self.over)

        return take


def started_at(pid: int) -> str:
    """Returns a process's kernel start time, which identifies it together with its pid; empty if it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]


@contextmanager
def _kept(raw: Path) -> Iterator[tuple[BinaryIO, int]]:
    """Yields a pipe for any amount of output, and a descriptor that closes once all of it is in the file."""
    (read, write), (over, keeps) = os.pipe(), os.pipe()
    with open(read, "rb") as source, open(write, "wb") as out, open(keeps, "wb") as held:
        try:
            with raw.open("ab") as file:
                _call((*KEEPER, str(MOST), str(LAST)), _in=source, _out=file, _err=held)
        except (sh.CommandNotFound, sh.ForkException) as error:
            os.close(over)
            raise OSError(errno.ENOEXEC, str(error).splitlines()[-1]) from error
        except OSError:
            os.close(over)
            raise
        source.close()
        yield out, over


class Child:
    """A program that changes the machine; a keeper passes its output to its file, and both outlive us."""

    def __init__(
        self, argv: tuple[str, ...], raw: Path, env: Mapping[str, str], stdin: str = ""
    ) -> None:
        """Starts the program; `stdin` is a file of the node.

        Raises OSError if it cannot be opened, or if there is no room for the output.
        """
        self._done = threading.Event()
        self.code = NOT_FOUND
        argv, env = machine.here().started(argv, env)
        self.pid, self.start = 0, ""
        try:
            source = machine.at(stdin) if stdin else Path(os.devnull)
            with source.open("rb") as read, _kept(raw) as (out, self._kept):
                self._command = _call(argv, _out=out, _err_to_out=True, _in=read, env=dict(env))
        except (sh.CommandNotFound, sh.ForkException):
            self._done.set()
            os.close(self._kept)
            with suppress(OSError):
                raw.write_text(f"{argv[0]}: no such program\n")
            return
        self.pid = self._command.pid
        self.start = started_at(self.pid)
        threading.Thread(target=self._wait, daemon=True).start()

    def _wait(self) -> None:
        try:
            self._command.wait()
            self.code = self._command.exit_code
            # The descriptor closes when the keeper has written everything to the file.
            select.select([self._kept], [], [], LINGERS)
            os.close(self._kept)
        finally:
            self._done.set()

    def wait(self, seconds: float) -> bool:
        """Waits for at most `seconds`; returns True once the program has ended."""
        return self._done.wait(seconds)

    def stop(self, patience: float = 10) -> None:
        """Ends the program and all its children, first by SIGTERM; returns when it is gone."""
        number = signal.SIGTERM
        while not self._done.is_set():
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)
            self._done.wait(patience)
            number = signal.SIGKILL


def start(argv: tuple[str, ...], log: Path, env: Mapping[str, str], held: Iterable[int]) -> str:
    """Starts a program that outlives us and keeps these files open; returns the reason if it cannot, else ""."""
    try:
        with log.open("ab") as out, Path(os.devnull).open() as null:
            _call(argv, _out=out, _err_to_out=True, _in=null, _pass_fds=set(held), env=dict(env))
    except (sh.CommandNotFound, sh.ForkException) as error:
        return str(error).splitlines()[-1]
    return ""


def writer(raw: Path) -> int:
    """Returns the pid of the child that prints into this file; 0 if there is none.

    A child leads its session, which tells it from the processes that it started.
    """
    pipe = next((_link(keeper, 0) for keeper in _with(1, str(raw.resolve()))), "")
    return next((pid for pid in _with(1, pipe) if _leads(pid)), 0) if pipe else 0


def kept(raw: Path, seconds: float = LINGERS) -> None:
    """Waits until a child's output is in its file; does not wait for processes that it left behind."""
    for keeper in _with(1, str(raw.resolve())):
        wait_gone(keeper, started_at(keeper), seconds)


def _with(number: int, target: str) -> Iterator[int]:
    """Yields the pids that have this file open under this descriptor number."""
    for place in Path("/proc").glob("[0-9]*"):
        if _link(int(place.name), number) == target:
            yield int(place.name)


def _link(pid: int, number: int) -> str:
    with suppress(OSError):
        return os.readlink(f"/proc/{pid}/fd/{number}")
    return ""


def _leads(pid: int) -> bool:
    with suppress(OSError):
        return os.getsid(pid) == pid
    return False


def age(start: str) -> float:
    """Returns the seconds since a start time of the kernel's, which does not depend on the clock."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) - int(start) / os.sysconf("SC_CLK_TCK")


def gone(pid: int, start: str) -> bool:
    """Tells whether a process has ended; one without a start time ended before anybody could look."""
    return not start or started_at(pid) != start


def end(pid: int, start: str, patience: float = 10) -> bool:
    """Ends a child of an earlier engine and its children, first by SIGTERM; returns True once it is gone."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if gone(pid, start):
            return True
        with suppress(ProcessLookupError):
            os.killpg(pid, number)
        wait_gone(pid, start, patience)
    return gone(pid, start)


def wait_gone(pid: int, start: str, seconds: float) -> bool:
    """Waits for a process that is not our child; returns True once it is gone."""
    end = time.monotonic() + seconds
    while not gone(pid, start):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
