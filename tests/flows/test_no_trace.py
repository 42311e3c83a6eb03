"""A rehearsal leaves nothing behind; one that is killed leaves its folder, which the next one removes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tui_installer.exits import ExitCode
from tui_installer.rehearsal.stand_in import NAME

ROOT = Path(__file__).resolve().parents[2]
# Where this Python finds the program, and its packages.
PATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
# Seconds; only a test that fails waits as long.
LONG = 300.0
ANSWERS = '[node]\nrole = "first-control-plane"\nhostname = "api7"\n'


def begun(folder: Path, machine: str = "fresh") -> subprocess.Popen[bytes]:
    """A rehearsal in plain lines, as a user with an empty home calls it."""
    (folder / "node.toml").write_text(ANSWERS)
    words = ["rehearse", machine, "--answers", "node.toml", "--speed", "1"]
    return subprocess.Popen(
        [sys.executable, "-m", "tui_installer", *words],
        cwd=folder,
        env={**os.environ, "HOME": str(folder / "home"), "XDG_STATE_HOME": "", "PYTHONPATH": PATH},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip


def folders(folder: Path) -> list[Path]:
    return sorted(folder.glob("home/.local/state/tui-installer/rehearsals/*"))


def processes(folder: Path) -> list[int]:
    """Those that carry a rehearsal of that home in their environment."""
    mark = f"{NAME}={folder}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                found.append(int(place.name))
        except OSError:
            continue
    return found


def wait_until_it_plays(folder: Path, other: Path | None = None) -> Path:
    """The folder of the rehearsal that is not the other one, once a run has begun in it."""
    end = time.monotonic() + LONG
    while not (
        found := [
            f
            for f in folders(folder)
            if f != other and list(f.glob("root/var/lib/tui-installer/runs/*"))
        ]
    ):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found[0]


def test_the_next_one_removes_what_is_left_but_not_what_an_engine_works_in(tmp_path: Path) -> None:
    """Of two rehearsals one was killed whole, and of the other the screen alone: that one goes on to its end."""
    whole = begun(tmp_path)
    left = wait_until_it_plays(tmp_path)
    whole.kill()
    whole.wait()
    for pid in processes(tmp_path):
        os.kill(pid, signal.SIGKILL)
    assert folders(tmp_path) == [left]
    screen = begun(tmp_path)
    used = wait_until_it_plays(tmp_path, left)
    screen.kill()
    screen.wait()
    assert processes(tmp_path)
    # The next one is not long: this machine is refused.
    assert begun(tmp_path, "stream8").wait(LONG) == ExitCode.REFUSED
    assert folders(tmp_path) == [used]
    assert (used / "about.json").exists()
    for pid in processes(tmp_path):
        os.kill(pid, signal.SIGKILL)
    kept = {path.relative_to(tmp_path) for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in kept if not path.is_relative_to(used.relative_to(tmp_path))} == {
        Path("node.toml")
    }


def test_one_that_is_ended_takes_its_engine_with_it(tmp_path: Path) -> None:
    going = begun(tmp_path)
    wait_until_it_plays(tmp_path)
    assert processes(tmp_path)
    going.send_signal(signal.SIGTERM)
    assert going.wait(LONG) == 5
    assert folders(tmp_path) == []
    assert processes(tmp_path) == []
