"""Ordinary pods on a control plane: asked on Cluster, said on Status and Done, which lead to Review."""

from __future__ import annotations

from typing import Any

import pytest

from tests.journals import Tape
from tests.machine import Fake
from tests.ui import nodes
from tests.ui.fits import made_by_kubeadm
from tests.ui.stage import stage
from tests.ui.status_stage import again, healthy
from tests.ui.status_stage import stage as status_stage
from tests.ui.watching import Watch, lay, watch
from tui_installer.model.answers import AS_IT_IS
from tui_installer.model.change import RunCommand
from tui_installer.model.facts import Facts, Kubernetes, NodeState, Taint, Unread, Workloads
from tui_installer.model.text import T
from tui_installer.tending import room_in
from tui_installer.ui.ordinary_pods import sentence
from tui_installer.ui.screens.done import Done
from tui_installer.ui.screens.review import Review
from tui_installer.ui.screens.status import Status

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
        assert session.values[AS_IT_IS] is True
        await play.press("left")
        assert AS_IT_IS not in session.values, "kubeadm does that anyway"


async def test_a_node_that_is_there_stays_as_it_is_unless_it_is_asked_for(
    machine: Fake, monkeypatch: pytest.MonkeyPatch
) -> None:
    made_by_kubeadm(monkeypatch, pods_on_control_plane=True)
    async with stage() as play:
        await play.press("@cluster", "up")
        assert "( ) as it is   ( ) only on workers   (*) also here" in play.text
        session = play.app.session
        assert AS_IT_IS not in session.values
        assert session.value(AS_IT_IS) is True, "as the last run was asked"
        await play.press("left")
        assert session.value(AS_IT_IS) is False
        await play.press("left")
        assert session.value(AS_IT_IS) is None


async def _opens_review(play: Watch) -> None:
    review = play.screen(Review)
    assert play.session.values == {AS_IT_IS: True}
    (step,) = (row for row in review.listing.items if row.key == "ordinary_pods")
    (change,) = step.changes
    assert isinstance(change, RunCommand)
    assert change.argv[-1] == "node-role.kubernetes.io/control-plane:NoSchedule-"
    assert play.session.answers().node.hostname == nodes.MASTER, "all else as the last run had it"


async def test_status_says_that_they_wait_and_leads_to_review(machine: Fake) -> None:
    machine.set(ALONE, Kubernetes(kubelet_conf=True))
    async with status_stage(machine, ALONE) as play:
        await again(play)
        assert "warn    Ordinary pods     your own pods wait for a worker" in play.text
        actions = play.screen(Status).actions
        (at,) = (i for i, action in enumerate(actions.items) if action.id == "let_in")
        await play.press(*["down"] * (at - actions.current), "enter")
        await _opens_review(play)


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


@pytest.mark.parametrize(
    ("workloads", "said", "kept"),
    [
        (ALONE, ASKED, True),
        (Workloads(True, (nodes.tainted(), NodeState("node1", True, taints=()))), "", True),
        (Workloads(True, (nodes.tainted(), CORDONED)), "no node takes them now", True),
        (Workloads(True, (NodeState(nodes.MASTER, True, taints=()),)), "", False),
        (Workloads(), "is not known: the API server does not answer", False),
        (Unread(T("the API server"), "refused"), "is not known: not known: nothing usable", False),
    ],
)
def test_what_is_said_where(workloads: Any, said: str, kept: bool) -> None:
    """What is not known is no missing worker."""
    room = room_in(nodes.answers(), Facts({Workloads: workloads}))
    found = str(sentence(room))
    assert (said in found) if said else found == ""
    assert room.kept is kept
