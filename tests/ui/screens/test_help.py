"""The help box: what it says, how it is walked through, that it fits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import everywhere
from tests.support.screens.stage import LINUX, Stage, stage
from tui_installer.model.answers import Answers
from tui_installer.model.facts import HostName, Swap
from tui_installer.session import Session
from tui_installer.text.measure import width
from tui_installer.ui.frame.screen import Frame
from tui_installer.ui.screens.help import HelpScreen

pytestmark = pytest.mark.anyio


async def ask(play: Stage, topic: str) -> None:
    """Help for a topic, as a widget that has it would ask."""
    play.app.over(HelpScreen(topic, play.app.screen))
    await play.settle()


def inside(play: Stage) -> list[str]:
    """The rows between the edges of the box, without its sides."""
    rows = [row.strip() for row in play.rows]
    first, last = (i for i, row in enumerate(rows) if row.startswith("+-"))
    return [row[1:-1].strip() for row in rows[first + 1 : last]]


async def test_help_of_the_focused_thing_comes_first(machine: Fake) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("enter", "ctrl+g")
        assert "+- Help:  [ Role ]   This page   Keys   Words -" in play.text
        assert inside(play)[0] == "What it is"
        await play.press("right")
        assert "Help:  Role   [ This page ]   Keys   Words" in play.text
        assert "Decides what this server becomes." in play.text
        await play.press("left", "left")
        assert "[ Role ]" in play.text


@pytest.mark.parametrize("key", ["escape", "ctrl+g", "enter"])
async def test_it_closes_and_the_screen_is_as_before(machine: Fake, key: str) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("enter")
        before, focus = play.text, play.app.focused
        await play.press("ctrl+g")
        assert isinstance(play.app.screen, HelpScreen)
        await play.press(key)
        assert play.text == before
        assert play.app.focused is focus


async def test_a_screen_without_a_topic_begins_with_the_page(machine: Fake) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("ctrl+g")
        assert "Help:  [ This page ]   Keys   Words" in play.text
        assert "The first screen" in play.text


async def test_below_a_box_it_is_the_page_that_the_box_is_over(machine: Fake) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("right", "enter")
        assert not isinstance(play.app.screen, Frame)
        await play.press("ctrl+g")
        assert "The first screen" in play.text
        await play.press("escape")
        assert "Which answers file?" in play.text


async def test_it_shows_what_the_step_would_do(machine: Fake) -> None:
    machine.set(HostName("other", "other"))
    session = Session({})
    session.set("node.hostname", "centos-master")
    async with stage(session=session, environment=LINUX) as play:
        await ask(play, "node.hostname")
        rows = inside(play)
        at = rows.index("What will be done")
        assert rows[at + 1 : at + 3] == [
            "hostnamectl set-hostname centos-master",
            "/etc/hosts  + 192.168.40.180 centos-master",
        ]
        await play.press("end")
        assert 'answers: node.hostname = "centos-master"' in inside(play)


async def test_a_check_shows_what_was_found_and_what_its_step_would_do(machine: Fake) -> None:
    machine.set(Swap(("/dev/sda2",)))
    session = Session({})
    async with stage(session=session, environment=LINUX) as play:
        await ask(play, "check:swap")
        assert "What was found" not in inside(play)
        await play.press("escape")
        session.found = session.look()
        await ask(play, "check:swap")
        rows = inside(play)
        assert rows[rows.index("What was found") + 1] == "planned: on: /dev/sda2"
        assert "swapoff -a" in rows[rows.index("What will be done") :]


async def test_what_is_known_of_other_answers_is_not_shown(machine: Fake) -> None:
    session = Session({})
    async with stage(session=session, environment=LINUX) as play:
        session.found = session.look()
        await ask(play, "step:kernel")
        assert "What will be done" in inside(play)
        await play.press("escape")
        session.found = replace(session.found, answers=Answers())
        await ask(play, "step:kernel")
        assert "What will be done" not in inside(play)


async def test_a_step_that_these_answers_leave_out_promises_nothing(machine: Fake) -> None:
    session = Session({})
    session.set("options.firewall", "leave")
    async with stage(session=session, environment=LINUX) as play:
        await ask(play, "options.firewall")
        assert "What will be done" not in inside(play)


async def test_a_long_part_scrolls_and_says_how_much_is_left(machine: Fake) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("ctrl+g", "right", "right")
        first = inside(play)
        assert first[0] == "cluster"
        assert " more below --+" in play.text
        await play.press("down")
        assert inside(play)[:-1] == first[1:]
        await play.press("end")
        assert "more below" not in play.text
        assert inside(play)[-1].endswith("since the last one")
        await play.press("pageup", "home")
        assert inside(play) == first


async def test_the_keys_of_the_focus_come_before_those_of_all(machine: Fake) -> None:
    async with stage(environment=LINUX) as play:
        await play.press("enter", "ctrl+g", "right", "right")
        rows = inside(play)
        assert rows[:2] == ["Here", "Up/Down       Choose"]
        assert "Everywhere" in rows


async def test_it_follows_the_language(machine: Fake) -> None:
    async with stage() as play:
        await play.press("enter", "ctrl+g", "ctrl+y")
        assert "[ 角色 ]   本页   按键   术语" in play.text
        await play.press("ctrl+y")
        assert "[ Role ]   This page   Keys   Words" in play.text


async def test_it_fits(machine: Fake) -> None:
    async with stage() as play:
        await play.press("enter", "ctrl+g")
        async for _ in everywhere(play):
            for key in ("", "right", "right", "right"):
                await play.press(*([key] if key else []))
                assert {width(row) for row in play.rows} == {play.app.size.width}
                assert play.rows[-3].startswith((" [> Close <]", " [> 关闭 <]"))
                assert "~" not in play.text
            await play.press("left", "left", "left")


async def test_a_wider_screen_has_a_wider_box_at_the_right(machine: Fake) -> None:
    async with stage(size=(132, 43), environment=LINUX) as play:
        await play.press("enter", "ctrl+g")
        edge = next(row for row in play.rows if "Help:" in row)
        assert edge.endswith("-+")
        assert width(edge.strip()) == 100
