"""What holds for every page, at the sizes and on the terminals that it must work on."""

from __future__ import annotations

import pytest

from tests.ui.stage import LINUX, SIZE, XTERM, Stage, stage
from tui_installer.host import runs
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.facts import Past
from tui_installer.units import width

# Size, environment and language.
Screen = tuple[tuple[int, int], dict[str, str], str]
SCREENS: list[Screen] = [
    ((80, 24), LINUX, "en"),
    (SIZE, XTERM, "zh"),
    ((132, 43), XTERM, "en"),
]
ON_EVERY_SCREEN = pytest.mark.parametrize("screen", SCREENS, ids=["console", "zh", "wide"])


async def fits(screen: Screen, *keys: str) -> str:
    """Walks there by keys; every row fills the width, and a console gets ASCII alone."""
    size, environment, language = screen
    async with stage(language, size=size, environment=environment) as play:
        await play.press(*keys)
        assert [width(row) for row in play.rows] == [size[0]] * size[1]
        assert environment is not LINUX or play.text.replace("中文", "").isascii()
        return play.text


def made_by_kubeadm(monkeypatch: pytest.MonkeyPatch, **cluster: str) -> None:
    """This machine has become a control plane in an earlier run."""
    answers = Answers(
        Node(hostname="master01", interface="ens33"),
        Mirrors("aliyun", "aliyun", "aliyun", "aliyun", ("https://docker.m.daocloud.io",)),
        Cluster(**cluster),
    )
    places.ANSWERS.write_text(dump(answers))
    monkeypatch.setattr(runs, "past", lambda: Past(made=frozenset({"kubeadm_init"})))


async def keeps_focus_and_text(play: Stage) -> None:
    """Ctrl+Y: another language, the same focus and the same answers, and back."""
    focused, values, text = play.app.focused, dict(play.app.session.values), play.text
    await play.press("ctrl+y")
    assert play.app.focused is focused
    assert play.app.session.values == values
    assert play.text != text
    await play.press("ctrl+y")
    assert play.text == text
