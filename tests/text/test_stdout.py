"""Lines for whoever called, who may be gone."""

from __future__ import annotations

import io
import sys

import pytest

from tui_installer.text import stdout


def test_a_reader_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone(io.StringIO):
        def write(self, _text: str) -> int:
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Gone())
    stdout.show("one")
    stdout.show("two")
    sys.stdout.close()
