"""README's first command, in a clean clone on a computer that is no CentOS 7: Enter by Enter to Done, in a real terminal.

It runs at its own pace, about a minute and a half, and changes nothing but the clone and the user's cache and state.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.delivery.test_install import run

ROOT = Path(__file__).resolve().parents[2]
# Between two keys of a person; an Enter that comes faster is taken for a held or pasted one.
HAND = 0.5
# Where an installer leaves something, if it does.
PLACES = ("/etc", "/opt", "/usr/bin", "/usr/local", "/usr/lib/systemd", "/var/lib", "/run")
# Other programs of this computer, and other tests, write there meanwhile.
RESTLESS = re.compile(
    r"^/(run/(?!tui-installer)|var/lib/(?!tui-installer|containerd|kubelet|etcd))|/__pycache__"
)
PAGES = ("Role", "Node", "Mirrors", "Cluster", "Options", "Preflight", "Review")


class Terminal:
    """tmux, 80x25."""

    def __init__(self, folder: Path, command: str, environment: dict[str, str]) -> None:
        self.socket = f"clone-{os.getpid()}"
        self.environment = {**environment, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
        # fmt: off
        self.tmux("-f", "/dev/null", "set-option", "-g", "remain-on-exit", "on", ";",
                  "set-option", "-g", "status", "off", ";",
                  "new-session", "-d", "-x", "80", "-y", "25", "-c", str(folder), command)
        # fmt: on

    def tmux(self, *words: str) -> str:
        return subprocess.run(
            ["tmux", "-u", "-L", self.socket, *words],
            env=self.environment, stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=True, timeout=30,
        ).stdout  # fmt: skip

    @property
    def text(self) -> str:
        return self.tmux("capture-pane", "-p")

    def until(self, pattern: str, seconds: float = 60) -> str:
        end = time.monotonic() + seconds
        while not re.search(pattern, shown := self.text, re.MULTILINE):
            assert time.monotonic() < end, f"{pattern} not within {seconds} s:\n{shown}"
            time.sleep(0.1)
        return shown

    def page(self, heading: str, seconds: float = 60) -> str:
        return self.until(rf"^ tui-installer \S+   {heading} .*REHEARSAL", seconds)

    def press(self, *keys: str) -> None:
        for key in keys:
            time.sleep(HAND)
            self.tmux("send-keys", key)

    def close(self) -> None:
        subprocess.run(["tmux", "-L", self.socket, "kill-server"], capture_output=True, check=False)


def listing(*tops: str | Path) -> dict[str, tuple[int, int]]:
    """Every file with its size and the time of its last change."""
    found = {}
    for top in tops:
        for folder, _, names in os.walk(top):
            for name in names:
                path = Path(folder, name)
                if not RESTLESS.search(str(path)):
                    with suppress(FileNotFoundError):
                        status = path.lstat()
                        found[str(path)] = (status.st_size, status.st_mtime_ns)
    return found


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """What a stranger gets: the files that git knows, as they are here."""
    folder = tmp_path / "clone"
    git = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(git, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    for name in filter(None, names.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    return folder


@pytest.fixture
def terminal(clone: Path, tmp_path: Path) -> Iterator[Terminal]:
    """A user with an empty home, and with the packages in the cache that pip has already."""
    cache = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    (tmp_path / "home").mkdir()
    kept = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "XDG_STATE_HOME")}
    # pip asks a compiler of Rust for its version, if there is one, and rustup keeps settings at home.
    path = [p for p in os.environ["PATH"].split(os.pathsep) if ".cargo" not in p]
    kept["PATH"] = os.pathsep.join(path)
    environment = {**kept, "HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": cache}
    made = Terminal(clone, "./install.sh; sleep 600", environment)
    yield made
    made.close()


def test_from_a_clean_clone_to_done_by_enter(terminal: Terminal, clone: Path) -> None:
    home = clone.parent / "home"
    before = listing(*PLACES, home)
    shown = terminal.until(r"\[> Rehearsal <\]", 180)
    assert "This program cannot work here" in shown
    terminal.press("Enter")
    terminal.page("Start")
    for page in PAGES:
        terminal.press("Enter")
        terminal.page(page)
    terminal.press("Tab", "Enter")
    terminal.page("Run")
    terminal.page("Done", 240)
    # What was proved is read after the screen stands.
    terminal.until("Service")
    terminal.press("C-c")
    terminal.until("The rehearsal ends")
    terminal.press("Enter")
    terminal.until("Nothing was changed on this computer")
    after = listing(*PLACES, home)
    assert after == before
    assert not list((home / ".local/state/tui-installer/rehearsals").iterdir())
    the_environment_is_made_once(clone)


def the_environment_is_made_once(clone: Path) -> None:
    """Anew only when the lock has changed; and --uninstall leaves nothing of it."""
    installer, python = clone / "install.sh", clone / ".venv/bin/python"
    where = (
        "import tui_installer, click, httpx, psutil, sh, tomlkit, ruamel.yaml as y; print(y.YAML)"
    )
    subprocess.run([python, "-I", "-c", where], cwd="/", check=True, capture_output=True)

    mark = clone / ".venv/kept"
    mark.touch()
    again = run(installer, "--no-start")
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert mark.exists(), "made anew although the lock had not changed"

    # One package alone is enough to see it.
    lock = clone / "requirements.lock"
    entry = re.search(r"(?m)^click==.*\n(?: .*\n)+", lock.read_text())
    assert entry
    lock.write_text(entry[0])
    assert run(installer, "--no-start").returncode == 0
    assert not mark.exists(), "kept although the lock had changed"
    subprocess.run([python, "-I", "-c", "import click"], check=True, capture_output=True)

    assert run(installer, "--uninstall").returncode == 0
    assert not (clone / ".venv").exists()
