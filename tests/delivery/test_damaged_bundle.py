"""install.sh takes a whole bundle or none, and speaks in every locale."""

from __future__ import annotations

import hashlib
import os
import random
import re
import shutil
import subprocess
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.test_install import pretend, program, run, unpacked

__all__ = ["pretend", "unpacked"]
BUNDLE = os.environ.get("BUNDLE", "")
# A file of every kind that a bundle has, by the end of its name.
KINDS = (
    "BUNDLE",
    "SHA256SUMS",
    ".py",
    ".pyc",
    ".so",
    ".toml",
    ".mo",
    ".gpg",
    ".yaml",
    "python3.13",
)
CHARSETS = {
    "en_US.ISO-8859-1": ("en_US", "ISO-8859-1"),
    "en_US": ("en_US", "ISO-8859-1"),
    "tr_TR": ("tr_TR", "ISO-8859-9"),
    "zh_CN.GBK": ("zh_CN", "GBK"),
    "zh_CN.GB18030": ("zh_CN", "GB18030"),
    "zh_TW.BIG5": ("zh_TW", "BIG5"),
    "ja_JP.SJIS": ("ja_JP", "SHIFT_JIS"),
    "ko_KR.EUC-KR": ("ko_KR", "EUC-KR"),
    "zh_CN.UTF-8": ("zh_CN", "UTF-8"),
}


class Machine:
    """A place for the program below a folder of ours, with a program that works in it."""

    def __init__(self, folder: Path) -> None:
        self.place, self.folder = folder / "opt/tui-installer", folder
        with tarfile.open(BUNDLE) as bundle:
            bundle.extractall(folder / "unpacked", filter="tar")
        (self.bundle,) = (folder / "unpacked").iterdir()
        self._move_places()
        tools = folder / "bin"
        tools.mkdir()
        program(tools / "id", "echo 0")
        program(tools / "systemctl", "echo inactive")
        program(tools / "chown", "exit 0")
        self.path = f"{tools}:{os.environ['PATH']}"

    def _move_places(self) -> None:
        """The same script for other places, and its sum in the list."""
        script = self.bundle / "install.sh"
        text = script.read_text()
        for place in ("/opt/", "/usr/bin/", "/usr/lib/", "/etc/bash", "/run/systemd/"):
            text = re.sub(rf"^([A-Z]+)={place}", rf"\1={self.folder}{place}", text, flags=re.M)
        script.write_text(text)
        sums = self.bundle / "SHA256SUMS"
        digest = hashlib.sha256(script.read_bytes()).hexdigest()
        sums.write_text(re.sub(r"(?m)^\w+(  ./install\.sh)$", rf"{digest}\1", sums.read_text()))
        (self.folder / "usr/bin").mkdir(parents=True)

    def install(self) -> subprocess.CompletedProcess[str]:
        return run(self.bundle / "install.sh", "--no-start", PATH=self.path)

    def starts(self) -> bool:
        words = (self.folder / "usr/bin/tui-installer", "--version")
        return subprocess.run(words, capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    if not BUNDLE:
        pytest.skip("BUNDLE names no bundle; packaging/build-bundle builds one")
    made = Machine(tmp_path_factory.mktemp("machine"))
    done = made.install()
    assert done.returncode == 0, done.stderr
    assert made.starts()
    return made


def files_of(machine: Machine) -> list[Path]:
    return sorted(p for p in machine.bundle.rglob("*") if p.is_file() and not p.is_symlink())


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def refuses(machine: Machine, path: Path, damage: Callable[[Path], None]) -> None:
    kept = machine.folder / "kept"
    shutil.copy2(path, kept)
    damage(path)
    try:
        done = machine.install()
    finally:
        shutil.move(kept, path)
    assert done.returncode not in (0, 2), f"{path}: {done.stdout}"
    assert "damaged or incomplete" in done.stderr, path
    assert not machine.place.with_name("tui-installer.new").exists()


@pytest.mark.parametrize("name", ["BUNDLE", "SHA256SUMS", "assets/versions.toml"])
@pytest.mark.parametrize("damage", [Path.unlink, cut], ids=["removed", "cut"])
def test_a_bundle_that_is_not_whole_is_refused(
    machine: Machine, name: str, damage: Callable[[Path], None]
) -> None:
    refuses(machine, next(p for p in files_of(machine) if str(p).endswith(name)), damage)
    assert machine.starts()


def test_one_of_each_kind_and_twenty_others(machine: Machine) -> None:
    """Removed or cut short, by turns; the program that is installed is not touched."""
    there = [p for p in files_of(machine) if p.name != "install.sh" and p.stat().st_size]
    kinds = [next(p for p in there if str(p).endswith(kind)) for kind in KINDS]
    others = random.Random(12).sample(there, 20)
    before = machine.place.stat().st_ino
    for number, path in enumerate([*kinds, *others]):
        refuses(machine, path, (Path.unlink, cut)[number % 2])
        assert machine.place.stat().st_ino == before
    assert machine.starts()


def test_a_script_that_was_cut_short_does_nothing(
    unpacked: Path, pretend: dict[str, str], tmp_path: Path
) -> None:
    script = unpacked / "install.sh"
    text = script.read_bytes()
    begin = text.index(b"\n{\n") + 3
    for end in range(begin, len(text) - 3, 997):
        script.write_bytes(text[:end])
        assert run(script, "--no-start", **pretend).returncode != 0
    assert not (tmp_path / "changes").exists()


@pytest.mark.parametrize("locale", CHARSETS)
def test_every_locale(locale: str, unpacked: Path, pretend: dict[str, str], tmp_path: Path) -> None:
    """bash takes bytes of Chinese sentences for letters of names there, or for halves of others."""
    source, charset = CHARSETS[locale]
    made = ("localedef", "-i", source, "-f", charset, str(tmp_path / locale))
    # Its exit code tells of warnings too, which old definitions have.
    subprocess.run(made, capture_output=True, check=False)
    assert (tmp_path / locale / "LC_CTYPE").exists()
    env = {**pretend, "LOCPATH": str(tmp_path)}
    chinese = locale == "zh_CN.UTF-8"
    for variable in ("LANG", "LC_ALL"):
        usage = run(unpacked / "install.sh", "--help", **env, **{variable: locale})
        assert usage.returncode == 0, usage.stderr
        assert usage.stdout.startswith("用法：" if chinese else "Usage:")
        wrong = run(
            unpacked / "install.sh", "--lang", "zh", "--nonsense", **env, **{variable: locale}
        )
        assert (wrong.returncode, wrong.stdout) == (2, "")
        assert wrong.stderr == (
            "install.sh：不认识的选项：--nonsense。可用的选项：--no-start、--console、--uninstall、--lang、--help。\n"
        )
        program(tmp_path / "bin/systemctl", "echo active")
        busy = run(unpacked / "install.sh", "--lang", "zh", **env, **{variable: locale})
        assert busy.returncode == 4, busy.stderr
        assert "有一次运行正在进行（tui-installer.service 状态为 active）" in busy.stderr
