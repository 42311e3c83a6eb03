"""What may just be starting is waited for before it is cleared, whatever was accepted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from tests.engine.conftest import Machine, machine
from tests.model.test_ownership import Machine as Node
from tests.model.test_ownership import answers
from tui_installer.engine import asking, clearing
from tui_installer.engine import run as run_module
from tui_installer.engine.apply import Stopped
from tui_installer.engine.run import EngineRun
from tui_installer.engine.workshop import Workshop
from tui_installer.host import reset_backup, shell
from tui_installer.host.scope import Scope
from tui_installer.model.change import Change, RunCommand, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.event import state_of
from tui_installer.model.facts import Accepted, Facts, Joining, Remains, Services, Unit
from tui_installer.model.join import JoinCommand
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step
from tui_installer.steps.kubeadm_init import COMPLETION
from tui_installer.steps.kubeadm_init import STEP as INIT
from tui_installer.steps.kubeadm_join import STEP as JOIN

__all__ = ["machine"]
ENABLED = Services({"kubelet.service": Unit("loaded", "active", "running", "enabled")})
COMMAND = JoinCommand("10.0.0.9:6443", Secret("69eg2e.ocvsmlyx9u31mvue"), ("sha256:" + "8" * 64,))


class Story:
    """A node on which a kubeadm of ours broke off, and what the engine does there; `looks`: its API or kubelet."""

    def __init__(self, left: Step, monkeypatch: pytest.MonkeyPatch, *, old: bool = False) -> None:
        self.node, self.given = Node(), Facts().having(Joining(COMMAND), Accepted())
        self.node.boot(left, old=old)
        self.node.it_ends(1, "bad")
        self.node.complete = True
        self.changes: list[Change] = []
        self.called: list[tuple[str, ...]] = []
        self.looks: Iterable[str] = iter(())
        self.made: frozenset[str] = frozenset()
        for name in ("FIRST_PAUSE", "LAST_PAUSE", "TICK"):
            monkeypatch.setattr(asking, name, 0.001)
        monkeypatch.setattr(run_module, "apply", self._apply)
        for name in ("_save", "_refuse_other_etcd"):
            monkeypatch.setattr(clearing, name, lambda *_: None)
        monkeypatch.setattr(reset_backup, "unmount", list)

    def _seen(self) -> Facts:
        self.node.api = next(iter(self.looks), self.node.api)
        return self.node._facts().having(ENABLED)

    def _printed(self, *argv: str) -> shell.Output:
        self.called.append(argv)
        return shell.Output(0, "inactive\n")

    def _apply(self, _shop: object, _step: str, change: Change) -> None:
        """Nothing goes on behind a reset, nor behind the last of what is done in its place."""
        self.changes.append(change)
        if clearing.is_reset(change) or (
            isinstance(change, WriteFile) and change.path == COMPLETION
        ):
            raise Stopped

    def outcome(self, machine: Machine, step: Step, *looks: str) -> Ending:
        self.looks = iter(looks)
        machine.sees, machine.prints = self._seen, self._printed
        shop, state = machine.workshop(), state_of(self.node.events)
        alone = replace(step, after=(), watch=None, settle=0)
        past = (set(state.unfinished), state.attempt, self.made)
        run = EngineRun(shop, answers(step), (alone,), Scope(), self.given, *past)
        outcome = run.execute()
        shop.journal.close()
        return outcome

    @property
    def resets(self) -> bool:
        return any(map(clearing.is_reset, self.changes))


def test_a_control_plane_in_use_that_comes_up_is_not_cleared(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power came back, the unit takes the run up with what was accepted, and the API server is not there yet."""
    story = Story(INIT, monkeypatch, old=True)
    story.node.a_person_uses_it("objects")
    story.given = story.given.having(Accepted(half_made=story.node.remains.ca))
    story.outcome(machine, INIT, "down", "slow", "healthy")
    assert story.changes
    assert not story.resets
    assert machine.at("waiting")


