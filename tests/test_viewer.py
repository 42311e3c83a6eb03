"""From one machine to the next the screens keep the language that was chosen on them.

The screens themselves are a double here; `tests/flows` and `tests/delivery` drive the real ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tui_installer import viewer
from tui_installer.exits import ExitCode
from tui_installer.rehearsal import machines
from tui_installer.text.language import Language
from tui_installer.ui.program import main
from tui_installer.ui.program.result import ViewerResult
from tui_installer.ui.terminal.capabilities import Terminal

EN, ZH = Language("en"), Language("zh")
Viewer = Callable[..., ViewerResult]


@pytest.fixture
def seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The machines on which screens were shown, each with its language; the first of them asks for `fresh`."""
    found: list[tuple[str, str]] = []

    def run(
        language: Language,
        _terminal: Terminal,
        _environment: Mapping[str, str],
        *,
        language_confirmed: bool,
    ) -> ViewerResult:
        here = machines.stand_in()
        found.append(
            (here.name if here else "", f"{language.code}{', read' if language_confirmed else ''}")
        )
        if len(found) == 1:
            return ViewerResult(ExitCode.REFUSED, ZH, machine="fresh", language_confirmed=True)
        return ViewerResult(
            ExitCode.DONE,
            language,
            machine="small" if len(found) == 2 else None,
            language_confirmed=language_confirmed,
        )

    monkeypatch.setattr(main, "run", run)
    monkeypatch.setattr(viewer, "_tty", lambda: "/dev/pts/0")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("TERM", "xterm")
    return found


def test_a_language_goes_along(
    seen: list[tuple[str, str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert viewer.screens(EN) == ExitCode.DONE
    assert seen == [("", "en"), ("fresh", "zh, read"), ("small", "zh, read")]
    assert "演练已结束" in capsys.readouterr().err
