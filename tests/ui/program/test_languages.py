"""The language of the screens: who decides it, and where it may not be readable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.screens.stage import LINUX, SIZE, XTERM, Stage, stage, terminal
from tui_installer.host import saved_language
from tui_installer.session import Session
from tui_installer.text.language import Language, chosen
from tui_installer.ui.program.app import Screens

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("machine")]

QUESTION = "Can you read this? 中文"
ENGLISH, CHINESE = "What will happen", "接下来会做什么"


@pytest.mark.parametrize("name", ["XDG_STATE_HOME", "HOME"])
async def test_what_a_person_has_chosen_holds_at_the_next_start(name: str, tmp_path: Path) -> None:
    home = {name: str(tmp_path)}
    async with stage(session=Session(home)) as play:
        await play.press("ctrl+y")
        assert CHINESE in play.text
        assert chosen([], XTERM, saved_language.language(home)).code == "zh"
        await play.press("ctrl+y")
        assert ENGLISH in play.text
    assert chosen([], {**XTERM, "LANG": "zh_CN.UTF-8"}, saved_language.language(home)).code == "en"


async def test_without_a_home_it_is_not_kept_and_stops_nobody() -> None:
    async with stage(session=Session({})) as play:
        await play.press("ctrl+y")
        assert CHINESE in play.text


@pytest.mark.parametrize("keys", [["enter"], ["escape"]])
async def test_chinese_on_a_console_is_asked_about_in_english(
    keys: list[str], tmp_path: Path
) -> None:
    home = {"HOME": str(tmp_path)}
    async with stage("zh", session=Session(home), environment=LINUX) as play:
        assert QUESTION in play.text
        await play.press(*keys)
        assert ENGLISH in play.text
        assert QUESTION not in play.text
    assert saved_language.language(home) == ""


async def test_who_can_read_it_gets_it() -> None:
    async with stage("zh", environment=LINUX) as play:
        await play.press("right", "enter")
        assert CHINESE in play.text
        await play.press("ctrl+y")
        assert ENGLISH in play.text
        # Read once, it is not asked again.
        await play.press("ctrl+y")
        assert CHINESE in play.text


async def test_the_key_asks_first_where_it_may_not_be_readable() -> None:
    async with stage(environment=LINUX) as play:
        await play.press("ctrl+y")
        assert QUESTION in play.text
        assert ENGLISH in play.text
        await play.press("enter", "ctrl+y")
        assert QUESTION in play.text
        await play.press("right", "enter")
        assert CHINESE in play.text


async def test_what_was_read_on_the_machine_before_is_not_asked_again() -> None:
    app = Screens(Language("zh"), terminal(LINUX), {}, Session({}), language_confirmed=True)
    async with app.run_test(size=SIZE) as pilot:
        play = Stage(app, pilot)
        await play.settle()
        assert CHINESE in play.text
