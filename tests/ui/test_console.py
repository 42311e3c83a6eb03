"""The driver in real pseudo-terminals: every byte that is sent, signals, keys, faults, and the terminal afterwards."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from textual import _parser, events

from tests.support.screens.child import Child, child
from tests.support.screens.terminal_bytes import violations
from tui_installer.ui.terminal import wire
from tui_installer.ui.terminal.capabilities import Terminal
from tui_installer.ui.terminal.driver import Console, driver_for
from tui_installer.ui.terminal.escapes import Filter
from tui_installer.ui.terminal.wire import KeyParser, TerminalOutput, escape_delay

LINUX = {"TERM": "linux", "LANG": "en_US.UTF-8"}
VT100 = {"TERM": "vt100", "LANG": "en_US.UTF-8"}
XTERM = {"TERM": "xterm-256color", "LANG": "en_US.UTF-8"}
# Under these the modes of a terminal emulator are all switched back.
PAIRS = [
    (b"\x1b[?1049h", b"\x1b[?1049l"),
    (b"\x1b[?2004h", b"\x1b[?2004l"),
    (b"\x1b[?7l", b"\x1b[?7h"),
]
HIDDEN, SHOWN = b"\x1b[?25l", b"\x1b[?25h"


@contextmanager
def sample(*name: str, **options: object) -> Iterator[Child]:
    """A small program, once it is drawn."""
    environment = {**XTERM, **options.pop("environment", {})}  # type: ignore[dict-item]
    command = ("-m", "tests.support.screens.samples", *name)
    with child(*command, environment=environment, **options) as running:  # type: ignore[arg-type]
        running.until(b"READY")
        yield running


def is_as_before(running: Child) -> None:
    """The terminal is the shell's again: its settings, its cursor, its picture."""
    assert running.modes() == running.modes_before
    assert running.data.rfind(SHOWN) > running.data.rfind(HIDDEN)
    for on, off in PAIRS:
        assert running.data.rfind(off) >= running.data.rfind(on)


def through_everything(running: Child) -> bytes:
    """A picture with a dialog over it, painted again, in another size, and left for a while."""
    at = running.until(b"READY")
    running.send("\x1b")
    at = running.until(b"DIALOG", at)
    running.send("\x0c")
    at = running.until(b"DIALOG", at)
    running.resize(90, 60)
    at = running.until(b"DIALOG", at)
    running.kill(signal.SIGTSTP)
    running.until_stopped()
    running.kill(signal.SIGCONT)
    running.until(b"DIALOG", at)
    running.send("q")
    assert running.ended() == 0
    return running.data


@pytest.mark.parametrize("environment", [LINUX, VT100, {**LINUX, "COLORTERM": "truecolor"}])
def test_every_byte_that_a_poor_terminal_gets(environment: dict[str, str]) -> None:
    with sample("awkward", environment=environment, size=(100, 70)) as running:
        data = through_everything(running)
        is_as_before(running)
    assert violations(data, colours=environment is not VT100) == []
    assert bool(re.search(rb"\x1b\[(\d+;)*3[1-7](;\d+)*m", data)) == (environment is not VT100)
    assert b"\x1b[0m\x1b[?7h\x1b[H\x1b[2J\x1b[?25hRESULT left 0" in data


def test_without_the_driver_the_same_program_sends_all_of_that() -> None:
    with sample("awkward", environment={**LINUX, "DRIVER": "bare"}, size=(100, 70)) as running:
        running.send("\x1b")
        running.until(b"DIALOG")
        running.send("q")
        assert running.ended() == 0
        found = "\n".join(violations(running.data))
    for kind in (
        r"\\x1b\[\?1000h",
        r"\\x1b\[\?1049h",
        r"\\x1b\[>25u",
        r"\\x1b\[\?2026\$p",
        r"\\x1b\]22;",
        r"\\x1b\]52;",
        r"\\x1b\[[\d;]*9\d[\d;]*m",
        r"\\xe2\\x94",
        r"\\x07",
    ):
        assert re.search(kind, found), kind


def test_a_terminal_emulator_is_asked_for_nothing_but_pastes_in_brackets() -> None:
    with sample("awkward", size=(100, 70)) as running:
        data = through_everything(running)
        is_as_before(running)
    assert set(re.findall(rb"\x1b\[\?\d+", data)) == {
        b"\x1b[?1049",
        b"\x1b[?2004",
        b"\x1b[?25",
        b"\x1b[?7",
    }
    assert not re.search(rb"\x1b\[[<>=]|\x1b\]|\$p|\x07|\x1b\[\d+;\d+r", data)
    assert "\u2501".encode() in data
    assert "中文".encode() in data


@contextmanager
def in_turn(*names: str, environment: dict[str, str]) -> Iterator[Child]:
    """Small programs, one after the other in one interpreter; between them it waits for a line."""
    command = ("-m", "tests.support.screens.samples", "in-turn", *names)
    with child(*command, environment=environment) as running:
        yield running
        assert running.ended() == 0


