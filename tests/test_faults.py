"""What a fault of the program leaves behind: a file that only its owner reads, without secrets."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pytest

from tui_installer import __version__, faults

TOKEN = "abcdef.0123456789abcdef"
KEY = "f" * 64


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def fail(given: str) -> None:
    kept_to_itself = given.upper()
    raise ValueError(f"of length {len(kept_to_itself)}")


def raised(message: str) -> BaseException:
    with pytest.raises(RuntimeError) as caught:
        try:
            fail("a value of a variable")
        except ValueError as error:
            raise RuntimeError(message) from error
    return caught.value


def test_a_report(folder: Path) -> None:
    path = faults.report(raised("a mistake \udcff"))
    assert path.parent == folder
    assert path.stat().st_mode & 0o777 == 0o600
    text = path.read_text()
    assert text.startswith(f"tui-installer {__version__}, Python 3.")
    assert "RuntimeError: a mistake" in text
    # The exception that caused it, and the lines of the program.
    assert "ValueError: of length 21" in text
    assert 'fail("a value of a variable")' in text
    assert "A VALUE OF A VARIABLE" not in text


def test_no_secret_is_in_it() -> None:
    message = f"token {TOKEN} of\n{KEY}\n--certificate-key {KEY}"
    text = faults.report(raised(message)).read_text()
    assert TOKEN not in text
    assert "abcdef.****" in text
    assert KEY not in text


def test_on_a_full_disk_it_is_in_memory(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = tmp_path_factory.mktemp("run")
    monkeypatch.setattr(faults, "LAST_RESORT", str(memory))
    real = tempfile.mkstemp

    def full(prefix: str, suffix: str, dir: str | None) -> tuple[int, str]:
        if dir is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(prefix=prefix, suffix=suffix, dir=dir)

    monkeypatch.setattr(tempfile, "mkstemp", full)
    path = faults.report(raised("a mistake"))
    assert path.parent == memory
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(folder.iterdir()) == []
