"""The built bundle, where BUNDLE names one: whole, closed, and at home on an old C library."""

import hashlib
import os
import re
import shutil
import subprocess
import tarfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE = os.environ.get("BUNDLE", "")
GLIBC_OF_CENTOS_7 = (2, 17)
FLAGS_OF_UNCHECKED_HASH = b"\x01\x00\x00\x00"

pytestmark = pytest.mark.skipif(
    not BUNDLE, reason="BUNDLE names no bundle; packaging/build-bundle builds one"
)


@pytest.fixture(scope="module")
def top(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the bundle's folder, unpacked in a place it has never seen."""
    place = tmp_path_factory.mktemp("a bundle")
    with tarfile.open(BUNDLE) as bundle:
        bundle.extractall(place, filter="tar")
    (folder,) = place.iterdir()
    return folder


def bare(*argv: object, **env: str) -> str:
    """Run a command with almost nothing in its environment; return what it printed."""
    return subprocess.run(
        [str(word) for word in argv],
        env={"PATH": "/usr/bin:/bin"} | env,
        cwd="/",
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def elf_files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            if content.startswith(b"\x7fELF"):
                yield path, content


def test_one_folder_owned_by_root() -> None:
    name = Path(BUNDLE).name.removesuffix(".tar.gz")
    with tarfile.open(BUNDLE) as bundle:
        members = bundle.getmembers()
    for member in members:
        parts = Path(member.name).parts
        assert parts[0] == name and ".." not in parts
        assert (member.uid, member.gid) == (0, 0)
        assert member.mode & 0o022 == 0
        assert not member.issym() or not member.linkname.startswith(("/", ".."))
    assert len({member.mtime for member in members}) == 1, "times differ: not reproducible"


def test_its_marker_says_what_it_is(top: Path) -> None:
    marker = dict(line.split("=") for line in (top / "BUNDLE").read_text().split())
    assert top.name == f"tui-installer-{marker['version']}-{marker['arch']}"
    assert os.access(top / "install.sh", os.X_OK)
    assert (top / "app/assets/systemd/tui-installer.service").is_file()


def test_calicos_manifest_is_the_one_that_the_versions_name(top: Path) -> None:
    rows = tomllib.loads((ROOT / "assets/versions.toml").read_text()).values()
    wanted = {row["calico"]["manifest"]: row["calico"]["sha256"] for row in rows}
    folder = top / "app/assets"
    there = {str(path.relative_to(folder)) for path in folder.glob("calico/*")}
    assert there == set(wanted)
    for manifest, digest in wanted.items():
        assert hashlib.sha256((folder / manifest).read_bytes()).hexdigest() == digest


def test_the_sums_list_exactly_its_files(top: Path) -> None:
    rows = [line.split("  ./", 1) for line in (top / "SHA256SUMS").read_text().splitlines()]
    listed = [name for _, name in rows]
    there = {str(p.relative_to(top)) for p in top.rglob("*") if p.is_symlink() or not p.is_dir()}
    assert len(listed) == len(set(listed))
    assert set(listed) == there - {"SHA256SUMS"}
    for digest, name in rows:
        assert hashlib.sha256((top / name).read_bytes()).hexdigest() == digest, name


def test_it_brings_the_keys_that_the_sources_name(top: Path) -> None:
    """Alone in their files, as text, without what others have signed: so any copy gives the same bytes."""
    rows = tomllib.loads((ROOT / "assets/keys.toml").read_text()).values()
    folder = top / "app/assets"
    there = {str(path.relative_to(folder)) for path in folder.glob("keys/*")}
    assert there == {row["file"] for row in rows}
    for row in rows:
        assert (folder / row["file"]).read_text().startswith("-----BEGIN PGP PUBLIC KEY BLOCK-----")
        show = ("gpg", "--batch", "--with-colons", "--show-keys", folder / row["file"])
        told = [line.split(":") for line in bare(*show, HOME=str(top)).splitlines()]
        assert [line[9] for line in told if line[0] == "fpr"] == [row["fingerprint"]]
        assert next(line[9] for line in told if line[0] == "uid").startswith(row["owner"])


def test_no_symbol_is_newer_than_the_c_library_of_centos_7(top: Path) -> None:
    seen = 0
    for path, content in elf_files(top):
        for version in re.findall(rb"GLIBC_([0-9.]+)\0", content):
            seen += 1
            assert tuple(map(int, version.split(b"."))) <= GLIBC_OF_CENTOS_7, path
    assert seen


def test_needs_only_the_c_library(top: Path) -> None:
    # libgcc_s is a part of every CentOS 7 as well: its systemd is linked with it.
    known = re.compile(
        rb"(libc|libm|libdl|libpthread|libutil|librt|libgcc_s|ld-linux-[a-z0-9_-]+)\.so\.\d"
    )
    for path, content in elf_files(top):
        for needed in re.findall(rb"\0((?:lib|ld-)[a-zA-Z0-9_+-]+\.so\.\d+)(?=\0)", content):
            assert known.fullmatch(needed), f"{path} names {needed!r}"


def test_interpreter_has_what_the_program_imports(top: Path) -> None:
    modules = (
        "ssl, lzma, bz2, ctypes, tomlkit, sh, psutil, ruamel.yaml, httpx, click, textual.app, "
        "cryptography.x509, tui_installer"
    )
    python = top / "python/bin/python3.13"
    printed = bare(python, "-I", "-c", f"import {modules}; print(tui_installer.__file__)")
    assert Path(printed.strip()) == top / "app/tui_installer/__init__.py"


def test_every_module_is_compiled_for_good(top: Path) -> None:
    sources = [*(top / "python/lib").rglob("*.py"), *(top / "app").rglob("*.py")]
    assert len(sources) > 500
    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        with compiled.open("rb") as file:
            assert file.read(8)[4:] == FLAGS_OF_UNCHECKED_HASH, source


def test_command_ignores_the_callers_python_and_writes_nothing(top: Path, tmp_path: Path) -> None:
    link = tmp_path / "tui-installer"
    link.symlink_to(top / "bin/tui-installer")
    (tmp_path / "tui_installer.py").write_text("raise SystemExit('the wrong one')\n")
    before = sorted(top.rglob("*"))
    bare(link, "--help", PYTHONPATH=str(tmp_path), PYTHONHOME="/nowhere", HOME=str(tmp_path))
    assert sorted(top.rglob("*")) == before


@pytest.fixture
def building(tmp_path: Path) -> dict[str, str]:
    """An environment for build-bundle: nothing of Calico in the cache, and a curl of our own."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    ours = os.environ.get("TUI_INSTALLER_CACHE") or Path(cache) / "tui-installer"
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache/python").symlink_to(Path(ours, "python"))
    (tmp_path / "bin").mkdir()
    return {
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path}/bin:{os.environ['PATH']}",
        "TUI_INSTALLER_CACHE": str(tmp_path / "cache"),
    }


def sources(folder: Path, fingerprint: str) -> Path:
    """A copy of the sources that wants this key of Docker's, and whose manifest is an empty file."""
    copy = folder / "sources"
    for name in ("tui_installer", "assets", "packaging"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("install.sh", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    keys = copy / "assets/keys.toml"
    keys.write_text(re.sub("060A[0-9A-F]*", fingerprint, keys.read_text()))
    versions = copy / "assets/versions.toml"
    digest = hashlib.sha256((folder / "manifest").read_bytes()).hexdigest()
    versions.write_text(re.sub('sha256 = ".*"', f'sha256 = "{digest}"', versions.read_text()))
    return copy


def refused(*clone: Path, **env: str) -> str:
    """What build-bundle of that clone, or of ours, says when it gives up."""
    builder = Path(*(clone or (ROOT,)), "packaging/build-bundle")
    done = subprocess.run([builder], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr.splitlines()[-1]


def curl(folder: Path, body: str) -> None:
    program = folder / "bin/curl"
    program.write_text(f"#!/bin/sh\n{body}\n")
    program.chmod(0o755)


KEYS = {
    "missing": "",
    "no key": "not a key\n",
    "another": "second",
    "two": "first second",
    "with a key below it": "below",
}


@pytest.mark.parametrize("case", KEYS)
def test_another_key_is_refused(building: dict[str, str], tmp_path: Path, case: str) -> None:
    """By its fingerprint: one that is exchanged, and one more beside or below the right one."""
    home, folder = tmp_path / "gnupg", tmp_path / "keys"
    home.mkdir(mode=0o700)
    folder.mkdir()
    curl(tmp_path, "echo asked >>$HOME/asked")
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet", "--passphrase", ""]

    def make(*words: str) -> None:
        subprocess.run([*gpg, *words], check=True, capture_output=True)

    words = KEYS[case].split() if case != "no key" else []
    for name in {"first", *words}:
        make("--quick-gen-key", name, "ed25519", "sign", "never")
    listed = subprocess.run([*gpg, "--with-colons", "-k", "first"], capture_output=True, text=True)
    fingerprint = next(x.split(":")[9] for x in listed.stdout.splitlines() if x[:3] == "fpr")
    if case == "with a key below it":
        make("--quick-add-key", fingerprint, "ed25519", "sign", "never")
        words = ["first"]
    if words:
        make("--armor", "--output", str(folder / "docker-ce.gpg"), "--export", *words)
    elif KEYS[case]:
        (folder / "docker-ce.gpg").write_text(KEYS[case])
    manifest = tmp_path / "manifest"
    manifest.touch()
    clone = sources(tmp_path, fingerprint)
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=True)
    said = refused(clone, CALICO_MANIFEST=str(manifest), PACKAGE_KEYS=str(folder), **building)
    assert "docker-ce.gpg is not the key" in said and fingerprint in said
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize("there", [True, False])
def test_another_manifest_of_calico_is_refused(
    building: dict[str, str], tmp_path: Path, there: bool
) -> None:
    mine = tmp_path / "mine.yaml"
    if there:
        mine.write_text("kind: DaemonSet\n")
    curl(tmp_path, "echo asked >>$HOME/asked")
    said = refused(CALICO_MANIFEST=str(mine), **building)
    assert f"CALICO_MANIFEST={mine}" in said
    assert not (tmp_path / "asked").exists()


@pytest.mark.parametrize(
    "answer",
    ["exit 28", 'while [ "$1" != --output ]; do shift; done; echo "kind: DaemonSet" >"$2"'],
    ids=["silence", "another"],
)
def test_without_calicos_manifest_it_says_how_to_bring_it(
    building: dict[str, str], tmp_path: Path, answer: str
) -> None:
    curl(tmp_path, answer)
    said = refused(**building)
    assert "https://" in said and "CALICO_MANIFEST=FILE" in said
    assert not list((tmp_path / "cache").glob("calico/*"))
