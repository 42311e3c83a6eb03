"""A plan that holds `kubeadm reset` means: this program made it, it did not end well, and nobody has used it.

A machine that goes through everything that kubeadm, our engine, a person and the power can do to it. What is true of it
is kept beside what the journal and the readers say of it; the plan is made of the latter, and held against the former.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.support.cases import ANSWERS
from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.change import RunCommand
from tui_installer.model.event import Event, clears, state_of
from tui_installer.model.facts import (
    Accepted,
    Attempt,
    Facts,
    Files,
    Joining,
    Kernel,
    Kubernetes,
    Network,
    Nic,
    NotRead,
    Partly,
    Past,
    People,
    Remains,
    Services,
    Unread,
)
from tui_installer.model.ownership import (
    LONGEST,
    OBJECTS,
    attempt_of,
    doubts,
    strange,
    used,
)
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.steps.kubeadm_init import STEP as INIT
from tui_installer.steps.kubeadm_join import STEP as JOIN

STATIC = ("etcd.yaml", "kube-apiserver.yaml", "kube-controller-manager.yaml", "kube-scheduler.yaml")
SILENT = Unread(T("the API server"), T("no answer in {seconds} s", seconds=3), silent=True)
NETWORK = Network((Nic("ens33", addresses=("192.168.40.180/24",)),), default_nic="ens33")
REFUSED = Unread(T("the API server"), "The connection to the server was refused")
STRANGER = Unread(T("the API server"), "You must be logged in to the server", lasting=True)
UNREAD = {"slow": SILENT, "down": REFUSED, "expired": STRANGER}
# "broken": it is known that none answers.
API = ("healthy", "broken", *UNREAD)
ARGV = {
    "kubeadm_init": ["kubeadm", "init", "--config", "x"],
    "kubeadm_join": ["kubeadm", "join", "--config", "x"],
}


def answers(step: Step) -> Answers:
    return ROLES[step.id]


ROLES = {
    step.id: from_flat({**flat(Answers()), **ANSWERS, "node.role": role})
    for step, role in ((INIT, "first-control-plane"), (JOIN, "worker"))
}
# Seconds after a cut in which a person has made another cluster: kubeadm alone takes as many.
AFTER = (10.0, 60.0, LONGEST + 60)


def with_theirs(remains: Remains, how: str) -> Remains:
    """Something of a person's in etcd, in the kubelet's folder, or mounted there."""
    theirs: Any = {how: ("theirs",)}
    return replace(remains, **theirs)


class Machine(RuleBasedStateMachine):
    """What is here, who has made it, and what has been written down."""

    # Whether the API, where it answers, holds all that kubeadm init leaves in it.
    complete = False
    # What is known of a journal of so many events.
    _told: tuple[int, list[Event], Past] = (-1, [], Past())

    @initialize(
        step=st.sampled_from((INIT, JOIN)), old=st.sampled_from((False, False, False, True))
    )
    def boot(self, step: Step, old: bool) -> None:
        self.step, self.old = step, old
        self.events: list[Event] = [{"kind": "run-started", "steps": [step.id]}]
        self.now, self.number = 1_800_000_000.0, 0
        self.remains, self.api = Remains(looked=True), "down"
        # The truth: who made what is here ("" nobody), whether that ended well, whether somebody misses it.
        self.maker, self.well, self.missed = "", False, False
        self.going = 0
        self.our_kubeadm_begins()

    # --- what happens ---------------------------------------------------------------------------------

    def _write(self, kind: str, **rest: Any) -> None:
        self.events.append({"kind": kind, "t": utc(self.now), "step": self.step.id, **rest})

    def _made_by(self, who: str) -> None:
        """kubeadm writes its files, and draws a CA (a worker is given one)."""
        latest = self.now if who == "us" else self.remains.latest
        names = ("/etc/kubernetes/pki/ca.crt", "/var/lib/kubelet/config.yaml")
        stamp = round(self.now * 1e9)
        self.maker, self.well, self.missed, self.api = who, False, False, "down"
        self.remains = Remains(
            looked=True,
            ca=f"ca of {who} {stamp}",
            files={name: stamp for name in names},
            etcd_data=self.step is INIT,
            kubelet_conf=True,
            latest=latest,
        )

    @precondition(lambda self: not self.going and not self.remains.traces)
    @rule()
    def our_kubeadm_begins(self) -> None:
        self.number += 1
        self.going = self.number
        before = {"ca": self.remains.ca, "files": {}, "traces": list(self.remains.traces)}
        change = {"argv": ARGV[self.step.id]}
        more = {} if self.old else {"before": before}
        self._write("change-started", n=self.number, change=change, **more)
        self.now += 5
        self._made_by("us")

    def _left(self) -> None:
        if not self.old:
            files = dict(self.remains.files)
            known = {"ca": self.remains.ca, "files": files, "latest": self.remains.latest}
            self._write("kubeadm-left", n=self.going, **known)

    @precondition(lambda self: self.going)
    @rule(code=st.sampled_from((0, 1, -1)), later=st.sampled_from(("well", "bad", "power")))
    def it_ends(self, code: int, later: str) -> None:
        """Whatever comes after it in its step."""
        self._left()
        self._write("change-ended", n=self.going, code=code)
        self.going, self.well = 0, code == 0
        if code:
            self._write("step-ended", outcome="failed")
        elif later == "well":
            self._write("step-verifying")
            self._write("step-ended", outcome="done")
        elif later == "bad":
            self._write("step-ended", outcome="failed")

    @precondition(lambda self: self.going)
    @rule(seen=st.booleans())
    def the_power_is_cut(self, seen: bool) -> None:
        """The engine that comes next may have written down what it found, or be killed before."""
        if seen:
            self._left()
        self.going = 0
        self.events.append({"kind": "run-started", "steps": [self.step.id]})

    @precondition(lambda self: not self.going and self.maker)
    @rule(cut=st.booleans())
    def our_phases_run(self, cut: bool) -> None:
        """On a cluster that is there."""
        self.number += 1
        argv = ["kubeadm", "init", "phase", "addon", "all", "--config", "x"]
        self._write("change-started", n=self.number, change={"argv": argv})
        if not cut:
            self._write("change-ended", n=self.number, code=1)

    @precondition(lambda self: not self.going and self.maker)
    @rule()
    def our_reset_is_cut_short(self) -> None:
        """It was in the plan; then it had every right."""
        if not self._plans_a_reset():
            return
        self.number += 1
        self._write("change-started", n=self.number, change={"argv": ["kubeadm", "reset", "-f"]})
        self.remains = replace(self.remains, ca="", files={}, kubelet_conf=False)

    @precondition(lambda self: not self.going)
    @rule(wait=st.sampled_from(AFTER))
    def a_person_makes_another(self, wait: float) -> None:
        """kubeadm reset by hand, and another cluster, with nothing of theirs in etcd yet."""
        self.now += wait
        self._made_by("a person")
        self.well, self.missed = True, True

    @precondition(lambda self: not self.going and self.maker)
    @rule(wait=st.sampled_from(AFTER))
    def a_person_joins_the_same_cluster(self, wait: float) -> None:
        """The same CA, and kubeadm has run since."""
        ca = self.remains.ca
        self.now += wait
        self._made_by("a person")
        self.remains, self.well, self.missed = replace(self.remains, ca=ca), True, True

    @precondition(lambda self: not self.going and self.maker)
    @rule(how=st.sampled_from(("objects", "stored", "mounts")))
    def a_person_uses_it(self, how: str) -> None:
        self.missed = True
        self.remains = with_theirs(self.remains, how)

    @rule(what=st.sampled_from(("etcd", "")))
    def something_cannot_be_read(self, what: str) -> None:
        unread = (T("etcd's data could not be read: {why}", why="I/O error"),) if what else ()
        self.remains = replace(self.remains, unread=unread)

    @rule(api=st.sampled_from(API), complete=st.booleans())
    def the_api(self, api: str, complete: bool) -> None:
        self.api, self.complete = api, complete

    # --- what is planned ------------------------------------------------------------------------------

    def _past(self) -> Past:
        if self._told[0] != len(self.events) or self._told[1] is not self.events:
            state = state_of(self.events)
            past = Past(state.unfinished, attempt=state.attempt, asking=state.asking)
            self._told = (len(self.events), self.events, past)
        return self._told[2]

    def _facts(self, accepted: str | None = None, *, waited: bool = True) -> Facts:
        whole, here = bool(self.remains.files), bool(self.remains.traces)
        kubernetes: Any = Kubernetes(
            kubelet_conf=self.remains.kubelet_conf,
            admin_conf=here and self.step is INIT,
            client_certificate=here,
            ca=bool(self.remains.ca),
            manifests=STATIC if whole and self.step is INIT else (),
            etcd_data=self.remains.etcd_data,
            api_answers=self.api == "healthy",
            objects=OBJECTS if self.api == "healthy" and self.complete else frozenset(),
            kubelet_healthy=self.api == "healthy",
        )
        if self.api in UNREAD:
            kubernetes = Partly(kubernetes, ("api_answers", "objects"), UNREAD[self.api])
        given = (
            replace(self._past(), waited=frozenset(ARGV if waited else ())),
            Services(),
            People(),
            NETWORK,
            Kernel(),
            Accepted(half_made=accepted),
            Files(),
            Joining(),
        )
        return Facts({Kubernetes: kubernetes}).having(self.remains, *given)

    def _plans(
        self, accepted: str | None = None, *, waited: bool = True, step: Step | None = None
    ) -> list[tuple[str, ...]]:
        """The commands of kubeadm in the plan; none where it cannot be made. `step`: of the role that is asked for."""
        step = step or self.step
        try:
            changes = step.changes(answers(step), self._facts(accepted, waited=waited))
        except NotRead:  # Undecided is one
            return []
        argvs = [c.argv for c in changes if isinstance(c, RunCommand)]
        return [argv for argv in argvs if argv[0] == "kubeadm"]

    def _plans_a_reset(
        self, accepted: str | None = None, *, waited: bool = True, step: Step | None = None
    ) -> bool:
        return any(clears(argv) for argv in self._plans(accepted, waited=waited, step=step))

    @invariant()
    def a_reset_has_its_right(self) -> None:
        """Of whatever role this node is to be now."""
        if not hasattr(self, "step") or self.going:
            return
        if not any(self._plans_a_reset(step=step) for step in (INIT, JOIN)):
            return
        assert self.maker == "us", "made by somebody else"
        assert not self.well, "it had ended well"
        assert not self.missed, "somebody uses it"
        assert not self.remains.unread, "something is not known"
        assert not self.old, "nothing shows whose it is"

    @invariant()
    def what_works_is_not_reset_whatever_is_accepted(self) -> None:
        if not hasattr(self, "step") or self.step is JOIN or self.going or self.api != "healthy":
            return
        kubernetes, facts = self._facts()[Kubernetes], self._facts()
        if kubernetes.whole and self.complete:
            for accepted in (None, self.remains.ca):
                assert not self._plans(accepted), "complete, whoever has made it"
                assert not self._plans_a_reset(accepted, step=JOIN), "and whatever is asked for"
        elif kubernetes.member and not strange(attempt_of(INIT.id, facts), self.remains):
            assert not self._plans_a_reset(self.remains.ca), "ours, and it works"

    @invariant()
    def what_answers_and_is_used_is_not_reset_whatever_is_accepted(self) -> None:
        """One answers, too, that does not accept its administrator any more."""
        alive = ("healthy",) if getattr(self, "step", JOIN) is JOIN else ("healthy", "expired")
        if self._begun_here() and self.api in alive and (used(self.remains) or self.remains.unread):
            for step in (INIT, JOIN):
                assert not self._plans_a_reset(self.remains.ca, step=step)

    @invariant()
    def what_is_silent_is_waited_for_before_an_acceptance_counts(self) -> None:
        """It may just be starting, and be complete."""
        if self._begun_here() and self.api in ("slow", "down") and doubts(*self._known()):
            for step in (INIT, JOIN):
                assert not self._plans_a_reset(self.remains.ca, waited=False, step=step)

    def _begun_here(self) -> bool:
        """And something is left of it."""
        return hasattr(self, "step") and not self.going and bool(self.remains.files)

    def _known(self) -> tuple[Attempt | None, Remains]:
        return self._past().attempt, self.remains


Machine.TestCase.settings = settings(max_examples=150, stateful_step_count=8, deadline=None)
TestMachine = Machine.TestCase


def utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()
