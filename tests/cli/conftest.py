"""A machine of the test's own for every command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.runs import follow


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(follow, "TICK", 0.001)
    monkeypatch.setattr(follow, "GRACE", 0.003)
    return fake(tmp_path, monkeypatch)
