"""What becomes of what a kubeadm has left, by single examples: each of the routes by which a cluster was lost."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.model.test_ownership import ARGV, Machine, utc, with_theirs
from tui_installer.model.event import makes, state_of
from tui_installer.model.facts import Attempt, Remains, Seen
from tui_installer.model.ownership import LONGEST, attempt_of, doubts, outlook, strange
from tui_installer.model.step import Step
from tui_installer.model.text import T
from tui_installer.steps.kubeadm_init import STEP as INIT
from tui_installer.steps.kubeadm_join import STEP as JOIN

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
    started = {"kind": "change-started", "step": INIT.id, "n": 1, "t": utc(STAMP / 1e9 - 3)}
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
        for machine.api in ("down", "broken", "slow"):
            assert machine._plans_a_reset(named) is clear
            now = machine._plans_a_reset(named, waited=False)
            assert now is (clear and machine.api == "broken"), "what may be starting is waited for"


@pytest.mark.parametrize("old", [False, True])
def test_what_came_up_after_it_was_accepted_is_not_cleared(old: bool) -> None:
    """It is finished; one that is not known to be ours is left as it is, unless nobody has used it."""
    machine = _cut(old=old)
    ca, machine.api = machine.remains.ca, "healthy"
    assert not machine._plans_a_reset(ca)
    assert bool(machine._plans(ca)) is not old
    machine.remains = replace(machine.remains, objects=())
    assert machine._plans_a_reset(ca) is old
    assert not machine._plans_a_reset()


def test_the_question_holds_everything_that_would_be_lost() -> None:
    machine = _cut(old=True)
    machine.a_person_uses_it("mounts")
    machine.api = "healthy"
    told = str(outlook(INIT.id, machine._facts()).reason)
    for word in ("journal", "theirs", "mounted", "its API server answers"):
        assert word in told


def test_a_cluster_whose_etcd_is_elsewhere_may_be_in_use() -> None:
    machine = _cut(old=True)
    machine.remains = replace(machine.remains, objects=(), etcd_data=False)
    for machine.api in ("healthy", "expired"):
        assert not machine._plans_a_reset(machine.remains.ca)
    machine.api = "broken"
    assert machine._plans_a_reset(machine.remains.ca)


@pytest.mark.parametrize(("first", "second"), [(INIT, JOIN), (JOIN, INIT)])
def test_another_role_clears_what_the_first_kubeadm_left_and_leaves_no_trace_of_it(
    first: Step, second: Step
) -> None:
    machine = Machine()
    machine.boot(first, old=False)
    machine.it_ends(1, "bad")
    machine.api = "down"
    assert machine._plans_a_reset(step=second)
    at_once = machine._plans_a_reset(step=second, waited=False)
    assert at_once is (first is INIT), "of a worker the kubelet may be starting"
    machine.remains, machine.step = Remains(looked=True), second
    machine.our_kubeadm_begins()
    assert machine._past().unfinished == {second.id}
    machine.it_ends(0, "power")
    assert machine._past().unfinished == set()


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
    # Silent it may be complete or not: it is waited for, and only then a person's word counts.
    for machine.api in ("slow", "down"):
        assert machine._plans() == []
        assert machine._plans(ca, waited=False) == []
        assert machine._plans_a_reset(ca)
