from __future__ import annotations

from dataclasses import replace

import pytest

from tests.support.machine import Fake
from tests.support.screens.fits import fits, keeps_focus_and_text, made_by_kubeadm
from tests.support.screens.stage import key_event, stage
from tui_installer.model.answers import FIRST_CONTROL_PLANE, WORKER, Answers, flat, from_flat
from tui_installer.model.facts import Disk, Space, System
from tui_installer.ui.pages.role import RolePage

pytestmark = pytest.mark.anyio
SMALL = System(cores=1, memory=990 << 20)


async def test_sizes_stand_whole_beside_the_needs(machine: Fake) -> None:
    async with stage() as play:
        await play.press("enter")
        assert "Cores          2 or more        1 or more       ok      2" in play.text
        assert "Memory         1.7 GB or more   1 GB or more    ok      4096 MB" in play.text
        assert "System         CentOS 7.9       CentOS 7.9      ok      7.9.2009" in play.text
        assert "~" not in play.text


async def test_a_small_machine_is_offered_as_a_worker(machine: Fake) -> None:
    machine.set(SMALL)
    async with stage() as play:
        await play.press("enter")
        assert "> (*) Worker" in play.text
        assert "Accept anyway" not in play.text


async def test_a_look_that_comes_in_between_takes_no_choice_back(machine: Fake) -> None:
    """Of what Enter has just taken, too: it would be a control plane for somebody who wants a worker."""
    async with stage() as play:
        await play.press("enter")
        page = play.app.screen
        assert isinstance(page, RolePage)
        page.choice.current = 1
        page.choice.on_key(key_event("enter"))
        page.surveyed()
        await play.settle()
        assert play.app.session.draft.role == WORKER
        assert " Node " in play.rows[0]


async def test_too_small_for_the_chosen_role_is_refused_with_what_to_do(machine: Fake) -> None:
    machine.set(SMALL)
    async with stage() as play:
        await play.press("enter", "up")
        assert all("990 MB" in text for text in await fits(play))
        await play.press("enter")
        assert "Role" in play.rows[0]
        assert "Cores 1: kubeadm refuses a control plane with fewer." in play.text
        assert "or choose Worker." in play.text
        assert "FAIL    990 MB" in play.text


async def test_what_is_too_small_is_accepted_after_one_question(machine: Fake) -> None:
    machine.set(SMALL)
    async with stage() as play:
        await play.press("enter", "up", "tab", "right", "right", "enter")
        assert "Memory 990 MB, needed 1700 MB: kubeadm refuses" in play.text
        assert "[> Back, accept nothing <]" in play.text
        await play.press("enter")
        assert play.app.session.draft.accepted == set()
        await play.press("enter", "down", "enter")
        assert play.app.session.draft.accepted == {"cores", "memory"}
        assert "warn    990 MB; accepted" in play.text
        assert "[> Next <]" in play.text
        await play.press("enter")
        assert "Node" in play.rows[0]


async def test_a_full_disk_is_no_matter_of_the_role(machine: Fake) -> None:
    machine.set(Disk((Space("/var", 1 << 30, 60 << 30),)))
    async with stage() as play:
        await play.press("enter", "down", "down", "enter")
        assert "Disk 1.0 GB free in /var" in play.text
        assert "choose Worker" not in play.text
        assert play.app.session.draft.role == WORKER


async def test_the_chosen_role_is_kept_by_escape(machine: Fake) -> None:
    async with stage() as play:
        await play.press("enter", "down", "escape", "enter")
        assert "> (*) Worker" in play.text
        assert play.app.session.draft.role == WORKER


async def test_the_role_of_a_node_that_kubeadm_made_stays(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch)
    async with stage() as play:
        play.app.begin()
        await play.settle()
        await play.press("down")
        assert "(*) First control plane" in play.text
        assert "(-) Worker" in play.text
        assert "made this node with First control plane" in play.text
        assert play.app.session.draft.role == FIRST_CONTROL_PLANE


async def test_the_sources_are_asked_once_from_here_on(machine: Fake) -> None:
    async with stage() as play:
        assert machine.probed == []
        await play.press("enter", "escape", "enter")
        assert len(machine.probed) == 1


async def test_a_tall_screen_shows_what_will_run(machine: Fake) -> None:
    async with stage(size=(132, 43)) as play:
        await play.press("enter")
        assert "kube-scheduler, etcd" in play.text
        await play.press("down")
        assert "etcd" not in play.text
        assert "30000-32767/tcp" in play.text


async def test_the_ports_are_those_of_the_pod_network_that_stands(machine: Fake) -> None:
    """As typed or as the last run had it, and not as a fresh cluster would have it."""
    last = from_flat({**flat(Answers()), "cluster.calico_mode": "vxlan"})
    async with stage(size=(132, 43)) as play:
        session = play.app.session
        session.draft = replace(session.draft, last=last)
        await play.press("enter")
        assert "4789/udp" in play.text
        assert "179/tcp" not in play.text


async def test_the_language_changes_nothing_else(machine: Fake) -> None:
    async with stage() as play:
        await play.press("enter", "down")
        await keeps_focus_and_text(play)
