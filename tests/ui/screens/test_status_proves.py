"""Status sends traffic when it is asked to, and shows the age of what it knows."""

from __future__ import annotations

import errno
import os
from datetime import timedelta

import pytest

from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.stage import until
from tests.support.screens.status_stage import again, at, healthy, stage
from tui_installer import registry
from tui_installer.model.check import Judged, ok
from tui_installer.model.facts import Closed, NotRead
from tui_installer.model.text import T
from tui_installer.ui.rows.status import OLD
from tui_installer.ui.screens.status import EVERY, StatusScreen

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]


@pytest.fixture(autouse=True)
def cluster(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(machine, monkeypatch)


async def test_it_looks_again_by_itself(machine: Fake) -> None:
    async with stage(machine) as play:
        before = machine.looked
        screen = play.screen(StatusScreen)
        clock = play.app.clock()
        play.app.clock = lambda: clock + 1
        screen._looked = clock
        await play.tick()
        assert machine.looked == before
        play.app.clock = lambda: clock + EVERY
        await play.tick()
        assert machine.looked == before + 1


async def test_what_is_old_shows_its_age(machine: Fake) -> None:
    async with stage(machine) as play:
        await again(play)
        screen = play.screen(StatusScreen)
        screen.looking = True
        at(play, OLD + 8)
        await play.tick()
        assert "17 ok. 18:14:12, 23 s ago." in play.text
        at(play, 90)
        await play.tick()
        assert "18:14:12, 2 min ago." in play.text


async def test_yesterdays_proof_has_its_day(machine: Fake) -> None:
    async with stage(machine, nodes.proved(nodes.NOW - timedelta(days=1))) as play:
        await again(play)
        assert "proved 2026-11-22 18:14: a pod looks up" in play.text


async def test_prove_with_traffic(machine: Fake) -> None:
    async with stage(machine) as play:
        await again(play)
        screen = play.screen(StatusScreen)
        dns = next(line for line in screen.rows_.items if line.id == "dns")
        proof = next(p for p in registry.proofs() if p.id == "dns")
        machine.proof = [Judged(proof, ok(T("{answer}", answer="asked anew")))]
        said: list[str] = []
        take = play.session.tending.take

        def taken(row: Judged) -> None:
            take(row)
            said.append(play.session.tending.proved["dns"].verdict.found.template)
            screen._show()
            said.append(screen.owner.language(screen.rows_.items[-1].found))

        play.session.tending.take = taken
        machine.status = nodes.node(nodes.proved(dns="FAIL"))
        await play.press("down")
        assert "test traffic" in play.text
        await play.press("enter")
        assert dns.verdict is not None
        assert said[0] == "{answer}"
        assert "FAIL    DNS               proved 18:14:12" in play.text
        assert play.session.tending.proving_since is None
        assert "> Prove with traffic        18:14:12, after 0 s: DNS ok" in play.text
        # Somebody who comes back to this screen sees it too.
        play.app.show(StatusScreen())
        await play.settle()
        await until(play, "Prove with traffic        18:14:12, after 0 s: DNS ok")


async def test_while_it_is_proved_rows_tick_in(machine: Fake) -> None:
    async with stage(machine) as play:
        await play.resize(80, 26)
        await again(play)
        tending, screen = play.session.tending, play.screen(StatusScreen)
        tending.begin()
        screen._show()
        await play.settle()
        assert "Test traffic is sent: 0 s." in play.text
        assert "--      DNS               is being proved" in play.text
        assert "Prove with traffic        running, 0 s; 0 have ended" in play.text
        proof = next(p for p in registry.proofs() if p.id == "dns")
        tending.take(Judged(proof, ok(T("{answer}", answer="asked anew"))))
        screen._show()
        await play.settle()
        assert "ok      DNS               asked anew" in play.text
        assert "running, 0 s; 1 have ended" in play.text
        # Pressed again: the one that is running goes on, and no other begins.
        screen.prove()
        await play.settle()
        assert list(tending.proved) == ["dns"]
        looked = machine.looked
        await play.press("ctrl+r")
        assert machine.looked == looked


async def test_a_proof_that_fails_says_so_and_keeps_what_was_known(machine: Fake) -> None:
    async with stage(machine) as play:
        await again(play)
        machine.breaks = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        await play.press("down", "enter")
        assert "> Prove with traffic        18:14:12, could not be completed: No space" in play.text
        assert "ok      DNS               proved 18:14:12: a pod looks up" in play.text
        assert play.session.tending.proving_since is None


async def test_a_proof_goes_on_while_another_screen_is_shown(machine: Fake) -> None:
    """Who leaves the screen half-way finds what came of it on the next one."""
    async with stage(machine) as play:
        await again(play)
        tending = play.session.tending
        tending.begin()
        play.app.show(StatusScreen())
        await play.settle()
        await until(play, "running, ")
        looked = machine.looked
        tending.end(tending.look())
        play.app.let_know(lambda screen: screen.proof_ended())
        await until(play, "nothing was sent")
        assert machine.looked > looked + 1


async def test_what_cannot_be_read_is_no_fault_of_the_program(machine: Fake) -> None:
    machine.breaks = NotRead(Closed(T("/etc/kubernetes"), T("Input/output error")))
    async with stage(machine) as play:
        await play.press("down", "enter")
        assert "Input/output error" in play.text