@pytest.mark.parametrize("environment", [LINUX, XTERM], ids=["linux", "xterm"])
def test_a_signal_ends_the_viewer_and_the_terminal_is_as_before(
    environment: dict[str, str],
) -> None:
    numbers = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    with in_turn(*["sample"] * len(numbers), environment=environment) as running:
        at = 0
        for number in numbers:
            at = running.until(b"READY", at)
            assert running.modes() != running.modes_before
            running.kill(number)
            # A closed window sends it twice: by the kernel and by the shell.
            running.kill(number)
            at = running.until(f"RESULT None {128 + number}".encode(), at)
            is_as_before(running)
            running.send("\n")


# Ctrl+C at the very moment at which the terminal makes a signal of it again.
EARLY = """
import os, signal, termios
from tests.support.screens import samples
signal.signal(signal.SIGINT, lambda *_: os.write(1, b"HEARD"))
before, change = termios.tcgetattr(0), termios.tcsetattr
def changed(handle, when, modes):
    change(handle, when, modes)
    if modes == before:
        signal.raise_signal(signal.SIGINT)
termios.tcsetattr = changed
samples.main("sample")
"""


def test_a_terminal_that_is_given_back_is_drawn_and_ctrl_c_is_not_the_screens_any_more() -> None:
    with child("-c", EARLY, environment=XTERM) as running:
        running.until(b"READY")
        running.send("q")
        assert running.ended() == 0
        is_as_before(running)
        assert running.data.endswith(SHOWN + b"HEARDRESULT left 0\r\n")


@pytest.mark.parametrize("controlling", [True, False], ids=["with-signal", "without-signal"])
def test_a_line_that_is_gone_ends_the_viewer(controlling: bool, tmp_path: Path) -> None:
    result = tmp_path / "result"
    options = {"environment": {"RESULT": str(result)}, "controlling": controlling}
    with sample("sample", **options) as running:
        running.hang_up()
        running.wait()
    assert result.read_text() == f"RESULT None {128 + signal.SIGHUP}"


def test_output_outlives_the_terminal() -> None:
    there, handle = os.pipe()
    lost: list[bool] = []
    clean = Filter(poor=True, colours=True, lines=False, everything=False)
    output = TerminalOutput(handle, "utf-8", clean, lambda: lost.append(True))
    output.write("seen\x07")
    assert os.read(there, 100) == b"seen"
    os.close(there)
    for _ in range(3):
        output.write("lost")
    os.close(handle)
    assert lost == [True]


def test_input_tells_when_the_terminal_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    master, slave = os.openpty()
    reading, writing = os.pipe()
    os.close(master)
    os.close(writing)
    # Neither the loop nor the app is needed to read.
    driver = Console.__new__(driver_for(Terminal()))
    driver.exit_event = threading.Event()
    for gone in (slave, reading):
        lost: list[bool] = []
        monkeypatch.setattr(Console, "lost", lambda _self, lost=lost: lost.append(True))
        driver.fileno = gone
        driver._run_input_thread()
        os.close(gone)
        assert lost == [True]


def test_stopped_from_outside_the_shell_has_its_terminal_meanwhile() -> None:
    with sample("sample") as running:
        before = len(running.data)
        running.kill(signal.SIGTSTP)
        running.until_stopped()
        running.until(SHOWN, before)
        is_as_before(running)
        at = len(running.data)
        running.kill(signal.SIGCONT)
        at = running.until(b"READY", running.until(HIDDEN, at))
        running.send("x")
        running.until(b"KEY-x.", at)
        running.send("q")
        assert running.ended() == 0
        is_as_before(running)


def test_stopped_without_a_word_it_takes_the_terminal_again() -> None:
    with sample("sample") as running:
        running.kill(signal.SIGSTOP)
        running.until_stopped()
        # What a shell does when its job stops.
        termios.tcsetattr(running.slave, termios.TCSANOW, running.modes_before)
        at = len(running.data)
        running.kill(signal.SIGCONT)
        at = running.until(b"READY", running.until(b"\x1b[2J", at))
        running.send("\x1a")
        at = running.until(b"KEY-ctrl+z.", at)
        running.send("q")
        assert running.ended() == 0
        is_as_before(running)


BASH = "import os; os.execvp('bash', ['bash', '--norc', '--noprofile', '-bi'])"
PROMPT = b"PROMPT> "


@contextmanager
def job() -> Iterator[tuple[Child, int, int]]:
    """A shell with the small program in the foreground: the shell, how far it was read, the program's id."""
    with child("-c", BASH, environment={**XTERM, "PS1": PROMPT.decode()}) as shell:
        at = shell.until(PROMPT)
        shell.send(f"{sys.executable} -m tests.support.screens.samples sample\n")
        at = shell.until(b"PID ", at)
        end = shell.until(b".", at)
        yield shell, end, int(shell.data[at : end - 1])
        shell.send("exit\n")
        assert shell.ended() == 0
        assert shell.modes() == shell.modes_before


