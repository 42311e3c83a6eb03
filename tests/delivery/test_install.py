"""install.sh without installing: what it refuses; `test_first_command` has the environment that it makes in a clone."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
UNTOUCHABLE = ("cp", "mv", "rm", "ln", "chown", "chmod", "mkdir")


def run(script: Path, *args: str, **env: str) -> subprocess.CompletedProcess[str]:
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "LC_", "LANG"))}
    return subprocess.run(
        ["bash", str(script), *args],
        capture_output=True,
        text=True,
        env=inherited | env,
        stdin=subprocess.DEVNULL,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a copy of the sources, as a clone has them."""
    copy = tmp_path / "clone"
    copy.mkdir()
    for name in ("install.sh", "requirements.lock"):
        shutil.copy(ROOT / name, copy)
    shutil.copytree(
        ROOT / "tui_installer",
        copy / "tui_installer",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copytree(ROOT / "assets", copy / "assets")
    return copy


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """Return the outside of a bundle: enough for all that is judged before the first change."""
    bundle = tmp_path / "bundle"
    (bundle / "app").mkdir(parents=True)
    (bundle / "app/x.pth").touch()
    shutil.copy(ROOT / "install.sh", bundle)
    marked(bundle, os.uname().machine)
    return bundle


def marked(bundle: Path, arch: str) -> None:
    """Writes what says that this is a bundle, and a whole one, of the files that are there."""
    found = {f"./{path.relative_to(bundle)}" for path in bundle.rglob("*") if path.is_file()}
    names = sorted({*found, "./BUNDLE"} - {"./SHA256SUMS"})
    (bundle / "BUNDLE").write_text(f"version=9.9\narch={arch}\nfiles={len(names)}\n")
    sums = ["sha256sum", *names]
    told = subprocess.run(sums, cwd=bundle, capture_output=True, check=True).stdout
    (bundle / "SHA256SUMS").write_bytes(told)


@pytest.fixture
def pretend(tmp_path: Path) -> dict[str, str]:
    """Return a PATH that plays root's machine, where every command that changes something fails."""
    folder = tmp_path / "bin"
    folder.mkdir()
    program(folder / "id", "echo 0")
    program(folder / "systemctl", "echo inactive; exit 3")
    for name in UNTOUCHABLE:
        program(folder / name, f'echo "{name} $*" >>"{tmp_path}/changes"; exit 99')
    return {"PATH": f"{folder}:{os.environ['PATH']}"}


def program(path: Path, body: str) -> None:
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)


WRONG = {
    ("--frobnicate",): "--frobnicate",
    ("--lang",): "zh or en",
    ("--lang", "fr"): '"fr"',
    ("--lang=", "status"): "zh or en",
    ("--lang", "--no-start"): '"--no-start"',
}


@pytest.mark.parametrize("words", WRONG)
@pytest.mark.parametrize("place", ["clone", "unpacked"])
def test_an_option_that_is_none_is_wrong_usage(
    place: str,
    words: tuple[str, ...],
    request: pytest.FixtureRequest,
    pretend: dict[str, str],
    tmp_path: Path,
) -> None:
    result = run(request.getfixturevalue(place) / "install.sh", *words, **pretend)
    assert result.returncode == 2
    assert WRONG[words] in result.stderr
    assert not (tmp_path / "changes").exists()


@pytest.mark.parametrize("words", [("--lang", "zh"), ("--lang=zh",)])
def test_the_language_is_the_programs_too(clone: Path, words: tuple[str, ...]) -> None:
    """Of the words that follow, and of what the script says itself."""
    stamp = clone / ".venv/made-from"
    stamp.parent.mkdir()
    lock = subprocess.run(
        ["sha256sum", clone / "requirements.lock"], capture_output=True, text=True, check=True
    )
    stamp.write_text(lock.stdout.split()[0])
    python = clone / ".venv/bin/python"
    python.parent.mkdir()
    program(python, '[ "$1" = -c ] || echo "$*"')
    assert (
        run(clone / "install.sh", *words, "status").stdout == "-m tui_installer --lang zh status\n"
    )
    assert run(clone / "install.sh", "--no-start", *words).stdout == ""
    assert run(clone / "install.sh").stdout == "-m tui_installer\n"
    assert "不认识的选项" in run(clone / "install.sh", *words, "--frobnicate").stderr


def test_help_in_both_languages(unpacked: Path) -> None:
    english = run(unpacked / "install.sh", "--help")
    chinese = run(unpacked / "install.sh", "--help", LANG="zh_CN.UTF-8")
    assert (english.returncode, chinese.returncode) == (0, 0)
    assert english.stdout.startswith("Usage:")
    assert chinese.stdout.startswith("用法：")


def test_only_root_installs(unpacked: Path, pretend: dict[str, str], tmp_path: Path) -> None:
    program(tmp_path / "bin/id", "echo 1000")
    result = run(unpacked / "install.sh", "--no-start", **pretend)
    assert result.returncode == 3
    assert "sudo" in result.stderr
    assert not (tmp_path / "changes").exists()


def test_another_architecture_is_refused(
    unpacked: Path, pretend: dict[str, str], tmp_path: Path
) -> None:
    marked(unpacked, "s390x")
    result = run(unpacked / "install.sh", "--no-start", **pretend)
    assert result.returncode == 3
    assert "s390x" in result.stderr
    assert not (tmp_path / "changes").exists()


@pytest.mark.parametrize(
    "name",
    [
        f"app/{name}"
        for name in ("tui_installer/steps/x.py", ".x", "__pycache__/x.pyc", "a b", "x\ny", "gone")
    ],
)
def test_a_file_that_no_list_names_is_refused(
    name: str, unpacked: Path, pretend: dict[str, str], tmp_path: Path
) -> None:
    """As when a bundle is unpacked over another one: the program finds its steps by their files."""
    strange = unpacked / name
    strange.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith("gone"):
        strange.symlink_to("nowhere")
    else:
        strange.write_text("")
    english = run(unpacked / "install.sh", "--no-start", **pretend)
    chinese = run(unpacked / "install.sh", "--no-start", "--lang", "zh", **pretend)
    assert (english.returncode, chinese.returncode) == (1, 1)
    assert "into an empty folder" in english.stderr
    assert "空文件夹" in chinese.stderr
    for line in name.split("\n"):
        assert line in english.stderr and line in chinese.stderr
    assert not (tmp_path / "changes").exists()


@pytest.mark.parametrize("state", ["active", "activating", "deactivating"])
@pytest.mark.parametrize("option", ["--no-start", "--uninstall"])
def test_a_run_going_on_is_left_alone(
    unpacked: Path, pretend: dict[str, str], tmp_path: Path, state: str, option: str
) -> None:
    program(tmp_path / "bin/systemctl", f"echo {state}")
    result = run(unpacked / "install.sh", option, **pretend)
    assert result.returncode == 4
    assert "tui-installer attach" in result.stderr
    assert not (tmp_path / "changes").exists()


def test_clone_without_python(clone: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    bare.mkdir()
    for name in ("bash", "readlink", "dirname", "cat", "sha256sum", "cut"):
        (bare / name).symlink_to(str(shutil.which(name)))
    result = run(clone / "install.sh", "--no-start", PATH=str(bare))
    assert result.returncode == 3
    assert "Python 3.11" in result.stderr
    assert not (clone / ".venv").exists()
