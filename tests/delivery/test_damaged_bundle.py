"""install.sh takes a whole bundle or none, and speaks in every locale."""

from __future__ import annotations

import gzip
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
BUILD = Path(__file__).parents[2] / "packaging/build-bundle"
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
    ".json",
    ".service",
    ".bash",
    ".pth",
    ".po",
    "RECORD",
    "bin/tui-installer",
    "bin/python3.13",
)
# As much of a file lies in the thin bundle: what is read is every file's sum, whatever is in it.
MOST = 64 << 10
# As the README has it.
BESIDE = "node.toml"
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


OTHERS = (
    "MONETARY",
    "NUMERIC",
    "TIME",
    "MESSAGES",
    "PAPER",
    "NAME",
    "ADDRESS",
    "TELEPHONE",
    "MEASUREMENT",
    "IDENTIFICATION",
)
# As the locale itself calls its character set.
NAMED = {"ja_JP.SJIS": "SHIFT_JIS"}


class Machine:
    """A place for the program below a folder of ours, with a program that works in it."""

    def __init__(self, folder: Path) -> None:
        self.place, self.folder = folder / "opt/tui-installer", folder
        with tarfile.open(BUNDLE) as bundle:
            bundle.extractall(folder / "unpacked", filter="tar")
        (self.bundle,) = (folder / "unpacked").iterdir()
        (self.bundle / BESIDE).write_text("[node]\n")
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

    def install(self, bundle: Path | None = None) -> subprocess.CompletedProcess[str]:
        return run((bundle or self.bundle) / "install.sh", "--no-start", PATH=self.path)

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
    return sorted(
        p
        for p in machine.bundle.rglob("*")
        if p.is_file() and not p.is_symlink() and p.name != BESIDE
    )


def links_of(bundle: Path) -> list[Path]:
    return sorted(p for p in bundle.rglob("*") if p.is_symlink())


def cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def turn(link: Path) -> None:
    """To a file that is there, and another one."""
    link.unlink()
    link.symlink_to(link.parent / "../../BUNDLE")


def lead_nowhere(link: Path) -> None:
    link.unlink()
    link.symlink_to("nowhere")


def refuses(
    machine: Machine, path: Path, damage: Callable[[Path], None], bundle: Path | None = None
) -> None:
    kept = machine.folder / "kept"
    shutil.copy2(path, kept, follow_symlinks=False)
    before = machine.place.stat().st_ino
    damage(path)
    try:
        done = machine.install(bundle)
    finally:
        path.unlink(missing_ok=True)
        shutil.move(kept, path)
    assert done.returncode not in (0, 2), f"{path}: {done.stdout}"
    assert "this bundle is damaged or incomplete" in done.stderr, path
    assert not machine.place.with_name("tui-installer.new").exists()
    assert machine.place.stat().st_ino == before


@pytest.mark.parametrize(
    ("name", "damage"),
    [("BUNDLE", Path.unlink), ("SHA256SUMS", cut), ("assets/versions.toml", cut)],
    ids=["BUNDLE", "SHA256SUMS", "versions.toml"],
)
def test_a_bundle_that_is_not_whole_is_refused(
    machine: Machine, name: str, damage: Callable[[Path], None]
) -> None:
    refuses(machine, next(p for p in files_of(machine) if str(p).endswith(name)), damage)
    assert machine.starts()


def test_what_a_person_has_put_beside_it_stays_there(machine: Machine) -> None:
    """An answers file may hold what nobody else is to read, and below /opt everybody reads all."""
    assert not (machine.place / BESIDE).exists()
    names = {path.name for path in machine.bundle.iterdir()} - {BESIDE}
    assert {path.name for path in machine.place.iterdir()} == names


def test_a_whole_bundle_with_one_file_more_is_refused(machine: Machine) -> None:
    strange = machine.bundle / "app/tui_installer/steps/x.py"
    strange.write_text("")
    done = machine.install()
    strange.unlink()
    assert done.returncode == 1
    assert "./app/tui_installer/steps/x.py\n" in done.stderr
    assert machine.starts()


