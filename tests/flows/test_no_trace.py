"""A rehearsal leaves nothing behind; one that is killed leaves its folder, which the next one removes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tui_installer.host.rehearsal.current import NAME

ROOT = Path(__file__).resolve().parents[2]
# Where this Python finds the program, and its packages.
PATH = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
ANSWERS = '[node]\nrole = "first-control-plane"\nhostname = "api7"\n'


def begun(folder: Path, speed: str) -> subprocess.Popen[bytes]:
    """A rehearsal in plain lines, as a user with an empty home calls it."""
    (folder / "node.toml").write_text(ANSWERS)
    words = ["rehearse", "--answers", "node.toml", "--speed", speed]
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


def wait_until_it_plays(folder: Path) -> Path:
    end = time.monotonic() + 60
    while not (
        found := [f for f in folders(folder) if list(f.glob("root/var/lib/tui-installer/runs/*"))]
    ):
        assert time.monotonic() < end
        time.sleep(0.05)
    return found[0]


def test_a_killed_rehearsal_leaves_its_folder_and_the_next_one_removes_it(tmp_path: Path) -> None:
    first = begun(tmp_path, "1")
    left = wait_until_it_plays(tmp_path)
    first.kill()
    first.wait()
    for pid in processes(tmp_path):
        os.kill(pid, signal.SIGKILL)
    assert folders(tmp_path) == [left]
    second = begun(tmp_path, "500")
    assert second.wait(120) == 0
    assert folders(tmp_path) == []
    kept = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert kept == {"node.toml"}


def test_one_that_is_ended_takes_its_engine_with_it(tmp_path: Path) -> None:
    going = begun(tmp_path, "1")
    wait_until_it_plays(tmp_path)
    assert processes(tmp_path)
    going.send_signal(signal.SIGTERM)
    assert going.wait(60) == 5
    assert folders(tmp_path) == []
    assert processes(tmp_path) == []


def test_an_engine_whose_screen_was_killed_is_left_its_folder(tmp_path: Path) -> None:
    """It goes on to its end, and nobody takes the folder from under it."""
    first = begun(tmp_path, "1")
    left = wait_until_it_plays(tmp_path)
    first.kill()
    first.wait()
    assert processes(tmp_path)
    second = begun(tmp_path, "500")
    assert second.wait(120) == 0
    assert folders(tmp_path) == [left]
    assert (left / "about.json").exists()
    for pid in processes(tmp_path):
        os.kill(pid, signal.SIGKILL)
