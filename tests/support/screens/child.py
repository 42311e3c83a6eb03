"""A program of its own in a pseudo-terminal: every byte it sends, keys, signals, and the state it leaves."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
# Seconds; only a failing test waits that long.
LONG = 120.0
# HOME is not passed on: a language that somebody has chosen there does not concern the tests.
KEPT = ("PATH", "PYTHONPATH", "COVERAGE_PROCESS_START")


def _own_terminal() -> None:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


class Child:
    """The running program."""

    def __init__(
        self,
        argv: Sequence[str],
        environment: Mapping[str, str],
        size: tuple[int, int],
        stderr: int | None,
        controlling: bool,
    ) -> None:
        self.data = b""
        self._master, self.slave = os.openpty()
        columns, rows = size
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.modes_before = self.modes()
        kept = {name: os.environ[name] for name in KEPT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, *argv],
            stdin=self.slave,
            stdout=self.slave,
            stderr=self.slave if stderr is None else stderr,
            cwd=ROOT,
            env={**kept, "TEXTUAL_ANIMATIONS": "none", **environment},
            start_new_session=True,
            preexec_fn=_own_terminal if controlling else None,
        )
        self.pid = self._process.pid

    def modes(self) -> list[Any]:
        """Returns the terminal's settings, as stty shows them."""
        return termios.tcgetattr(self.slave)

    def send(self, keys: str | bytes) -> None:
        os.write(self._master, keys.encode() if isinstance(keys, str) else keys)

    def kill(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        os.kill(self.pid, signal.SIGWINCH)

    def _read(self) -> bool:
        """Reads what arrives within a moment; returns False when nothing came."""
        ready, _, _ = select.select([self._master], [], [], 0.05)
        if not ready:
            return False
        with suppress(OSError):
            data = os.read(self._master, 65536)
            self.data += data
            return bool(data)
        return False

    def until(self, wanted: bytes, since: int = 0) -> int:
        """Waits for these bytes; returns their end, which is the next `since`."""
        end = time.monotonic() + LONG
        while (at := self.data.find(wanted, since)) < 0:
            gone = self._process.poll() is not None
            if not self._read() and gone:
                raise AssertionError(f"ended without {wanted!r}: {self.data[since:]!r}")
            assert time.monotonic() < end, f"no {wanted!r} in {self.data[since:]!r}"
        return at + len(wanted)

    def when(self, true: Callable[[], bool]) -> None:
        """Waits until a condition holds that the program does not have to show."""
        end = time.monotonic() + LONG
        while not true():
            self._read()
            assert time.monotonic() < end

    def until_stopped(self, pid: int = 0) -> None:
        """Waits until the process, or one that it has started, is stopped, as by SIGSTOP."""
        state = Path(f"/proc/{pid or self.pid}/stat")
        self.when(lambda: state.read_text().rpartition(")")[2].split()[0] == "T")

    def until_gone(self, pid: int) -> None:
        """Waits until a process that this one has started no longer exists."""
        self.when(lambda: not Path(f"/proc/{pid}").exists())

    def ended(self) -> int:
        """Waits for the end; returns the exit code."""
        end = time.monotonic() + LONG
        while self._process.poll() is None:
            self._read()
            assert time.monotonic() < end, f"goes on: {self.data[-400:]!r}"
        while self._read():
            pass
        return self._process.returncode

    def hang_up(self) -> None:
        """Closes the line, as a closed window does."""
        self._close()

    def wait(self) -> int:
        """Returns the exit code of a program whose terminal is gone."""
        return self._process.wait(LONG)

    def _close(self) -> None:
        for handle in (self._master, self.slave):
            with suppress(OSError):
                os.close(handle)

    def clear_up(self) -> None:
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._close()


@contextmanager
def child(
    *argv: str,
    environment: Mapping[str, str],
    size: tuple[int, int] = (80, 25),
    stderr: int | None = None,
    controlling: bool = True,
) -> Iterator[Child]:
    """Starts `python ARGV...` in a pseudo-terminal; ends it if the test has not.

    A terminal that does not control its session sends no signal when it goes.
    """
    started = Child(argv, environment, size, stderr, controlling)
    try:
        yield started
    finally:
        started.clear_up()