def thin(machine: Machine, chosen: list[Path]) -> Path:
    """A bundle of these files alone, and of the beginning of each; its list is made as that of every bundle."""
    top = machine.folder / "thin"
    for path in [machine.bundle / "install.sh", machine.bundle / "BUNDLE", *chosen]:
        place = top / path.relative_to(machine.bundle)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, place, follow_symlinks=False)
        if not place.is_symlink():
            os.truncate(place, min(MOST, place.stat().st_size))
    marker = top / "BUNDLE"
    # SHA256SUMS is among the kinds.
    count = sum(not p.is_dir() for p in top.rglob("*")) - 1
    # Another machine's: it is refused behind what is looked at here.
    marker.write_text(f"version=9.9\narch=s390x\nfiles={count}\n")
    (listing,) = re.findall(r"\(cd \S+ && find [^\n|]*\| [^\n]*sha256sum\)", BUILD.read_text())
    sums = subprocess.run(
        ["bash", "-c", listing],
        env={**os.environ, "top": str(top)},
        capture_output=True,
        check=True,
    )
    (top / "SHA256SUMS").write_bytes(sums.stdout)
    return top


def test_each_kind_every_link_and_twenty_others(machine: Machine) -> None:
    """Removed or cut short, and a link that leads elsewhere; the program that is installed is not touched."""
    there = [p for p in files_of(machine) if p.name != "install.sh" and p.stat().st_size]
    kinds = [next(p for p in there if str(p).endswith(kind)) for kind in KINDS]
    others = random.Random(12).sample(there, 20)
    links = links_of(machine.bundle)
    assert links
    bundle = thin(machine, [*dict.fromkeys([*kinds, *others, *links])])
    assert "this bundle is for s390x" in machine.install(bundle).stderr

    def in_it(path: Path) -> Path:
        return bundle / path.relative_to(machine.bundle)

    for number, path in enumerate([*kinds, *others]):
        refuses(machine, in_it(path), (Path.unlink, cut)[number % 2], bundle)
    for link in links:
        for damage in (Path.unlink, turn, lead_nowhere):
            refuses(machine, in_it(link), damage, bundle)
    assert "this bundle is for s390x" in machine.install(bundle).stderr
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


def make_locale(folder: Path, locale: str) -> None:
    """What bash reads a script by: the character set, and of those with one byte a character which are letters.

    All else is taken from the smallest definitions, for the others take seconds each. GB18030 has the name alone for
    the list of its characters, which is longer than all others together; that of GBK is a part of it.
    """
    source, charset = CHARSETS[locale]
    letters = source if charset.startswith("ISO-8859") else "POSIX"
    copies = {"CTYPE": letters, "COLLATE": "POSIX"} | dict.fromkeys(OTHERS, "en_US")
    text = "".join(f'LC_{n}\ncopy "{of}"\nEND LC_{n}\n' for n, of in copies.items())
    (folder / "source").write_text(text)
    if charset == "GB18030":
        with gzip.open("/usr/share/i18n/charmaps/GBK.gz", "rt", encoding="latin-1") as file:
            table = file.read()
        charset = str(folder / "GB18030")
        Path(charset).write_text(re.sub(r"(<code_set_name>\s+)GBK", r"\1GB18030", table, count=1))
    made = ("localedef", "-c", "-i", str(folder / "source"), "-f", charset, str(folder / locale))
    # Its exit code tells of warnings too, which old definitions have.
    subprocess.run(made, capture_output=True, check=False)


@pytest.mark.parametrize("locale", CHARSETS)
def test_every_locale(locale: str, unpacked: Path, pretend: dict[str, str], tmp_path: Path) -> None:
    """bash takes bytes of Chinese sentences for letters of names there, or for halves of others."""
    make_locale(tmp_path, locale)
    env = {**pretend, "LOCPATH": str(tmp_path)}
    told = subprocess.run(
        ["locale", "charmap"],
        env={**env, "LC_ALL": locale},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (told.stdout.strip(), told.stderr) == (NAMED.get(locale, CHARSETS[locale][1]), "")
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