def test_in_the_background_it_leaves_the_terminal_alone() -> None:
    with job() as (shell, at, pid):
        os.kill(pid, signal.SIGTSTP)
        at = shell.until(PROMPT, at)
        shell.send("bg\n")
        at = shell.until(PROMPT, at)
        shell.until_stopped(pid)
        shell.send("fg\n")
        at = shell.until(b"READY", at)
        shell.send("q")
        shell.until(b"RESULT left 0", at)
        shell.until_gone(pid)


@pytest.mark.parametrize("number", [signal.SIGTSTP, signal.SIGSTOP])
def test_a_stopped_job_can_be_ended(number: signal.Signals) -> None:
    """The shell continues what it ends, in the background."""
    with job() as (shell, at, pid):
        os.kill(pid, number)
        at = shell.until(PROMPT, at)
        shell.send("bg\n")
        # The shell must know, else it does not continue what it ends.
        at = shell.until(b"Stopped", at)
        shell.send("kill %1\n")
        shell.until(b"RESULT None 143", at)
        shell.until_gone(pid)


def test_keys() -> None:
    with sample("sample") as running:
        at = len(running.data)
        pressed: list[tuple[str | bytes, str]] = [
            ("\r", "enter"),
            ("x", "x"),
            ("\n", "enter"),
            ("\x1a", "ctrl+z"),
            ("\x1b[A", "up"),
            ("\x1b", "escape"),
            ("\x1b[[A", "f1"),
            # "Ni" in GBK, then a key: a foreign encoding is no fault.
            (b"\xc4\xe3", "replacement_character"),
            ("中", "中"),
        ]
        for sent, key in pressed:
            running.send(sent)
            at = running.until(f"KEY-{key}.".encode(), at)
        running.send("\x0c")
        at = running.until(b"KEY-", running.until(b"\x1b[2J", at))
        running.send("q")
        assert running.ended() == 0


def keys_of(messages: object) -> list[str]:
    return [message.key for message in messages if isinstance(message, events.Key)]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("terminal", "delay"), [(Terminal(), 0.1), (Terminal(serial=True, poor=True), 0.25)]
)
def test_esc_waits_for_the_rest_of_a_key(
    terminal: Terminal, delay: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 100.0
    for module in (_parser, wire):
        monkeypatch.setattr(module, "get_time", lambda: now)
    assert escape_delay(terminal) == delay
    keys = KeyParser(escape_delay(terminal))
    assert keys_of(keys.feed("\x1b")) == []
    now += delay - 0.01
    assert keys_of(keys.tick()) == []
    assert keys.patience() == pytest.approx(0.01)
    assert keys_of(keys.feed("[")) == []
    now += delay - 0.01
    assert keys_of(keys.feed("B")) == ["down"]
    now += 10 * delay
    assert keys_of(keys.tick()) == []
    assert keys_of(keys.feed("\x1b")) == []
    now += delay
    assert keys.patience() == 0.0
    assert keys_of(keys.tick()) == ["escape"]


def test_a_paste_in_brackets_is_one_message() -> None:
    pasted = list(KeyParser(0.1).feed("\x1b[200~one\ntwo\x1b[201~x"))
    assert [event.text for event in pasted if isinstance(event, events.Paste)] == ["one\ntwo"]
    assert keys_of(pasted) == ["x"]


def test_a_serial_line_keeps_its_flow_control_and_has_a_size() -> None:
    with sample("sample", environment={**VT100, "TTY": "/dev/ttyS0"}, size=(0, 0)) as running:
        running.until(b"SIZE 80x24.")
        assert running.modes()[0] & termios.IXON
        running.send("q")
        running.ended()
    with sample("sample", size=(132, 43)) as running:
        running.until(b"SIZE 132x43.")
        assert not running.modes()[0] & termios.IXON
        running.send("q")
        running.ended()


def test_the_screens_go_to_the_terminal_also_when_errors_go_elsewhere() -> None:
    with sample("sample", stderr=subprocess.DEVNULL) as running:
        running.send("q")
        assert running.ended() == 0
        is_as_before(running)


def test_what_cannot_be_drawn_until_the_reader_says_that_it_can() -> None:
    with sample("sample", environment={"LC_ALL": "C"}) as running:
        at = running.until(b"READY ???? -")
        assert running.data.isascii()
        running.send("\x19")
        running.until("READY 中文 -".encode(), running.until(b"\x1b[2J", at))
        running.send("q")
        running.ended()


FAULTS = ["handler", "worker", "thread", "render", "compose", "timer", "task", "start", "leaving"]


def test_a_fault_ends_the_screens_without_a_traceback() -> None:
    with in_turn(*(f"broken/{where}" for where in FAULTS), environment=XTERM) as running:
        at = 0
        for where in FAULTS:
            if where not in ("compose", "start"):
                at = running.until(b"READY", at)
                running.send("x")
            at = running.until(f"FAULT ValueError in {where}\r\n".encode(), at)
            is_as_before(running)
            running.send("\n")
    assert b"Traceback" not in running.data
    assert b"samples.py" not in running.data
