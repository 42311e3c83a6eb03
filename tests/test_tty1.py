"""The screens on tty1 of a fresh server: who ends them, and what is left for the next boot."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.screens.child import Child, child
from tui_installer import entry, tty1
from tui_installer.exits import ExitCode
from tui_installer.host import shell
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.text.language import Language

LINUX = {"TERM": "linux", "LANG": "en_US.UTF-8"}
DISABLED = f"disable {tty1.UNIT}\n"
# The first screen with all its parts, on any machine.
BUTTON = b"[> "
LOGIN = b"Enter leads to the login"
ENGLISH = Language("en")


class Systemctl:
    """A systemctl that writes down what it is told to change; the screens ask it much else."""

    def __init__(self, folder: Path) -> None:
        self._told, self._program = folder / "told", folder / "bin/systemctl"
        self._program.parent.mkdir()
        self.answers("exit 0")
        self.path = f"{self._program.parent}:{shell.PATH}"

    def answers(self, body: str) -> None:
        lines = ("#!/bin/sh", "case $1 in", f'disable) echo "$*" >>{self._told} ;;', "esac", body)
        self._program.write_text("\n".join(lines) + "\n")
        self._program.chmod(0o755)

    @property
    def told(self) -> str:
        return self._told.read_text() if self._told.exists() else ""


@pytest.fixture
def systemctl(tmp_path: Path) -> Systemctl:
    return Systemctl(tmp_path)


@contextmanager
def on_tty1(systemctl: Systemctl, **environment: str) -> Iterator[Child]:
    """What the unit starts, on a terminal of its own; stderr is the journal's."""
    variables = {**LINUX, **environment}
    begin = f"from tui_installer.host import shell; shell.PATH = {systemctl.path!r}"
    program = f"{begin}; import sys; sys.argv[1:] = ['console']; import tui_installer.__main__ as m; m.main()"
    journal = Path(systemctl.path.partition(":")[0], "journal")
    with (
        journal.open("wb") as stderr,
        child("-c", program, environment=variables, stderr=stderr.fileno()) as running,
    ):
        yield running


def left_screens(running: Child) -> int:
    """By Ctrl+C and the dialog's first button; where what they leave on the terminal ends."""
    at = running.until(BUTTON)
    running.send("\x03")
    at = running.until(b"[> Leave <]", at)
    # An Enter would have to come by hand, which is not at once.
    running.send(" ")
    return running.until(b"To go on: tui-installer", at)


def left(running: Child) -> int:
    """The same; where the last words end."""
    return running.until(LOGIN, left_screens(running))


def test_leaving_is_the_end_of_it(systemctl: Systemctl) -> None:
    with on_tty1(systemctl) as running:
        left(running)
        assert systemctl.told == DISABLED
        running.send("\r")
        assert running.ended() == 0
        assert running.modes() == running.modes_before


def test_what_keeps_it_for_the_next_boot_is_said(systemctl: Systemctl) -> None:
    systemctl.answers("echo 'Failed to execute operation: Read-only file system' >&2; exit 1")
    with on_tty1(systemctl) as running:
        left(running)
        assert b"Read-only file system" in running.data
        running.send("\x03")
        assert running.ended() == 0


def test_ctrl_c_before_the_last_words_is_not_lost(systemctl: Systemctl, tmp_path: Path) -> None:
    """While the next boot is still being settled, with nobody listening yet."""
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    systemctl.answers(f"case $1 in disable) read -r _ <{gate} ;; esac; exit 0")
    with on_tty1(systemctl) as running:
        left_screens(running)
        running.when(lambda: systemctl.told == DISABLED)
        running.send("\x03")
        gate.write_text("go on\n")
        assert running.ended() == 0
        assert LOGIN in running.data


# Where the program is when the key comes; it goes on only once the key is in line.
MOMENTS = ("before the words", "with the words", "before the wait")
KEYS = ("\r", "\x03")
# The wait for a reader alone, at one moment after the other.
WAITING = f"""
import fcntl, os, select, sys, termios, types
from tui_installer import tty1
tty1.READING = 1e6
wait, out = select.select, sys.stdout
def moment():
    os.write(1, b"moment.")
    while fcntl.ioctl(0, termios.FIONREAD, bytes(4)) == bytes(4):
        pass
for where in {[moment for moment in MOMENTS for _ in KEYS]} + ["before the wait"]:
    with tty1.keys_in_line():
        if where == "before the words":
            moment()
        if where == "with the words":
            sys.stdout = types.SimpleNamespace(write=lambda _text: moment(), flush=lambda: None)
        if where == "before the wait":
            select.select = lambda *lists: (moment(), wait(*lists))[1]
        tty1.wait_for_reader('x')
    select.select, sys.stdout = wait, out
    os.write(1, b"over")
    sys.stdin.readline()
"""


def test_no_moment_is_too_early_for_a_key() -> None:
    """And another key does not end the wait."""
    with child("-c", WAITING, environment=LINUX) as running:
        at = 0
        for _ in MOMENTS:
            for key in KEYS:
                at = running.until(b"moment.", at)
                running.send(key)
                at = running.until(b"over", at)
                assert running.modes() == running.modes_before
                running.send("\n")
        at = running.until(b"moment.", at)
        running.send("x\x1a")
        at = running.until(b"moment.", at)
        running.send("\r")
        at = running.until(b"over", at)
        running.send("\n")
        assert running.ended() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_is_nobody_who_leaves(systemctl: Systemctl, number: signal.Signals) -> None:
    with on_tty1(systemctl) as running:
        running.until(BUTTON)
        running.kill(number)
        assert running.ended() in (128 + number, -number)
        assert systemctl.told == ""
        assert LOGIN not in running.data


def test_a_terminal_without_screens_says_so_and_ends(systemctl: Systemctl) -> None:
    with on_tty1(systemctl, TERM="dumb") as running:
        running.until(LOGIN, running.until(b"the screens cannot be drawn"))
        running.send("\r")
        assert running.ended() == ExitCode.USAGE
        assert systemctl.told == ""


def test_a_fault_ends_it_for_this_boot_only(
    systemctl: Systemctl,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def broken(_language: Language) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(entry, "screens", broken)
    monkeypatch.setattr(shell, "PATH", systemctl.path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert entry.console(ENGLISH) == ExitCode.FAILED
    (report,) = tmp_path.glob("tui-installer-fault-*.txt")
    assert str(report) in capsys.readouterr().err
    assert systemctl.told == ""


@pytest.mark.parametrize(
    ("outcome", "over"), [("done", True), ("failed", False), ("stopped", False), ("", False)]
)
def test_a_node_that_is_made_needs_no_screens(
    systemctl: Systemctl,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    outcome: str,
    over: bool,
) -> None:
    events = [{"kind": "run-started", "steps": ["swap"]}]
    events += [{"kind": "run-ended", "outcome": outcome}] if outcome else []
    use(ThisMachine(tmp_path))
    run = at(places.RUNS) / "20261123T101200Z"
    run.mkdir(parents=True)
    (run / "journal.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events))
    monkeypatch.setattr(entry, "screens", lambda _language: 128 + signal.SIGTERM)
    monkeypatch.setattr(shell, "PATH", systemctl.path)
    assert entry.console(ENGLISH) == (0 if over else 128 + signal.SIGTERM)
    assert systemctl.told == (DISABLED if over else "")


def test_without_a_run_nothing_is_made(tmp_path: Path) -> None:
    use(ThisMachine(tmp_path))
    assert not tty1.made()