@pytest.mark.parametrize("api", ["down", "slow"])
def test_one_that_does_not_come_up_is_cleared_once_that_was_waited_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, api: str
) -> None:
    """One that says nothing is waited for as long as one that refuses."""
    monkeypatch.setattr(asking, "REFUSING", 0.01)
    monkeypatch.setattr(asking, "SILENT", 0.0)
    story = Story(INIT, monkeypatch, old=True)
    story.given = story.given.having(Accepted(half_made=story.node.remains.ca))
    assert story.outcome(machine, INIT, api) == Ending.STOPPED
    assert story.resets
    assert sum(e["kind"] == "waiting" for e in machine.events) == 1, "and not once more before it"


def test_a_worker_whose_kubelet_was_only_starting_has_joined(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(JOIN, monkeypatch)
    assert story.outcome(machine, JOIN, "down", "down", "healthy") == Ending.DONE
    assert story.changes == []
    assert machine.ended() == {JOIN.id: Ending.NOTHING}


def test_a_worker_is_looked_at_before_its_kubelet_is_stopped(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "REFUSING", 0.0)
    story = Story(JOIN, monkeypatch)
    # It is given up, and comes up right before it would be cleared.
    assert story.outcome(machine, JOIN, "down", "healthy") == Ending.DONE
    assert story.changes == []
    assert story.called == []


def test_a_worker_is_made_of_a_control_plane_that_failed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And is one then: of the init that broke off nothing is left."""
    story = Story(INIT, monkeypatch)

    def apply(_shop: object, _step: str, change: Change) -> None:
        story.changes.append(change)
        if isinstance(change, RunCommand) and change.argv[:2] == ("kubeadm", "join"):
            story.node.api = "healthy"

    monkeypatch.setattr(run_module, "apply", apply)
    assert story.outcome(machine, JOIN, "broken") == Ending.DONE
    argvs = [c.argv[:2] for c in story.changes if isinstance(c, RunCommand)]
    assert argvs == [("kubeadm", "reset"), ("kubeadm", "join")]


@pytest.mark.parametrize("began", [True, False])
def test_only_right_after_an_init_of_this_run_what_it_leaves_has_to_be_there(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, began: bool
) -> None:
    """Of a node that was made earlier somebody may have taken kube-proxy out since."""
    story = Story(INIT, monkeypatch)
    story.made = frozenset({INIT.id})
    if began:
        story.node.remains = Remains(looked=True)
    else:
        rows = story.node.events
        story.node.events = [{**e, "code": 0} if e["kind"] == "change-ended" else e for e in rows]

    def apply(shop: Workshop, step: str, change: Change) -> None:
        story.changes.append(change)
        if isinstance(change, RunCommand) and change.argv[:3] == ("kubeadm", "init", "--config"):
            shop.journal.write("change-started", step=step, n=9, change=change.to_json())
            shop.journal.write("change-ended", step=step, n=9, code=0, seconds=1)
            story.node._made_by("us")
            story.node.api, story.node.complete = "healthy", False
        if isinstance(change, WriteFile) and change.path == COMPLETION and not began:
            raise Stopped

    monkeypatch.setattr(run_module, "apply", apply)
    story.node.complete = False
    assert story.outcome(machine, INIT, "healthy") == (Ending.FAILED if began else Ending.STOPPED)
    phases = [c for c in story.changes if isinstance(c, RunCommand) and "phase" in c.argv]
    assert phases == []
    assert ("finish the interrupted" in str(machine.end_of(INIT.id))) is began


def test_a_kubelet_that_the_engine_has_stopped_is_not_waited_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A control plane is made of what a join has left; its kubelet ran until it was stopped for that."""
    monkeypatch.setattr(asking, "REFUSING", 0.01)
    story = Story(JOIN, monkeypatch, old=True)
    story.given = story.given.having(Accepted(half_made=story.node.remains.ca))
    assert story.outcome(machine, INIT, "healthy", "healthy", "down") == Ending.STOPPED
    assert story.resets
    assert "waiting" not in {event["kind"] for event in machine.events}
