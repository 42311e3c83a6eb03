"""A plan that holds `kubeadm reset` means: this program made it, it did not end well, and nobody has used it.

A machine that goes through everything that kubeadm, our engine, a person and the power can do to it. What is true of it
is kept beside what the journal and the readers say of it; the plan is made of the latter, and held against the former.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.cases import ANSWERS
from tui_installer.model.answers import Answers, flat, from_flat
from tui_installer.model.change import RunCommand
from tui_installer.model.event import Event, clears, makes, state_of
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
    Seen,
    Services,
    Unread,
)
from tui_installer.model.ownership import LONGEST, OBJECTS, attempt_of, doubts, strange
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.steps.kubeadm_init import STEP as INIT
from tui_installer.steps.kubeadm_join import STEP as JOIN

STATIC = ("etcd.yaml", "kube-apiserver.yaml", "kube-controller-manager.yaml", "kube-scheduler.yaml")
SILENT = Unread(T("the API server"), T("no answer in {seconds} s", seconds=3), silent=True)
NETWORK = Network((Nic("ens33", addresses=("192.168.40.180/24",)),), default_nic="ens33")
API = ("healthy", "down", "slow", "expired", "broken")
ARGV = {
    "kubeadm_init": ["kubeadm", "init", "--config", "x"],
    "kubeadm_join": ["kubeadm", "join", "--config", "x"],
}


def answers(step: Step) -> Answers:
    role = "worker" if step is JOIN else "first-control-plane"
    return from_flat({**flat(Answers()), **ANSWERS, "node.role": role})


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
        self.events.append({"kind": kind, "t": _utc(self.now), "step": self.step.id, **rest})

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
        state = state_of(self.events)
        return Past(state.unfinished, attempt=state.attempt, asking=state.asking)

    def _facts(self, accepted: str | None = None) -> Facts:
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
        if self.api in ("slow", "expired", "down"):
            kubernetes = Partly(kubernetes, ("api_answers", "objects"), SILENT)
        given = (
            self._past(),
            Services(),
            People(),
            NETWORK,
            Kernel(),
            Accepted(half_made=accepted),
            Files(),
            Joining(),
        )
        return Facts({Kubernetes: kubernetes}).having(self.remains, *given)

    def _plans(self, accepted: str | None = None) -> list[tuple[str, ...]]:
        """The commands of kubeadm in the plan; none where it cannot be made."""
        try:
            changes = self.step.changes(answers(self.step), self._facts(accepted))
        except NotRead:  # Undecided is one
            return []
        argvs = [c.argv for c in changes if isinstance(c, RunCommand)]
        return [argv for argv in argvs if argv[0] == "kubeadm"]

    def _plans_a_reset(self, accepted: str | None = None) -> bool:
        return any(clears(argv) for argv in self._plans(accepted))

    @invariant()
    def a_reset_has_its_right(self) -> None:
        if not hasattr(self, "step") or self.going or not self._plans_a_reset():
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
        elif kubernetes.member and not strange(attempt_of(INIT.id, facts), self.remains):
            assert not self._plans_a_reset(self.remains.ca), "ours, and it works"


Machine.TestCase.settings = settings(max_examples=150, stateful_step_count=8, deadline=None)
TestMachine = Machine.TestCase


def _utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


# --- the same by single examples: each of the routes by which a cluster was lost ------------------------

STAMP = 1_800_000_000_000_000_000
FILES = {"/etc/kubernetes/pki/ca.crt": STAMP, "/etc/kubernetes/admin.conf": STAMP}
LEFT = Remains(True, "ours", FILES, etcd_data=True, kubelet_conf=True, latest=STAMP / 1e9)
CUT = Attempt("kubeadm_init", STAMP / 1e9 - 3, before=Seen())
FAILED = replace(CUT, after=Seen("ours", FILES), code=1)


def test_what_is_ours_and_unused_has_no_doubts() -> None:
    assert doubts(CUT, LEFT) == []
    assert doubts(FAILED, LEFT) == []
    assert doubts(replace(CUT, after=Seen("ours", FILES, STAMP / 1e9)), LEFT) == []


def test_each_doubt_stands_alone() -> None:
    late = dict.fromkeys(FILES, STAMP + round(LONGEST * 2e9))
    strangers = [
        (None, LEFT),
        (replace(CUT, before=None), LEFT),
        (replace(CUT, before=Seen(traces=("/var/lib/etcd",))), LEFT),
        (replace(CUT, before=Seen(ca="theirs")), LEFT),
        (replace(CUT, before=Seen(files={"/etc/kubernetes/admin.conf": STAMP})), LEFT),
        (replace(FAILED, code=0), LEFT),
        (replace(FAILED, after=None), LEFT),
        (FAILED, replace(LEFT, ca="another")),
        (FAILED, replace(LEFT, ca="")),
        (FAILED, replace(LEFT, files={**FILES, "/etc/kubernetes/manifests/x.yaml": STAMP})),
        (FAILED, replace(LEFT, files={**FILES, "/etc/kubernetes/admin.conf": STAMP + 1})),
        (CUT, replace(LEFT, files=late, latest=STAMP)),
        (CUT, replace(LEFT, latest=STAMP / 1e9 - 30)),
        (replace(CUT, after=Seen("ours", FILES)), LEFT),
        (replace(CUT, after=Seen("ours", late, STAMP)), replace(LEFT, files=late)),
        (replace(CUT, after=Seen("ours", FILES, STAMP / 1e9 - 30)), LEFT),
        (FAILED, replace(LEFT, unread=(T("x"),))),
        (FAILED, replace(LEFT, looked=False)),
    ]
    for attempt, remains in strangers:
        assert strange(attempt, remains), (attempt, remains)
    for how in ("objects", "stored", "mounts"):
        assert len(doubts(FAILED, with_theirs(LEFT, how))) == 1


@pytest.mark.parametrize("hours", [9, 400 * 24])
def test_after_a_boot_with_another_clock_it_is_ours_as_before(hours: int) -> None:
    """A power cut, and a machine that loses the time; what the first look has written down counts later too."""
    for boot in (STAMP / 1e9 - 3600 * hours, STAMP / 1e9 + 3600 * hours):
        here = replace(LEFT, latest=boot, looked_at=boot + 20)
        assert doubts(CUT, here) == []
        seen = replace(CUT, after=Seen("ours", FILES, here.latest, here.looked_at))
        assert doubts(seen, replace(LEFT, looked_at=STAMP / 1e9 + 600)) == []
        # Somebody's own kubeadm has come before that look.
        theirs = replace(here, files=dict.fromkeys(FILES, round((boot + 10) * 1e9)))
        assert strange(CUT, theirs)


def test_of_a_reset_that_was_cut_short_less_may_be_left() -> None:
    clearing = replace(FAILED, clearing=True)
    rest = replace(LEFT, ca="", files={"/etc/kubernetes/admin.conf": STAMP})
    assert doubts(clearing, rest) == []
    assert doubts(clearing, replace(rest, files={"/etc/kubernetes/admin.conf": STAMP + 1}))
    assert doubts(clearing, replace(rest, objects=("x",)))


def test_a_phase_makes_no_node() -> None:
    assert makes(("kubeadm", "init", "--config", "x"))
    assert makes(("kubeadm", "join", "--config", "x"))
    assert not makes(("kubeadm", "init", "phase", "addon", "all", "--config", "x"))


@pytest.mark.parametrize("traces", [None, "", {}, [7]])
def test_a_journal_that_does_not_list_what_was_there_proves_nothing(traces: object) -> None:
    before = {"ca": "", "files": {}} | ({} if traces is None else {"traces": traces})
    started = {"kind": "change-started", "step": INIT.id, "n": 1, "t": _utc(STAMP / 1e9 - 3)}
    event = {**started, "change": {"argv": ARGV[INIT.id]}, "before": before}
    assert strange(state_of([event]).attempt, LEFT)
    assert not strange(state_of([{**event, "before": {**before, "traces": []}}]).attempt, LEFT)


def _cut(*, old: bool) -> Machine:
    machine = Machine()
    machine.boot(INIT, old=old)
    machine.it_ends(1, "bad")
    machine.a_person_uses_it("objects")
    return machine


@pytest.mark.parametrize("old", [True, False])
def test_what_a_person_accepted_holds_for_that_cluster_alone(old: bool) -> None:
    machine = _cut(old=old)
    for named, clear in ((machine.remains.ca, True), ("another", False), (None, False)):
        for machine.api in ("down", "broken"):
            assert machine._plans_a_reset(named) is clear


def test_what_came_up_after_it_was_accepted_is_finished() -> None:
    """Of one that is not known to be ours nothing is finished: only the acceptance counts."""
    for old in (False, True):
        machine = _cut(old=old)
        machine.api = "healthy"
        assert machine._plans_a_reset(machine.remains.ca) is old
        assert bool(machine._plans()) is not old


@pytest.mark.parametrize("how", ["0.1.0", "another CA", "a manifest"])
def test_what_is_complete_by_now_is_left_as_it_is(how: str) -> None:
    machine = _cut(old=how == "0.1.0")
    files = {**machine.remains.files, "/etc/kubernetes/manifests/etcd.yaml": STAMP + 1}
    odd = {"0.1.0": {}, "another CA": {"ca": "another"}, "a manifest": {"files": files}}
    machine.remains = replace(machine.remains, **odd[how])  # type: ignore[arg-type]
    ca = machine.remains.ca
    machine.api, machine.complete = "healthy", True
    assert strange(attempt_of(INIT.id, machine._facts()), machine.remains)
    assert machine._plans() == machine._plans(ca) == []
    # Silent it may be complete or not: that is not known, and a person's word counts as before.
    machine.api = "slow"
    assert machine._plans() == []
    assert machine._plans_a_reset(ca)
