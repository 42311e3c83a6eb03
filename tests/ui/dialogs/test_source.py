"""A source that is added by hand: tested, and taken if it is good."""

from __future__ import annotations

import pytest

from tests.support.machine import Fake
from tests.support.screens.sources import PAGE, row
from tests.support.screens.stage import stage
from tui_installer.preflight.draft import Draft
from tui_installer.ui.dialogs.source import AddSource, judge_source

pytestmark = pytest.mark.anyio

ADD = (*PAGE, "right", "enter")


async def test_a_source_is_added_tested_and_taken(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, "right", "right", "right", "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put("https://registry.corp.example:5000/k8")
        await play.press("s", "enter", "enter")
        assert "> " in row(play, "registry.corp.example~")
        assert "(*) ok" in row(play, "registry.corp.example~")
        assert machine.probed[-1] == {"images": ["registry.corp.example:5000/k8s"]}
        answers = play.app.session.draft.answers.mirrors
        assert answers.images == "registry.corp.example:5000/k8s"


async def test_an_added_source_that_is_no_good_is_not_taken(machine: Fake) -> None:
    url = "https://mirror.corp/centos"
    machine.silent = {("centos", url)}
    async with stage() as play:
        await play.press(*ADD, "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put(url[:-1])
        await play.press(url[-1], "enter", "enter")
        assert "(-) FAIL    mirror.corp" in row(play, "mirror.corp")
        assert play.app.session.draft.answers.mirrors.centos == "aliyun"


async def test_an_added_mirror_of_docker_io_joins_the_others(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, *["right"] * 4, "enter")
        dialog = play.app.screen
        assert isinstance(dialog, AddSource)
        dialog.field.put("http://dock.corp/")
        await play.settle()
        assert "anyone on the way can read and change" in " ".join(play.text.split()).replace(
            "| ", ""
        )
        await play.press("enter", "enter")
        assert "[x] warn    dock.corp                  12 ms  plain http" in row(play, "dock.corp")
        assert play.app.session.draft.answers.mirrors.docker_io[-1] == "http://dock.corp"


async def test_nothing_is_added_by_escape_or_by_a_refused_address(machine: Fake) -> None:
    async with stage() as play:
        await play.press(*ADD, "enter", "f", "down", "enter")
        assert "An address" not in play.rows[0]
        assert isinstance(play.app.screen, AddSource)
        await play.press("escape")
        assert play.app.session.draft.added == {}


@pytest.mark.parametrize(
    ("need", "typed", "outcome", "offer"),
    [
        ("centos", "https://mirror.corp/centos", "ok", ""),
        ("centos", "https://10.0.0.9:8443/centos", "ok", ""),
        ("centos", "http://mirror.corp/centos", "warn", ""),
        ("centos", "mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https://me:pw@mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https:// mirror.corp", "FAIL", "https://mirror.corp"),
        ("centos", "ftp://mirror.corp/centos", "FAIL", "https://mirror.corp/centos"),
        ("centos", "https://mirror.corp:99999/centos", "FAIL", ""),
        ("centos", "https://", "FAIL", ""),
        ("centos", "", "FAIL", ""),
        ("centos", "https://mirrors.aliyun.com/centos-vault/7.9.2009/", "FAIL", ""),
        ("images", "https://registry.corp/k8s", "ok", ""),
        ("images", "registry.corp:5000/k8s", "ok", ""),
        ("images", "http://registry.corp/k8s", "FAIL", "registry.corp/k8s"),
        ("images", "registry.corp", "ok", ""),
        ("images", "Registry.corp/k8s", "FAIL", ""),
        ("images", "registry.aliyuncs.com/google_containers", "FAIL", ""),
        ("docker_io", "https://dock.corp", "ok", ""),
        ("docker_io", "http://dock.corp", "warn", ""),
    ],
)
def test_what_is_thought_of_an_address(need: str, typed: str, outcome: str, offer: str) -> None:
    said = judge_source(Draft(), need, typed)
    assert (said.outcome, said.offer) == (outcome, offer)
    assert str(said.hint)
    if offer:
        assert judge_source(Draft(), need, offer).outcome != "FAIL"
