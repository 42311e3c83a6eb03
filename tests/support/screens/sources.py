"""Sources with the replies that a test gives them, and their rows on the screen."""

from __future__ import annotations

import pytest

from tests.support.machine import Fake
from tests.support.screens.stage import Stage
from tui_installer import assets
from tui_installer.assets import location
from tui_installer.model.facts import SourceReply
from tui_installer.model.text import T, Text

pytestmark = pytest.mark.anyio
PAGE = ("enter", "enter", "enter")
LIST = (*PAGE, "up")
NO_ANSWER = T("no answer in {seconds} s", seconds=8)
KUBERNETES = ("aliyun", "tuna", "ustc")


def good(need: str, name: str, latency: float) -> SourceReply:
    return SourceReply(name, location(need, name), True, (), latency)


def bad(need: str, name: str, detail: Text = NO_ANSWER, *, unresolved: bool = False) -> SourceReply:
    return SourceReply(name, location(need, name), detail=detail, unresolved=unresolved)


def lacks(need: str, name: str, *things: str) -> SourceReply:
    return SourceReply(name, location(need, name), True, things, 0.02)


def one_is_missing(machine: Fake) -> None:
    for name in KUBERNETES:
        machine.says["kubernetes", name] = lacks("kubernetes", name, "kubelet-1.25.0")


def row(play: Stage, host: str, after: str = "") -> str:
    """Returns the row of a source; of those below a need, if it is named."""
    rows = play.rows
    start = next((i for i, text in enumerate(rows) if after in text), 0)
    return next(text.rstrip() for text in rows[start:] if host in text)


def silent_docker_io(machine: Fake) -> None:
    machine.silent = {("docker_io", name) for name in assets.mirrors("docker_io")}
