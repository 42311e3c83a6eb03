"""Screens: first paint, keys during a flood of output, CPU at rest, memory. They need no node.

The one-widget program is the smallest that Textual allows; the same interpreter starts both in the same
kind of terminal, one after the other.
"""

from __future__ import annotations

import fcntl
import os
import pty
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path

from benchmarks.size import Size, asked
from tests.support.journals import Tape
from tui_installer.model import places

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = {
    **os.environ,
    "TERM": "xterm-256color",
    "LANG": "en_US.UTF-8",
    "LC_ALL": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
}
# Seconds; only a failure waits this long.
LONG = 300.0
ONE_WIDGET = """
from textual.app import App
from textual.widgets import Static
class One(App):
    def compose(self):
        yield Static("tui-installer")
One().run(mouse=False)
"""
# The program; its files lie below a folder of the benchmark if argv names one.
PROGRAM = """
import sys
from pathlib import Path
from tui_installer import entry
from tui_installer.host.machine import use
from tui_installer.host.this_machine import ThisMachine
use(ThisMachine(Path(*sys.argv[1:] or ["/"])))
entry.run(["--lang", "en"])
"""


class Terminal:
    """A program in a pseudo-terminal of 80x25."""

    def __init__(self, *words: str, program: str = sys.executable) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 25, 80, 0, 0))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [program, *words],
            stdin=slave, stdout=slave, stderr=slave, env=ENVIRONMENT, start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        self.seen = b""

    def read(self, seconds: float) -> bytes:
        """Returns the first bytes that come within that time."""
        ready, _, _ = select.select([self._master], [], [], seconds)
        try:
            data = os.read(self._master, 1 << 16) if ready else b""
        except OSError:
            data = b""
        self.seen += data
        return data

    def until(self, wanted: bytes, seconds: float = LONG) -> float:
        """Returns the seconds from the start until the bytes have come."""
        end = time.monotonic() + seconds
        while wanted not in self.seen:
            assert time.monotonic() < end, f"no {wanted!r} in:\n{self.seen[-2000:]!r}"
            self.read(1)
        return time.monotonic() - self.began

    def watch(self, seconds: float) -> None:
        """Reads output for that long, as a terminal does."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.read(left)

    def press(self, key: bytes, answer: bytes, seconds: float = LONG) -> float:
        """Returns the seconds until the screen shows the key's effect."""
        self.seen = b""
        began = time.monotonic()
        os.write(self._master, key)
        while answer not in self.seen:
            assert time.monotonic() < began + seconds, "the key was not answered"
            self.read(seconds)
        return time.monotonic() - began

    def pss(self) -> int:
        """Returns the memory in bytes; a shared page counts by its share."""
        text = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()
        return int(next(x for x in text.splitlines() if x.startswith("Pss:")).split()[1]) << 10

    def cpu(self) -> float:
        """Returns the seconds of CPU so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def first_paint(rounds: int) -> None:
    """Alternates both programs, so that the machine's caches are in the same state."""
    ours, theirs = [], []
    for _ in range(rounds):
        for words, seconds in ((("-c", ONE_WIDGET), theirs), (("-c", PROGRAM), ours)):
            terminal = Terminal(*words)
            seconds.append(terminal.until(b"tui-installer"))
            terminal.close()
    a, b = statistics.median(ours), statistics.median(theirs)
    print(f"first paint: {a:.2f} s, one widget {b:.2f} s, ratio {a / b:.2f}")


def rain(run: Path, lines: int) -> subprocess.Popen[bytes]:
    """Starts a flood of lines into the run's log."""
    words = [sys.executable, "-m", "benchmarks.flood", str(run), str(lines)]
    return subprocess.Popen(words, env=ENVIRONMENT, cwd=ROOT)


def flood(size: Size) -> None:
    """Measures a run with a child that prints without pauses; the engine's own filter moves its output to the log."""
    lines, keys = size.pick(200_000, 20_000), size.pick(100, 10)
    with tempfile.TemporaryDirectory() as name:
        run = Tape.running().write(places.at(str(places.RUNS), Path(name)))
        file = places.at(str(places.LOCK), Path(name))
        file.parent.mkdir(parents=True)
        lock = file.open("wb")
        fcntl.flock(lock, fcntl.LOCK_EX)
        terminal = Terminal("-c", PROGRAM, name)
        terminal.until(b"Run")
        terminal.watch(2)
        before = terminal.pss()
        answers: list[float] = []
        floods, child = 0, None
        # Keys are pressed only during the flood.
        while len(answers) < keys:
            if child is None or child.poll() is not None:
                child, floods = rain(run, lines), floods + 1
            for key, answer in ((b"\x1b[C", b"[> Stop"), (b"\x1b[D", b"[> Leave")):
                answers.append(terminal.press(key, answer))
                terminal.watch(0.05)
        child.wait()
        terminal.watch(2)
        after = terminal.pss()
        answers.sort()
        worst = answers[int(len(answers) * 0.99)]
        print(
            f"{floods} x {lines} lines of child output: {len(answers)} keys, p99 {worst * 1000:.0f} ms, "
            f"median {statistics.median(answers) * 1000:.0f} ms"
        )
        print(f"memory (PSS): {before / 2**20:.1f} MiB before, {after / 2**20:.1f} MiB after")
        terminal.close()
        lock.close()


def at_rest(size: Size, heading: str, *runs: Tape) -> None:
    """Measures the program without any key. Start is idle; Status reads the node every ten seconds."""
    seconds = size.pick(20, 1)
    with tempfile.TemporaryDirectory() as name:
        for tape in runs:
            tape.write(places.at(str(places.RUNS), Path(name)))
        terminal = Terminal("-c", PROGRAM, name)
        terminal.until(heading.encode())
        terminal.watch(size.pick(5, 1))
        before = terminal.cpu()
        terminal.watch(seconds)
        used, memory = terminal.cpu() - before, terminal.pss() / 2**20
        print(f"{heading} at rest: {used:.2f} s of CPU in {seconds} s, PSS {memory:.1f} MiB")
        terminal.close()


def main() -> None:
    """Measures all of it."""
    size = asked()
    first_paint(size.rounds_or(5))
    flood(size)
    at_rest(size, "Start")
    at_rest(size, "Status", Tape.done())


if __name__ == "__main__":
    main()
