"""Files are written whole or not at all, and what was there first is kept."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.host import files
from tui_installer.model.change import edit
from tui_installer.model.facts import File, NotRead
from tui_installer.model.text import T


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_file_with_its_folders(tmp_path: Path) -> None:
    path = tmp_path / "a/b/c.conf"
    files.write(str(path), "text\n", mode=0o640)
    assert path.read_text() == "text\n"
    assert mode(path) == 0o640


def test_the_umask_does_not_matter(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        files.write(str(tmp_path / "x"), "", mode=0o644)
    finally:
        os.umask(before)
    assert mode(tmp_path / "x") == 0o644


def test_the_owner_is_asked_for_where_we_are_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "fchown", lambda _handle, uid, gid: asked.append((uid, gid)))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    files.write(str(tmp_path / "x"), "", uid=7, gid=8)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    files.write(str(tmp_path / "y"), "", uid=7, gid=8)
    assert asked == [(7, 8)]


def test_a_secret_is_never_readable_by_others_not_even_on_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    real = os.replace

    def watch(source: str, target: Path) -> None:
        seen.append(mode(Path(source)))
        real(source, target)

    monkeypatch.setattr(os, "replace", watch)
    files.write(str(tmp_path / "x"), "secret", mode=0o600)
    assert seen == [0o600]


def test_a_link_is_followed_and_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "real/config", tmp_path / "config"
    files.write(str(target), "old")
    link.symlink_to("real/config")
    files.write(str(link), "new")
    assert link.is_symlink()
    assert target.read_text() == "new"


@pytest.mark.parametrize("broken", ["fsync", "replace", "fchmod"])
def test_a_failure_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    path = tmp_path / "x"
    files.write(str(path), "old")

    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, broken, full)
    with pytest.raises(OSError, match="No space"):
        files.write(str(path), "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@given(st.binary(max_size=200))
def test_any_bytes_come_through_unharmed(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    folder = tmp_path_factory.mktemp("bytes")
    (folder / "a").write_bytes(raw)
    file = files.read(str(folder / "a"))
    assert file is not None
    files.write(str(folder / "b"), file.text, mode=file.mode, uid=file.uid, gid=file.gid)
    assert (folder / "b").read_bytes() == raw


def test_line_ends_of_windows_stay(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"a\r\nb\r\n")
    file = files.read(str(tmp_path / "a"))
    assert file is not None
    assert file.text == "a\r\nb\r\n"


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    """A folder of what may lie in the place of a file."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "empty").touch()
    for name, size in (("huge", files.LARGEST + 1), ("large", files.LARGEST)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    return tmp_path


@pytest.mark.parametrize("name", ["pipe", "folder", "huge"])
def test_what_cannot_be_read_is_not_missing(odd: Path, name: str) -> None:
    path = str(odd / name)
    with pytest.raises(OSError, match=r"no plain file|larger than"):
        files.read(path)
    found = files.gather([path])
    with pytest.raises(NotRead):
        found.text(path)
    with pytest.raises(NotRead):
        edit(found, path, "x", T("x"))
    with pytest.raises(NotRead):
        files.gather([f"{odd}/*"]).under(str(odd), name)


@pytest.mark.parametrize("name", ["dangling", "nosuch", "empty/below"])
def test_what_is_not_there_is_missing(odd: Path, name: str) -> None:
    assert files.read(str(odd / name)) is None
    assert files.gather([str(odd / name)]).text(str(odd / name)) is None


@pytest.mark.parametrize("name", ["pipe", "folder", "huge", "large", "empty", "dangling", "nosuch"])
def test_nothing_is_replaced_without_an_original(odd: Path, name: str) -> None:
    path, kept = odd / name, odd / "originals"
    before = path.stat().st_size if path.is_file() else None
    try:
        files.keep_original(str(path), kept)
        files.write(str(path), "new")
    except OSError:
        assert not path.is_file()
        return
    original = kept / str(path).lstrip("/")
    assert (original.stat().st_size if original.exists() else None) == before


def test_paths_and_patterns(tmp_path: Path) -> None:
    for name in ("a.repo", "b.repo", "c.conf"):
        (tmp_path / name).write_text(name)
    found = files.gather([f"{tmp_path}/*.repo", f"{tmp_path}/c.conf", f"{tmp_path}/nosuch"])
    assert {path.rpartition("/")[2] for path in found.by_path} == {"a.repo", "b.repo", "c.conf"}
    assert found.text(f"{tmp_path}/a.repo") == "a.repo"
    assert found.text(f"{tmp_path}/nosuch") is None
    assert set(found.under(f"{tmp_path}/", ".conf")) == {f"{tmp_path}/c.conf"}


def test_the_mode_and_the_owner_are_read(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    (tmp_path / "x").chmod(0o640)
    assert files.read(str(tmp_path / "x")) == File("x", 0o640, os.getuid(), os.getgid())


def test_the_original_is_kept_once(tmp_path: Path) -> None:
    path, kept = tmp_path / "etc/fstab", tmp_path / "originals"
    files.write(str(path), "first", mode=0o600)
    files.keep_original(str(path), kept)
    files.keep_original(str(path), kept)
    copy = kept / str(path).lstrip("/")
    assert list(copy.parent.iterdir()) == [copy]
    assert copy.read_text() == "first"
    assert mode(copy) == 0o600
    assert mode(kept) == 0o700


def test_what_a_person_makes_of_it_meanwhile_is_kept_beside_the_first(tmp_path: Path) -> None:
    path, kept = tmp_path / "etc/fstab", tmp_path / "originals"
    ours, texts = (
        files.digest("ours"),
        ["first", "ours", "edited", "ours", "edited", "anew", "ours"],
    )
    for text in texts:
        files.write(str(path), text)
        files.keep_original(str(path), kept, {ours})
    copy = kept / str(path).lstrip("/")
    found = {file.name: file.read_text() for file in copy.parent.iterdir()}
    assert found == {"fstab": "first", "fstab.~1~": "edited", "fstab.~2~": "anew"}


def test_nothing_is_kept_of_a_file_that_was_not_there(tmp_path: Path) -> None:
    files.keep_original(str(tmp_path / "nosuch"), tmp_path / "originals")
    assert not (tmp_path / "originals").exists()


def test_a_folder_that_cannot_be_looked_into_is_not_empty() -> None:
    found = files.gather([f"/{300 * 'x'}/*.repo", "/none/*.repo", "/proc/version/*.repo"])
    assert list(found.unread) == [f"/{300 * 'x'}/*.repo"]
    assert found.under("/none", ".repo") == {}
    with pytest.raises(NotRead, match="File name too long"):
        found.under(f"/{300 * 'x'}", ".repo")
