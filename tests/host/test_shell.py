"""Programs are run for what they do, with real children."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tui_installer.engine.output import Pump
from tui_installer.host import shell
from tui_installer.host.look import Look
from tui_installer.host.shell import (
    LAST,
    MOST,
    NOT_FOUND,
    TIMED_OUT,
    Child,
    kept,
    output,
    started_at,
    wait_gone,
    writer,
)
from tui_installer.model.facts import NotRead
from tui_installer.model.secret import Redactor

# Seconds; only a test that fails waits as long.
LONG = 120.0


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "raw"


def sh(script: str, raw: Path, **env: str) -> Child:
    return Child(("/bin/sh", "-c", script), raw, env)


def until(path: Path, text: str) -> None:
    """Waits until a child has written that."""
    end = time.monotonic() + LONG
    while not path.exists() or text not in path.read_text():
        assert time.monotonic() < end, f"{text} never came"
        time.sleep(0.005)


@pytest.mark.parametrize("code", [0, 1, 7, 126, 255])
def test_the_exit_code_is_told(code: int) -> None:
    found = output("/bin/sh", "-c", f"echo out; echo err >&2; exit {code}")
    assert (found.code, found.out, found.err) == (code, "out\n", "err\n")


def test_a_missing_program_is_an_answer_and_no_exception() -> None:
    assert output("no-such-program-at-all", "x").code == NOT_FOUND
    assert output("/etc/hostname").code == NOT_FOUND


def test_a_program_that_is_killed() -> None:
    assert output("/bin/sh", "-c", "kill -9 $$").code == -9


def test_a_silent_program_is_given_up(tmp_path: Path) -> None:
    end = tmp_path / "end"
    # On a busy machine the first word may take its time.
    for patience in (0.2, 2, 20):
        found = output("/bin/sh", "-c", f"echo first; sleep {LONG}; touch {end}", timeout=patience)
        assert found.code == TIMED_OUT
        if found.out:
            break
    assert found.out == "first\n"
    assert not end.exists(), "its end was waited for"


def test_bytes_that_are_no_text() -> None:
    assert output("/bin/sh", "-c", r"printf 'a\377b'").out == "a\ufffdb"


def test_arguments_are_never_a_shell_line() -> None:
    words = ("a b", "$HOME", "`id`", "*", "'", '"', "\\", "", "--x=1", "\u52a0")
    found = output("/bin/sh", "-c", r'for w; do printf "<%s>" "$w"; done', "sh", *words)
    assert found.out == "".join(f"<{word}>" for word in words)


def test_a_child_reads_nothing_from_us() -> None:
    assert output("/bin/sh", "-c", "cat; echo end").out == "end\n"


HOSTILE = (
    *(
        "PYTHONHOME",
        "PYTHONPATH",
        "PYTHONUSERBASE",
        "PYTHONSTARTUP",
        "LD_LIBRARY_PATH",
        "LD_PRELOAD",
        "LD_AUDIT",
    ),
    *(
        "BASH_ENV",
        "ENV",
        "GCONV_PATH",
        "RPM_CONFIGDIR",
        "KUBECONFIG",
        "KUBERNETES_MASTER",
        "VIRTUAL_ENV",
        "CDPATH",
    ),
    *(
        "CONTAINER_RUNTIME_ENDPOINT",
        "DOCKER_HOST",
        "CURL_HOME",
        "XDG_CONFIG_HOME",
        "IFS",
        "LANG",
        "LANGUAGE",
    ),
    *(f"ANYTHING_{number}" for number in range(300)),
)


def test_the_environment_of_a_child(monkeypatch: pytest.MonkeyPatch, raw: Path) -> None:
    for name in HOSTILE:
        monkeypatch.setenv(name, "/opt/theirs")
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.9:3128")
    child = sh("env", raw, EXTRA="1")
    assert child.wait(LONG)
    for printed in (output("env").out, raw.read_text()):
        seen = dict(line.split("=", 1) for line in printed.splitlines())
        assert (seen["LC_ALL"], seen["PYTHONUNBUFFERED"], seen["HOME"]) == ("C", "1", "/root")
        assert not set(HOSTILE) & set(seen)
        assert seen["HTTPS_PROXY"] == "http://10.0.0.9:3128"
        assert seen["PATH"] == shell.PATH
    assert "EXTRA=1" in raw.read_text()


def test_no_program_of_the_callers_is_called(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, raw: Path
) -> None:
    """Neither found by us, nor by what we call."""
    for name in ("id", "only-here"):
        (tmp_path / name).write_text("#!/bin/sh\necho theirs\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    assert "uid=" in output("id").out
    assert "uid=" in output("sh", "-c", "id").out
    assert output("only-here").code == shell.NOT_FOUND
    child = sh("id; only-here", raw)
    assert child.wait(LONG)
    assert "theirs" not in raw.read_text()


@pytest.mark.parametrize("stream", ["1", "2"])
def test_an_answer_without_end_is_cut_and_its_program_ended(stream: str) -> None:
    """Lines or none."""
    said = output("sh", "-c", f"cat /dev/zero >&{stream}", timeout=LONG)
    assert said.code == shell.TOO_MUCH
    assert len(said.out) <= shell.LONGEST
    with pytest.raises(NotRead):
        Look().answer("sh", "-c", f"yes >&{stream}", longest=LONG)


def test_a_character_between_two_pieces_is_whole(tmp_path: Path) -> None:
    text = "x" + "安" * shell.PIECE
    (tmp_path / "text").write_text(text)
    assert output("cat", str(tmp_path / "text")).out == text


def test_a_child_writes_into_its_file(raw: Path) -> None:
    raw.write_text("before\n")
    child = sh("echo out; echo err >&2; exit 3", raw)
    assert child.wait(LONG)
    assert child.code == 3
    assert raw.read_text() == "before\nout\nerr\n"


def test_a_missing_program_of_a_change(raw: Path) -> None:
    child = Child(("no-such-program-at-all",), raw, {})
    assert child.wait(0)
    assert (child.code, child.pid) == (NOT_FOUND, 0)
    assert "no-such-program-at-all" in raw.read_text()


def test_a_child_is_named_by_pid_and_start(raw: Path) -> None:
    child = sh(f"sleep {LONG}", raw)
    assert child.start == started_at(child.pid) != ""
    assert not child.wait(0)
    assert not wait_gone(child.pid, child.start, 0)
    child.stop()
    assert child.wait(LONG)
    assert wait_gone(child.pid, child.start, LONG)
    assert started_at(child.pid) == ""


def test_another_process_under_the_same_pid_is_not_waited_for() -> None:
    assert wait_gone(os.getpid(), "12345", 0)


def test_a_child_that_ended_before_it_could_be_asked_for_is_gone() -> None:
    assert wait_gone(999_999_999, "", 0)


def test_stopping_ends_the_whole_group(raw: Path, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    child = sh(f"sleep {LONG} & echo $! >{pids}.new; mv {pids}.new {pids}; wait", raw)
    until(pids, "\n")
    grandchild = int(pids.read_text())
    start = started_at(grandchild)
    assert start
    child.stop()
    assert child.wait(LONG)
    assert wait_gone(grandchild, start, LONG)


def test_a_child_that_does_not_listen_is_killed(raw: Path) -> None:
    child = sh(f"trap '' TERM; echo ready; while :; do sleep {LONG}; done", raw)
    until(raw, "ready")
    child.stop(patience=0.1)
    assert child.wait(LONG)
    assert child.code == -signal.SIGKILL


def test_a_child_may_clean_up_first(raw: Path) -> None:
    child = sh(f"trap 'echo cleaned; exit 0' TERM; echo ready; sleep {LONG} & wait", raw)
    until(raw, "ready")
    child.stop()
    assert child.wait(LONG)
    assert raw.read_text().endswith("cleaned\n")


SCRIPT = """
import pathlib, sys, time
from tui_installer.host.machine import use
from tui_installer.host.shell import Child
from tui_installer.host.this_machine import ThisMachine
use(ThisMachine())
raw, pids = map(pathlib.Path, sys.argv[1:])
child = Child(("/bin/sh", "-c", "echo begun; while [ ! -e %s.go ]; do sleep 0.01; done; echo ended" % raw), raw, {})
while "begun" not in raw.read_text():
    time.sleep(0.005)
