"""A machine of the test's own for every command, and calls of the program in the test's process."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.calls import Call, Ended
from tests.support.machine import Fake, fake
from tui_installer.cli import main
from tui_installer.runs import follow


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    monkeypatch.setattr(follow, "TICK", 0.001)
    monkeypatch.setattr(follow, "GRACE", 0.003)
    return fake(tmp_path, monkeypatch)


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Iterator[Call]:
    """Calls the program in this process; a fault's file goes to the test's own folder."""
    handlers = {number: signal.getsignal(number) for number in main.ENDING}
    monkeypatch.setenv("LANGUAGE", "")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def run(*argv: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["tui-installer", *argv])
        code = main.main()
        printed = capsys.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return Ended(code, printed.out, printed.err)

    yield run
    for number, handler in handlers.items():
        signal.signal(number, handler)
