"""Ordinary pods on a control plane: asked on Cluster, said on Status and Done, which lead to Review."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.support.journals import Tape
from tests.support.machine import Fake
from tests.support.screens import nodes
from tests.support.screens.fits import made_by_kubeadm
from tests.support.screens.stage import stage
from tests.support.screens.status_stage import again, healthy
from tests.support.screens.status_stage import stage as status_stage
from tests.support.screens.watching import Watch, lay, watch
from tui_installer.host import drafts
from tui_installer.model.answers import AS_IT_IS
from tui_installer.model.change import RunCommand
from tui_installer.model.facts import Facts, Kubernetes, NodeState, Taint, Unread, Workloads
from tui_installer.model.text import T
from tui_installer.node.monitor import room_in
from tui_installer.preflight import saved_answers
from tui_installer.session import Session
from tui_installer.text.language import Language
from tui_installer.text.measure import width
from tui_installer.ui.frame.page import Page
from tui_installer.ui.pages.cluster_pods import (
    ALLOW,
    HERE,
    LET_IN,
    WORKERS,
    WhereTo,
    sentence,
)
from tui_installer.ui.rows.cells import rows_of
from tui_installer.ui.rows.verdicts import VerdictLine
from tui_installer.ui.screens.done import Done
from tui_installer.ui.screens.review import Review
from tui_installer.ui.screens.status import StatusScreen

pytestmark = [pytest.mark.anyio, pytest.mark.usefixtures("shanghai")]
ALONE = Workloads(True, (nodes.tainted(),))
CORDONED = NodeState(
    "node1",
    True,
    schedulable=False,
    taints=(Taint("node.kubernetes.io/unschedulable", "NoSchedule"),),
)
ASKED = "Your own pods wait for a worker. Only one server?"


@pytest.fixture(autouse=True)
def cluster(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    healthy(machine, monkeypatch)


async def test_a_new_control_plane_is_asked(machine: Fake) -> None:
    async with stage() as play:
        await play.press("@cluster", "up")
        assert "Ordinary pods   (*) only on workers   ( ) also here" in play.text
        session = play.app.session
        await play.press("right")
        assert session.draft.values[AS_IT_IS] is True
        await play.press("left")
        assert AS_IT_IS not in session.draft.values, "kubeadm does that anyway"


@pytest.mark.parametrize(
    ("before", "value"), [(None, None), (True, False), (False, False), ("no run", None)]
)
def test_only_on_workers_is_what_the_run_does(machine: Fake, before: Any, value: Any) -> None:
    """Also where a run that was asked for more broke off before kubeadm: left out, it would be asked for again."""
    session = Session({})
    session.seen(session.survey())
    if before != "no run":
        last = nodes.answers()
        cluster = replace(last.cluster, pods_on_control_plane=before)
        session.draft = replace(session.draft, last=replace(last, cluster=cluster))
    asked = WhereTo(session)
    asked.answer(HERE)
    assert session.draft.value(AS_IT_IS) is True
    asked.answer(WORKERS)
    assert session.draft.value(AS_IT_IS) is value
    assert asked._stands == WORKERS


async def test_a_node_that_is_there_stays_as_it_is_unless_it_is_asked_for(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch, pods_on_control_plane=True)
    async with stage() as play:
        await play.press("@cluster", "up")
        assert "( ) as it is   ( ) only on workers   (*) also here" in play.text
        session = play.app.session
        assert AS_IT_IS not in session.draft.values
        assert session.draft.value(AS_IT_IS) is True, "as the last run was asked"
        await play.press("left")
        assert session.draft.value(AS_IT_IS) is False
        await play.press("left")
        assert session.draft.value(AS_IT_IS) is None


async def _opens_review(play: Watch) -> None:
    review = play.screen(Review)
    assert play.session.draft.values == {AS_IT_IS: True}
    (step,) = (row for row in review.listing.items if row.key == "ordinary_pods")
    (change,) = step.changes
    assert isinstance(change, RunCommand)
    assert change.argv[-1] == "node-role.kubernetes.io/control-plane:NoSchedule-"
    assert play.session.draft.answers.node.hostname == nodes.MASTER, (
        "all else as the last run had it"
    )


async def test_status_says_that_they_wait_and_leads_to_review(machine: Fake) -> None:
    machine.set(ALONE, Kubernetes(kubelet_conf=True))
    async with status_stage(machine, ALONE) as play:
        await again(play)
        assert "warn    Ordinary pods     your own pods wait for a worker" in play.text
        actions = play.screen(StatusScreen).actions
        (at,) = (i for i, action in enumerate(actions.items) if action.id == "let_in")
        typed = {"node.hostname": "web09"}
        play.session.set("node.hostname", "web09")
        saved_answers.keep(saved_answers.typed(play.session.draft))
        await play.press(*["down"] * (at - actions.current), "enter")
        await _opens_review(play)
        saved_answers.keep(saved_answers.typed(play.session.draft))
        kept = drafts.load()
        assert kept is not None
        assert kept.values == typed, "what was typed for another run is not written over"
        await play.press("escape")
        play.screen(StatusScreen)
        assert play.session.draft.values == typed


async def test_who_goes_on_from_there_to_a_page_loses_nothing(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.set(ALONE, Kubernetes(kubelet_conf=True))
    async with status_stage(machine, ALONE) as play:
        session, late = play.session, list[tuple[Any, ...]]()
        typed = {"node.hostname": "web09", "node.role": "worker"}
        for key, value in typed.items():
            session.set(key, value)
        play.app.review_with(AS_IT_IS, True)
        await play.settle()
        review, found = play.screen(Review), session.found
        assert found is not None
        with monkeypatch.context() as patch:
            patch.setattr(play.app, "background", lambda *work: late.append(work))
            review.again()
        await play.press("escape")
        play.screen(StatusScreen)
        ((_look, looked, not_looked),) = late
        looked(found)
        assert session.found is None, "a look that nobody waits for any more"
        session.found = found
        assert not not_looked(RuntimeError())
        assert session.found is found
        play.app.review_with(AS_IT_IS, True)
        await play.settle()
        play.app.go("cluster")
        await play.settle()
        assert play.screen(Page).entry_id == "preflight", "a worker is not asked about the cluster"
        assert session.draft.values == typed | {AS_IT_IS: True}
        session.set("node.hostname", "web10")
        play.app.turn("preflight", -1)
        await play.settle()
        play.app.show(StatusScreen())
        await play.settle()
        kept = drafts.load()
        assert kept is not None
        assert kept.values == session.draft.values
        assert session.draft.values == {**typed, "node.hostname": "web10", AS_IT_IS: True}


async def test_done_says_that_they_wait_and_leads_to_review(machine: Fake) -> None:
    machine.set(ALONE, Kubernetes(kubelet_conf=True))
    lay(Tape.done("first-control-plane", "calico"))
    async with watch() as play:
        play.app.show(Done())
        await play.settle()
        assert f"{ASKED}  [  Allow pods here...  ]" in play.text
        assert "kubectl works for root now" in play.text
        assert "[> To Status <]" in play.text, "the harmless button is the first"
        await play.press("up")
        assert "[> Allow pods here... <]" in play.text
        assert "Opens Review with this one answer changed" in play.text
        await play.press("enter")
        await _opens_review(play)
        await play.press("escape")
        play.screen(Done)
        assert play.session.draft.values == {}


@pytest.mark.parametrize(
    ("workloads", "said", "kept"),
    [
        (ALONE, ASKED, True),
        (Workloads(True, (nodes.tainted(), NodeState("node1", True, taints=()))), "", True),
        (Workloads(True, (nodes.tainted(), CORDONED)), "No node takes your own pods now", True),
        (Workloads(True, (NodeState(nodes.MASTER, True, taints=()),)), "", False),
        (Workloads(), "is not known (see Status): the API server does not answer", False),
        (Unread(T("the API server"), "refused"), "is not known (see Status): refused", False),
    ],
)
def test_what_is_said_where(workloads: Any, said: str, kept: bool) -> None:
    """What is not known is no missing worker."""
    room = room_in(nodes.answers(), Facts({Workloads: workloads}))
    found = str(sentence(room))
    assert (said in found) if said else found == ""
    assert room.kept is kept


@pytest.mark.parametrize("say", [Language("en"), Language("zh")], ids=["en", "zh"])
def test_all_of_it_fits_the_smallest_screen(say: Language) -> None:
    button = width(f"[  {say(ALLOW)}  ]")
    for others in ((), (CORDONED,)):
        room = room_in(
            nodes.answers(), Facts({Workloads: Workloads(True, (nodes.tainted(), *others))})
        )
        assert room.waits
        assert room.kept
        assert width(f" {say(sentence(room))}  ") + button <= 80
    assert len(rows_of(say(LET_IN), 80)) <= Done.hint_rows


@pytest.mark.parametrize("say", [Language("en"), Language("zh")], ids=["en", "zh"])
def test_a_reason_begins_on_done_and_is_whole_on_status(say: Language) -> None:
    why = "dial tcp 192.168.40.180:6443: connect: connection refused"
    facts = Facts({Workloads: Unread(T("the API server"), why)})
    room = room_in(nodes.answers(), facts)
    told = say(sentence(room))
    assert told.endswith(why)
    assert width(told.removesuffix(why)) <= 60, "the reason's beginning is seen at 80 columns"
    rows = VerdictLine("ordinary_pods", T("Ordinary pods"), room.verdict).details(say, 80)
    assert why in " ".join(text.strip() for row in rows for text, _ in row)
