"""The page with the checks: what is found, what can be accepted, where an answer is changed."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import shows_again
from tests.support.screens.stage import LONG, XTERM, Stage, stage
from tui_installer import assets
from tui_installer.model.facts import Disk, Kernel, Space, Swap, Yum
from tui_installer.preflight import inspection
from tui_installer.preflight.draft import Draft
from tui_installer.session import Session
from tui_installer.text import measure
from tui_installer.ui.pages.preflight import PreflightPage

pytestmark = pytest.mark.anyio

LOCKED = Yum(2210, "PackageKit")
FULL = Disk((Space("/var/lib/containerd", 2 << 30, 60 << 30),))


@asynccontextmanager
async def at_preflight(
    session: Session | None = None, language: str = "en", size: tuple[int, int] = (80, 25)
) -> AsyncIterator[Stage]:
    async with stage(language, session=session, size=size) as play:
        play.app.go("preflight")
        await play.settle()
        await play.settle()
        yield play


def page(play: Stage) -> PreflightPage:
    assert isinstance(play.app.screen, PreflightPage)
    return play.app.screen


def row(play: Stage, title: str) -> str:
    return next(row for row in play.rows if f" {title} " in row)


class Gate:
    """Holds up the look until it is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.open = threading.Event()
        look = inspection.look

        def held(asked: inspection.Asked) -> inspection.Preflight:
            assert self.open.wait(LONG)
            return look(asked)

        monkeypatch.setattr(inspection, "look", held)


