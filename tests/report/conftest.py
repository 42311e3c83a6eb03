"""A machine of the test's own, with marked secrets in its files and in what its commands print."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tests.support.planted import FILES, log
from tui_installer.host.shell import Output


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    found = fake(tmp_path / "root", monkeypatch)
    found.prints = lambda *argv: Output(0, log() if argv[0] == "journalctl" else "fine\n")
    for path, text in FILES.items():
        place = found.folder / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    monkeypatch.chdir(tmp_path)
    return found
