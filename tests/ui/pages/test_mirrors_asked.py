"""Mirrors while some of them have not answered yet."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

import pytest

from tests.support.machine import Fake
from tests.support.screens.sources import PAGE, one_is_missing, row
from tests.support.screens.stage import LONG, Stage, stage, until
from tui_installer.assets import Release
from tui_installer.model.facts import SourceReply, Sources

pytestmark = pytest.mark.anyio


class Slow:
    """Sources that answer when the test says so."""

    def __init__(self, machine: Fake) -> None:
        self.machine, self.go = machine, threading.Event()
        self.answer = machine.sources
        self.asked = threading.Event()
        self.early: list[tuple[str, str]] = []

    def __call__(
        self,
        wanted: Mapping[str, Sequence[str]],
        release: Release,
        tell: Callable[[str, SourceReply], None],
    ) -> Sources:
        for need, name in self.early:
            tell(need, self.machine.reply(need, name))
        self.asked.set()
        assert self.go.wait(LONG)
        return self.answer(wanted, release, tell)


@pytest.fixture
def slow(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> Iterator[Slow]:
    slow = Slow(machine)
    monkeypatch.setattr(machine, "sources", slow)
    yield slow
    slow.go.set()


async def walk(play: Stage, *keys: str) -> None:
    """Presses keys without waiting for the sources."""
    for key in keys:
        play.send(key)
        await play.drawn()


async def test_next_waits_for_the_end_of_the_test(slow: Slow) -> None:
    slow.early = [("centos", "tuna")]
    async with stage() as play:
        await walk(play, *PAGE)
        await until(play, "1 of 5 needs have a good source so far. Testing, 0 s")
        assert "(*) ok      mirrors.tuna" in row(play, "mirrors.tuna")
        assert "--      mirrors.aliyun.com     testing, 0 s" in play.text
        await walk(play, "enter")
        assert "Going on as soon as the test ends, 0 s. Esc stays." in play.text
        slow.go.set()
        await until(play, "The new cluster.")


async def test_escape_stays(slow: Slow) -> None:
    async with stage() as play:
        await walk(play, *PAGE, "enter", "escape")
        assert "Going on" not in play.text
        assert "Mirrors" in play.rows[0]
        slow.go.set()
        await until(play, "5 of 5")
        assert "[> Next <]" in play.text
        await play.press("escape")
        assert "Node" in play.rows[0]


async def test_next_that_waited_stops_where_something_is_missing(slow: Slow) -> None:
    one_is_missing(slow.machine)
    async with stage() as play:
        await walk(play, *PAGE, "enter")
        slow.go.set()
        await until(play, "> Kubernetes packages (-) FAIL")
        assert "Mirrors" in play.rows[0]


async def test_what_is_good_already_need_not_wait_for_the_slow_ones(slow: Slow) -> None:
    slow.early = [(need, "aliyun") for need in ("centos", "docker_ce", "kubernetes", "images")]
    slow.early.append(("docker_io", "onems"))
    async with stage() as play:
        await walk(play, *PAGE)
        await until(play, "5 of 5 needs")
        await walk(play, "enter")
        await until(play, "The new cluster.")
        slow.go.set()


async def test_a_broken_list_of_authorities_is_no_crash(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object) -> None:
        raise OSError("no certificate authorities")

    monkeypatch.setattr(machine, "sources", broken)
    async with stage() as play:
        await play.press(*PAGE)
        assert "0 of 5 needs" in play.text
        assert "no certificate authori" in row(play, "mirrors.aliyun.com")