async def test_rows_stand_at_once_and_an_early_enter_is_remembered(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    async with stage() as play:
        play.app.go("preflight")
        await play.drawn()
        assert row(play, "Cores").split() == ["--", "Cores"]
        page(play)._tick()
        page(play)._tick()
        play.send("enter")
        await play.drawn()
        assert "asks the sources: 2 s." in play.text
        assert "Going on as soon as the test ends, 2 s. Esc stays." in play.text
        gate.open.set()
        await play.settle()
        await play.settle()
        assert " Review " in play.rows[0]


async def test_escape_stays_on_the_page(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    async with stage() as play:
        play.app.go("preflight")
        await play.drawn()
        play.send("enter", "escape")
        await play.drawn()
        gate.open.set()
        await play.settle()
        assert " Preflight " in play.rows[0]
        assert "27 checks in " in play.text


async def test_leaving_while_it_looks(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    async with stage() as play:
        play.app.go("preflight")
        await play.drawn()
        play.send("escape")
        await play.drawn()
        gate.open.set()
        await play.settle()
        assert " Options " in play.rows[0]


async def test_worst_first_and_the_first_fail_has_the_focus(machine: Fake) -> None:
    machine.set(LOCKED, Swap(("/dev/sda2",)))
    async with at_preflight() as play:
        assert "1 FAIL. Nothing was changed." in play.rows[2]
        assert play.rows[3].split()[:4] == [">", "FAIL", "yum", "lock"]
        assert row(play, "Swap").rstrip().endswith("step 2 Swap")
        assert play.app.focused is page(play).listing
        assert "Why: the run would have to wait for it." in play.text
        assert "What to do: wait until it ends" in play.text
        # Next is refused, and says why.
        await play.press("tab")
        assert "1 FAIL: no going on." in play.text
        await play.press("enter")
        assert " Preflight " in play.rows[0]
        assert play.app.focused is page(play).listing
        assert "1 FAIL: no going on." in play.text
        await play.press("down", "up")
        assert "Why: the run would have to wait for it." in play.text


async def test_a_chain_of_enters_does_not_pass_a_fail(machine: Fake) -> None:
    machine.set(LOCKED)
    async with at_preflight() as play:
        await play.press(*["enter"] * 9)
        assert play.app.session.draft.accepted == set()
        assert isinstance(play.app.screen_stack[1], PreflightPage)


async def test_details(machine: Fake) -> None:
    machine.set(FULL)
    async with at_preflight() as play:
        await play.press("enter")
        for words in (
            "2.0 GB free in /var/lib/containerd",
            "4 GB or more",
            "the kubelet evicts pods",
            "make room, or mount a larger disk there",
            "Name of this check",
        ):
            assert words in play.text
        await play.press("enter")
        assert " Preflight " in play.rows[0]
        await play.press("slash")
        await play.type("cores")
        await play.press("enter", "enter")
        assert "NumCPU" in play.text


async def test_accepting_names_the_consequence_and_stays_visible(machine: Fake) -> None:
    machine.set(LOCKED, FULL)
    async with at_preflight() as play:
        await play.press("tab", "right", "right")
        assert "[> Accept anyway... <]" in play.text
        await play.press("enter")
        assert 'Go on although "Disk" fails?' in play.text
        assert "the kubelet evicts pods" in play.text
        await play.press("enter")
        assert play.app.session.draft.accepted == set(), "the first button is the safe one"
        await play.press("enter", "down", "enter")
        assert play.app.session.draft.accepted == {"disk"}
        assert row(play, "Disk").split()[:3] == ["warn", "Disk", "accepted:"]
        # The next one that fails.
        assert play.app.focused is page(play).listing
        assert row(play, "yum lock").startswith("> FAIL")


async def test_what_was_accepted_can_be_taken_back(machine: Fake) -> None:
    machine.set(FULL)
    session = Session({}, Draft(accepted=frozenset({"disk"})))
    async with at_preflight(session) as play:
        assert "[> Next <]" in play.text
        assert row(play, "Disk").split()[:2] == [">", "warn"]
        await play.press("right", "right")
        assert "[> No longer accept <]" in play.text
        await play.press("enter")
        assert session.draft.accepted == set()
        assert row(play, "Disk").split()[:2] == [">", "FAIL"]


async def test_change_the_answer(machine: Fake) -> None:
    machine.silent = {("images", name) for name in assets.mirrors("images")}
    async with at_preflight() as play:
        assert row(play, "Image source").split()[:2] == [">", "FAIL"]
        await play.press("tab", "right", "right", "right")
        assert "[> Change the answer <]" in play.text
        await play.press("enter")
        assert " Mirrors " in play.rows[0]


async def test_an_answer_that_this_machine_cannot_have(machine: Fake) -> None:
    session = Session({})
    session.set("node.interface", "eth9")
    async with at_preflight(session) as play:
        assert play.rows[3].split()[:3] == [">", "FAIL", "interface"]
        assert "one of this machine's cards: ens33, ens34" in " ".join(play.text.split())
        assert "Accept" not in play.text
        await play.press("tab", "enter")
        assert " Preflight " in play.rows[0]
        await play.press("tab", "right", "right", "enter")
        assert " Node " in play.rows[0]


async def test_what_this_machine_cannot_be_given(machine: Fake) -> None:
    machine.set(Kernel())
    session = Session({})
    session.set("cluster.proxy_mode", "ipvs")
    async with at_preflight(session) as play:
        assert play.rows[3].split()[:2] == [">", "FAIL"]
        assert 'use "iptables"' in " ".join(play.text.split())
        assert session.found is None
        session.set("cluster.proxy_mode", "iptables")
        await play.press("ctrl+r")
        assert session.found is not None


async def test_looking_again_shows_the_machine_as_it_is_now(machine: Fake) -> None:
    machine.set(LOCKED)
    async with at_preflight() as play:
        machine.set(Yum())
        await play.press("tab", "right", "enter")
        assert " FAIL" not in play.text
        assert "[> Look again <]" in play.text
        machine.set(LOCKED)
        await play.press("ctrl+r")
        assert "1 FAIL" in play.text


async def test_where_all_is_good_next_has_the_focus_and_rows_can_be_found(machine: Fake) -> None:
    async with at_preflight() as play:
        assert "[> Next <]" in play.text
        assert " FAIL" not in play.text
        assert play.app.session.found is not None
        await play.press("up", "end")
        assert row(play, "yum lock").startswith("> ok")
        assert "Accept" not in play.text
        assert "Change" not in play.text
        await play.press("home", "slash")
        await play.type("KERNEL")
        await play.press("enter")
        assert '"KERNEL": 1 of ' in play.text
        first = page(play).listing.current
        await play.press("n")
        assert page(play).listing.current > first
        await play.press("slash", "ctrl+u")
        await play.type("nowhere")
        await play.press("enter")
        assert '"nowhere": in no row' in play.text
        await play.press("slash", "escape")
        assert " Preflight " in play.rows[0]
        await play.press("tab", "enter")
        assert " Review " in play.rows[0]


async def test_wide_screens_show_the_details_beside_the_list(machine: Fake) -> None:
    machine.set(LOCKED)
    async with at_preflight(size=(132, 43)) as play:
        assert "Why it matters" in play.text
        await play.press("down", "slash")
        await play.type("memory")
        await play.press("enter")
        assert "Mem" in play.text.partition("kubeadm's names for it")[2]


async def test_every_row_fits(machine: Fake) -> None:
    machine.set(LOCKED, FULL, Swap(("/dev/mapper/centos-swap",)))
    async with at_preflight() as play:
        for language, size in (("en", (80, 24)), ("zh", (80, 25)), ("zh", (132, 43))):
            await shows_again(play, XTERM, language, size)
            for key in ("down", "tab", "enter", "shift+tab", "enter", "escape", "end"):
                await play.press(key)
                assert {measure.width(row) for row in play.rows} == {size[0]}