pids.with_suffix(".new").write_text("%d\\n" % child.pid)
pids.with_suffix(".new").rename(pids)
time.sleep(60)
"""


@pytest.fixture
def orphan(tmp_path: Path) -> Iterator[int]:
    """A child whose engine was killed."""
    root = str(Path(__file__).parent.parent.parent)
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([root, *filter(None, sys.path)])}
    pids = tmp_path / "pids"
    argv = [sys.executable, "-c", SCRIPT, str(tmp_path / "raw"), str(pids)]
    with subprocess.Popen(argv, env=env) as engine:
        until(pids, "\n")
        engine.kill()
    child = int(pids.read_text())
    yield child
    if started_at(child):
        os.kill(child, signal.SIGKILL)


def test_a_child_outlives_a_killed_engine(orphan: int, tmp_path: Path) -> None:
    start = started_at(orphan)
    assert start, "the child died with its engine"
    (tmp_path / "raw.go").touch()
    assert wait_gone(orphan, start, LONG)
    assert (tmp_path / "raw").read_text() == "begun\nended\n"


def test_a_child_that_the_journal_does_not_know_is_found_by_its_file(tmp_path: Path) -> None:
    raw = tmp_path / "packages-1"
    assert shell.writer(raw) == 0
    child = Child(("/bin/sh", "-c", f"sleep {LONG} & wait"), raw, {})
    try:
        assert shell.writer(raw) == child.pid, "and not what it has started itself"
        assert 0 <= shell.age(child.start) < LONG
    finally:
        assert shell.end(child.pid, child.start)
    assert shell.writer(raw) == 0


def test_a_flood_cannot_fill_the_memory(raw: Path) -> None:
    """Nobody empties its file: the engine was killed, say. It is neither held up nor ended."""
    told = "echo first; yes 0123456789abcde | head -c 200000000; echo last"
    child = sh(f"({told}) && exit 7", raw)
    assert child.wait(LONG * 4)
    assert child.code == 7
    assert raw.stat().st_size <= MOST + LAST + 100
    lines = raw.read_bytes().split(b"\n")
    assert (lines[0], lines[-2:]) == (b"first", [b"last", b""])
    (told_so,) = [line for line in lines if b"tui-installer" in line]
    left_out = int(told_so.split(b": ")[1].split()[0])
    assert (raw.stat().st_size >> 10) + left_out == pytest.approx(200_000_000 >> 10, abs=2)
    # The line before it was cut, and is overwritten; none of the others is half a line.
    others = {line for line in lines[1:-2] if line != told_so}
    assert others == {b"0123456789abcde"}


def test_a_flood_in_a_file_that_is_emptied_meanwhile(tmp_path: Path, raw: Path) -> None:
    """Whatever was printed is told, or is counted among what was left out: no line twice, none torn."""
    last = 1_500_000
    child = sh(f"seq 1 {last}; echo end", raw)
    log = tmp_path / "log"
    pump = Pump(raw, log, Redactor([]))
    while not child.wait(0.002):
        pump.move()
        assert raw.stat().st_size <= MOST + LAST + 100
    pump.close()
    numbers = [int(line) for line in log.read_text().splitlines() if line.isdigit()]
    assert numbers == sorted(set(numbers))
    assert pump.tail[-1] == "end"
    left_out = re.findall(r"\[tui-installer: (\d+) KiB", log.read_text())
    # All numbers of so many digits, each with the end of its line.
    printed = sum((min(last + 1, 10**d) - 10 ** (d - 1)) * (d + 1) for d in range(1, 8))
    missing = printed - sum(len(str(number)) + 1 for number in numbers)
    assert sum(map(int, left_out)) == pytest.approx(missing / 1024, abs=len(left_out) + 1)


def test_what_a_child_leaves_behind_is_not_waited_for(
    raw: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = sh(f"(sleep {LONG} & echo $!) ; echo end", raw)
    until(raw, "end")
    monkeypatch.setattr(shell, "LINGERS", 0.1)
    assert child.wait(LONG / 2)
    assert raw.read_text().endswith("end\n")
    os.kill(int(raw.read_text().split()[0]), signal.SIGKILL)


def test_an_orphans_output_is_complete_before_it_is_taken_over(raw: Path) -> None:
    child = sh("echo it is there; read nothing; seq 1 200000; sleep 0.3", raw)
    until(raw, "it is there")
    assert writer(raw) in (child.pid, 0)
    assert wait_gone(child.pid, child.start, LONG)
    kept(raw, LONG)
    assert raw.read_text().endswith("\n200000\n")
    assert writer(raw) == 0
