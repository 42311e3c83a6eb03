"""Status: the screen that stays. Shows how the node does, worst first, and does what is asked there."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.fits import everywhere
from tests.support.screens.status_stage import again, healthy, stage
from tests.support.screens.watching import Watch, lay, watch
from tui_installer.host import drafts
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers_file import parse
from tui_installer.model.facts import Certificate, Certificates, Facts, Proved
from tui_installer.node import health
from tui_installer.ui.dialogs.leave import Leave
from tui_installer.ui.pages.preflight import PreflightPage
from tui_installer.ui.pages.role import RolePage
from tui_installer.ui.screens.card import JoinCard
from tui_installer.ui.screens.drift import Drifted
from tui_installer.ui.screens.log import Log
from tui_installer.ui.screens.past_runs import PastRuns
from tui_installer.ui.screens.run import RunScreen
from tui_installer.ui.screens.start import Start
from tui_installer.ui.screens.status import StatusScreen

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]


@pytest.fixture(autouse=True)
def cluster(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(machine, monkeypatch)


def verdicts(play: Watch) -> list[str]:
    return [row[2:10].strip() for row in play.rows[3:] if row[2:6].strip() in WORDS]


WORDS = {"ok", "warn", "FAIL", "--"}


async def test_a_machine_that_a_run_has_made_a_node_opens_there(machine: Fake) -> None:
    async with stage(machine) as play:
        await again(play)
        play.screen(StatusScreen)
        assert " Control plane, v1.25.0. 17 ok. Looked at 18:14:12." in play.text
        assert "ok      Pods              11 of 11 are ready" in play.text
        assert "ok      Join token        6hhzv0 ends in 23 h 0 min" in play.text
        assert "ok      Service           proved 18:14:12: a page over" in play.text
        assert "> Join command" in play.text
        assert nodes.TOKEN[7:] not in play.text


async def test_a_node_that_was_made_by_hand_opens_on_start() -> None:
    async with watch() as play:
        play.screen(Start)


async def test_worst_first_and_what_is_said_of_tokens(machine: Fake) -> None:
    machine.tokens = [nodes.token(3.2)]
    soon = Certificates((Certificate("apiserver", nodes.NOW.timestamp() + 6.5 * nodes.DAY),))
    async with stage(machine, soon) as play:
        await again(play)
        assert verdicts(play)[:3] == ["FAIL", "warn", "ok"]
        assert "FAIL    Certificates      the first ends in 6 days: apiserver" in play.text
        assert "warn    Join token        6hhzv0 ends in 3 h 12 min; there is no other" in play.text
        assert "v1.25.0. 1 warn, 1 FAIL. Looked" in play.text
        machine.tokens = [nodes.token(20), nodes.token(None)]
        await again(play)
        assert "warn    Join token        6hhzv0 never ends" in play.text
        assert "> Join command" in play.text
        machine.tokens = []
        await again(play)
        assert "ok      Join token        none; a new one takes a second" in play.text


async def test_what_answers_the_worst_row_is_chosen(machine: Fake) -> None:
    async with stage(machine, plan=nodes.drifted()) as play:
        assert "> What differs (2)" in play.text
        await play.press("enter")
        play.screen(Drifted)
        assert "Differences from the last answers: 2." in play.text
        assert "+192.168.40.180 centos-master" in play.text
        await play.press("down")
        assert "$ swapoff /dev/dm-1" in play.text
        await play.press("enter")
        assert "Time limit" in play.text
        await play.press("escape", "escape")
        play.screen(StatusScreen)


async def test_putting_it_back_leads_through_the_checks_with_the_last_answers(
    machine: Fake,
) -> None:
    async with stage(machine, plan=nodes.drifted()) as play:
        play.session.set("options.firewall", "leave")
        await play.press("enter", "down", "down", "enter")
        play.screen(PreflightPage)
        assert play.session.draft.value("options.firewall") == "off"
        play.app.turn("role", -1)
        await play.settle()
        play.screen(StatusScreen)
        assert play.session.draft.values == {"options.firewall": "leave"}, (
            "what was typed only waited"
        )
        kept = drafts.load()
        assert kept is not None
        assert kept.values == play.session.draft.values


async def test_a_row_opens_with_all_that_is_known(machine: Fake) -> None:
    machine.status = nodes.hanging()
    lay(Tape.done())
    async with watch() as play:
        await play.press("up")
        assert "What to do: look at it: kubectl" in play.text
        await play.press("enter")
        assert "Wanted" in play.text
        assert "Why it matters" in play.text
        await play.press("escape")
        play.screen(StatusScreen)
        assert play.screen(StatusScreen).rows_.has_focus


async def test_the_current_row_stays_the_current_one(machine: Fake) -> None:
    async with stage(machine) as play:
        await play.press("up", "down", "down")
        line = play.screen(StatusScreen).rows_.item
        machine.status = nodes.hanging()
        await again(play)
        rows = play.screen(StatusScreen).rows_
        assert line is not None
        assert rows.item is not None
        assert (rows.item.id, rows.items[0].id) == (line.id, "pods")


async def test_the_api_server_is_silent(machine: Fake) -> None:
    machine.status = nodes.silent()
    lay(Tape.done())
    async with watch() as play:
        await again(play)
        assert verdicts(play)[:6] == ["FAIL", "--", "--", "--", "--", "--"]
        assert "--      Node              the API server does not answer" in play.text
        assert "ok      System services" in play.text or "more below" in play.text
        assert "Join command" not in play.text
        assert "Prove with traffic" not in play.text
        assert "> Diagnostics" in play.text


async def test_a_worker(machine: Fake) -> None:
    async with stage(machine, role="worker") as play:
        assert " Worker, v1.25.0. 15 ok." in play.text
        assert "token" not in play.text.lower()
        assert "Join command" not in play.text
        assert "[> Leave <]" in play.text


async def test_a_server_that_is_no_node_any_more(machine: Fake) -> None:
    lay(Tape.done())
    machine.status = health.NodeStatus(None, Facts())
    async with watch() as play:
        assert "This server is no node of a cluster." in play.text
        assert "Join command" not in play.text
        assert "Change answers" in play.text


async def test_the_card(machine: Fake) -> None:
    async with stage(machine) as play:
        await play.press("enter")
        play.screen(JoinCard)
        assert "--token 6hhzv0.**************** \\" in play.text
        await play.press("right", "enter")
        assert nodes.TOKEN[7:] in play.text
        await play.press("escape")
        play.screen(StatusScreen)
        assert nodes.TOKEN[7:] not in play.text


async def test_past_runs_and_their_logs(machine: Fake) -> None:
    lay(Tape.failed())
    earlier = Tape.done()
    earlier.begun -= timedelta(days=3)
    earlier.run = earlier.begun.strftime("%Y%m%dT%H%M%SZ")
    lay(earlier)
    failed = sorted(at(places.RUNS).iterdir())[-1]
    newest = Tape.done()
    newest.begun += timedelta(days=1)
    newest.run = newest.begun.strftime("%Y%m%dT%H%M%SZ")
    lay(newest)
    async with watch() as play:
        await play.press("down", "down", "down", "enter")
        play.screen(PastRuns)
        assert "Runs on this machine: 3, the newest first." in play.text
        assert "> 2026-11-24 18:12  done" in play.text
        assert re.search(r"  2026-11-23 18:12  failed +\d:\d\d ", play.text)
        assert ", at Control plane" in play.text
        await play.press("down", "enter")
        log = play.screen(Log)
        assert log.viewing.run == failed
        assert "the kubelet runs, but" in play.text
        await play.press("escape")
        play.screen(PastRuns)
        await play.press("escape")
        play.screen(StatusScreen)
        assert play.session.viewing.run is not None
        assert play.session.viewing.run.name == newest.run


async def test_answers_for_the_next_node(machine: Fake) -> None:
    path = machine.folder / "worker.toml"
    path.write_text("mine")
    async with stage(machine) as play:
        await play.press(*["down"] * 4, "enter")
        assert "/root/worker.toml" in play.text
        play.send("ctrl+u")
        await play.type(str(path))
        await play.press("down", "enter")
        assert "replace it." in play.text
        assert path.read_text() == "mine"
        await play.press("enter")
        assert "Written:" in play.text
        await play.press("enter")
        play.screen(StatusScreen)
    given = parse(path.read_bytes()).values
    assert given["node.role"] == "worker"
    assert given["mirrors.centos"] == "aliyun"
    assert given["cluster.network"] == "calico"
    assert given["options.firewall"] == "off"
    assert not {"node.hostname", "node.interface", "cluster.pod_subnet"} & set(given)
    assert path.stat().st_mode & 0o777 == 0o600


async def test_change_answers(machine: Fake) -> None:
    async with stage(machine) as play:
        await play.press(*["down"] * 5, "enter")
        assert isinstance(play.app.screen, RolePage)
        await play.press("escape")
        play.screen(StatusScreen)


async def test_leaving(machine: Fake) -> None:
    async with stage(machine) as play:
        for key in ("escape", "ctrl+c"):
            await play.press(key)
            assert isinstance(play.app.screen, Leave)
            assert "The node goes on working." in play.text
            await play.press("escape")
            play.screen(StatusScreen)
        await play.press("escape", "enter")
        assert play.app.last_words[0] == "The node goes on working."


async def test_a_run_that_somebody_has_begun_is_shown(machine: Fake) -> None:
    async with stage(machine) as play:
        at(places.REQUEST).write_text("{}")
        await play.tick()
        assert play.screen(RunScreen).calm == 1.5


async def test_help_of_a_row(machine: Fake) -> None:
    async with stage(machine) as play:
        await play.press("up", "down", "ctrl+g")
        assert "[ Node ]" in play.text
        assert "A node is Ready when its kubelet reports" in play.text


async def test_wide_screens_show_nodes_and_pods(machine: Fake) -> None:
    machine.status = nodes.hanging()
    lay(Tape.done())
    async with watch(size=(132, 43)) as play:
        assert "Nodes: 2" in play.text
        assert "Pods: 10 of 11 are ready" in play.text
        assert "coredns-c676cc86f-zt8kq             0/1 CrashLoopBackOff" in play.text
        assert "calico-kube-controller~7b4c5f-9ld5z 1/1 Running" in play.text
        assert "FAIL    Pods " in play.rows[3]
        assert "ok      Disk " in play.text
        assert "more below" not in play.text
        await play.resize(80, 25)
        assert "Nodes: 2" not in play.text


async def test_it_fits(machine: Fake) -> None:
    machine.tokens = [nodes.token(3.2)]
    machine.status = nodes.node(nodes.proved(), plan=nodes.drifted())
    lay(Tape.done())
    async with watch() as play:
        async for _ in everywhere(play, ((80, 25), (80, 24), (132, 24), (132, 43))):
            assert len(play.screen(StatusScreen).actions.items) == 8
            assert play.screen(StatusScreen).actions.size.height == 8


async def test_what_needed_no_asking_stands_last_and_what_was_never_proved_first(
    machine: Fake,
) -> None:
    async with stage(machine) as play:
        for outcome in ("unknown", "of a later version"):
            machine.status = nodes.node(nodes.proved(across=outcome))
            await again(play)
            last = play.screen(StatusScreen).rows_.items[-1]
            assert last.id == "across"
            assert "16 ok. Looked" in play.text
            await play.press("up", "end")
            assert "--      Pod to pod        from a pod here to one on" in play.text
            await play.press("tab")
        machine.status = nodes.node(Proved())
        await again(play)
        assert verdicts(play)[:4] == ["--", "--", "--", "ok"]
        assert "--      DNS               not proved yet" in play.text
        assert "v1.25.0. 3 unknown." in play.text
