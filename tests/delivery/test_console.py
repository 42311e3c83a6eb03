"""install.sh --console: what it refuses, what it lays where, and that it starts nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.delivery.test_install import ROOT, marked, program, run

UNIT = "tui-installer-console.service"
# It does with files what the real one does without a running systemd, and writes down what it was told.
SYSTEMCTL = """
[ ! -d "{top}/booted" ] || echo "$*" >>"{top}/told"
wants="{top}/units/multi-user.target.wants"
case "$1 ${{2-}}" in
    is-active*) echo inactive; exit 3 ;;
    get-default*) echo multi-user.target ;;
    enable*) mkdir -p "$wants"; ln -sf "../$2" "$wants/$2" ;;
    disable*) rm -f "$wants/$2" ;;
    stop*) [ -e "{top}/units/$2" ] || exit 5 ;;
esac
"""


@dataclass
class Machine:
    """The places of install.sh, moved into a folder, and a bundle with nothing but what it copies."""

    top: Path
    bundle: Path

    def __call__(self, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
        path = f"{self.top}/bin:{os.environ['PATH']}"
        return run(self.bundle / "install.sh", *options, PATH=path, **env)

    @property
    def unit(self) -> Path:
        return self.top / "units" / UNIT

    @property
    def pending(self) -> bool:
        """The next boot shows the screens."""
        return (self.top / "units/multi-user.target.wants" / UNIT).is_symlink()

    @property
    def told(self) -> list[str]:
        """What the running systemd was told."""
        told = self.top / "told"
        return told.read_text().splitlines() if told.exists() else []

    def systemctl(self, first: str) -> None:
        """The one of this machine, with a line before all others."""
        program(self.top / "bin/systemctl", first + SYSTEMCTL.format(top=self.top))

    def files(self) -> set[str]:
        """All that lies here but what was told."""
        return {str(path) for path in self.top.rglob("*") if path.name != "told"}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    """A server that runs, with a screen."""
    top, bundle = tmp_path / "machine", tmp_path / "bundle"
    for folder in ("bin", "booted"):
        (top / folder).mkdir(parents=True)
    (top / "tty1").touch()
    moved = {
        "/opt/tui-installer": top / "opt",
        "/usr/bin/tui-installer": top / "command",
        "/usr/lib/systemd/system": top / "units",
        "/etc/bash_completion.d/tui-installer": top / "completion/tui-installer",
        "/dev/tty1": top / "tty1",
        "/run/systemd/system": top / "booted",
        "/etc/systemd/system/display-manager.service": top / "display-manager",
    }
    script = (ROOT / "install.sh").read_text()
    for place, here in moved.items():
        assert script.count(f"={place}\n") == 1
        script = script.replace(f"={place}\n", f"={here}\n")
    for folder in ("systemd", "completion"):
        shutil.copytree(ROOT / "assets" / folder, bundle / "app/assets" / folder)
    (bundle / "install.sh").write_text(script)
    for folder in ("python/bin", "bin"):
        (bundle / folder).mkdir(parents=True)
    program(bundle / "python/bin/python3.13", "exit 0")
    program(bundle / "bin/tui-installer", f"touch {top}/opened")
    marked(bundle, os.uname().machine)
    program(top / "bin/id", "echo 0")
    program(top / "bin/chown", "exit 0")
    made = Machine(top, bundle)
    made.systemctl("")
    return made


def test_the_next_boot_shows_it_and_nothing_starts_now(machine: Machine) -> None:
    done = machine("--console")
    assert done.returncode == 0, done.stderr
    assert machine.pending
    assert machine.unit.read_text() == (ROOT / "assets/systemd" / UNIT).read_text()
    assert "From the next boot on" in done.stdout and "without a password" in done.stdout
    assert not (machine.top / "opened").exists()
    assert {line.split()[0] for line in machine.told} <= {
        "is-active",
        "get-default",
        "daemon-reload",
        "enable",
    }
    again = machine("--console", "--no-start", LANG="zh_CN.UTF-8")
    assert again.returncode == 0
    assert "从下次启动起" in again.stdout


@pytest.mark.parametrize(
    "options",
    [
        ("--console", "--uninstall"),
        ("--uninstall", "--console"),
        ("--console", "apply", "--yes"),
        ("--console", "--", "status"),
        ("--consoles",),
    ],
)
def test_what_cannot_be_meant_is_wrong_usage(machine: Machine, options: tuple[str, ...]) -> None:
    before = machine.files()
    done = machine(*options)
    assert done.returncode == 2
    assert "--console" in done.stderr
    assert machine.files() == before and machine.told == []


def test_a_clone_is_no_place_to_boot_from(machine: Machine) -> None:
    for name in ("BUNDLE", "SHA256SUMS"):
        (machine.bundle / name).unlink()
    (machine.bundle / "requirements.lock").touch()
    done = machine("--console")
    assert done.returncode == 2
    assert "bundle" in done.stderr
    assert not (machine.bundle / ".venv").exists()


def test_a_machine_without_tty1_is_refused(machine: Machine) -> None:
    (machine.top / "tty1").unlink()
    before = machine.files()
    done = machine("--console")
    assert done.returncode == 3
    assert "no " + str(machine.top / "tty1") in done.stderr
    assert machine.files() == before
    assert machine("--no-start").returncode == 0


def test_an_image_without_tty1_is_not(machine: Machine) -> None:
    (machine.top / "booted").rmdir()
    assert "an image that" not in machine("--console").stdout
    (machine.top / "tty1").unlink()
    done = machine("--console")
    assert done.returncode == 0
    assert "an image that is being made" in done.stdout
    assert machine.pending
    assert machine.told == []


def test_a_graphical_login_keeps_its_tty1(machine: Machine) -> None:
    (machine.top / "display-manager").symlink_to("gdm.service")
    assert machine("--console").returncode == 0
    machine.systemctl('[ "$1" != get-default ] || exec echo graphical.target\n')
    done = machine("--console")
    assert done.returncode == 3
    assert "set-default multi-user.target" in done.stderr


def test_a_unit_that_systemd_does_not_take_is_not_left_there(machine: Machine) -> None:
    refuse = f'[ "$*" != "enable {UNIT}" ] || {{ echo "Access denied" >&2; exit 1; }}\n'
    machine.systemctl(refuse)
    done = machine("--console")
    assert done.returncode == 1
    assert "Access denied" in done.stderr
    assert not machine.pending and not machine.unit.exists()
    assert (machine.top / "command").exists()


@pytest.mark.parametrize("pending", [True, False])
def test_an_upgrade_leaves_it_as_it_was(machine: Machine, pending: bool) -> None:
    assert machine("--no-start").returncode == 0
    assert not machine.unit.exists()
    assert machine("--console").returncode == 0
    if not pending:
        (machine.top / "units/multi-user.target.wants" / UNIT).unlink()
    machine.unit.write_text("that of an earlier version\n")
    assert machine("--no-start").returncode == 0
    assert machine.unit.read_text().startswith("#")
    assert machine.pending is pending


def test_a_run_that_begins_while_it_is_copied_keeps_its_program(machine: Machine) -> None:
    """Between the first look and the moment in which the old program goes lie a check and a copy."""
    (machine.top / "opt").mkdir()
    (machine.top / "opt/old").touch()
    before, asked = machine.files(), machine.top / "opt/old"
    machine.systemctl(f"[ ! -s {asked} ] || {{ echo active; exit; }}\necho asked >{asked}\n")
    done = machine("--no-start")
    assert done.returncode == 4
    assert "tui-installer attach" in done.stderr
    # Folders may be made; the program is the one that was there, and no other lies beside it.
    assert {path for path in machine.files() - before if Path(path).is_file()} == set()
    assert before <= machine.files()


def test_uninstall_ends_it_first_and_leaves_nothing(machine: Machine) -> None:
    assert machine("--console").returncode == 0
    (machine.top / "told").unlink()
    assert machine("--uninstall").returncode == 0
    assert machine.told.index(f"disable {UNIT}") < machine.told.index(f"stop {UNIT}")
    assert machine.told[-1] == "daemon-reload"
    assert not machine.pending
    assert not list((machine.top / "units").glob("tui-installer*"))
    (machine.top / "told").unlink()
    assert machine("--uninstall").returncode == 0
    assert f"stop {UNIT}" not in machine.told


def test_help_tells_of_it(machine: Machine) -> None:
    for language in ("en_US.UTF-8", "zh_CN.UTF-8"):
        told = machine("--help", LANG=language).stdout
        assert "--console" in told.splitlines()[0] and "tty1" in told
