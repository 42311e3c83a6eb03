"""What a run makes of this machine: true for a fresh one, a half-made one, a finished one, and where nobody knows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tui_installer.cli import lines as printed
from tui_installer.model.answers import Answers
from tui_installer.model.change import RunCommand
from tui_installer.model.facts import Kubernetes, Past, Services, Swap, Unit
from tui_installer.model.join import parse_join
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.text import T
from tui_installer.preflight import inspection
from tui_installer.preflight.draft import Draft
from tui_installer.preflight.inspection import Preflight
from tui_installer.runs.summary import summary
from tui_installer.session import Session
from tui_installer.steps.kubeadm_init import clear
from tui_installer.text import measure
from tui_installer.text.language import Language
from tui_installer.ui.screens.review_panes import SummaryRow

JOIN = parse_join(
    "kubeadm join 192.168.40.180:6443 --token 6hhzv0.0123456789abcdef "
    f"--discovery-token-ca-cert-hash sha256:{'c4' * 32}"
)
LANGUAGES = [Language("en"), Language("zh")]
JOINED = Kubernetes(kubelet_conf=True, client_certificate=True)
WHOLE = replace(JOINED, admin_conf=True, manifests=("etcd", "apiserver", "scheduler", "manager"))
# Cells and rows beside the list of Review on the smallest screen.
CELLS, ROWS = 52, 15


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def look(session: Session | None = None) -> Preflight:
    return inspection.look((session or Session({})).asked)


def worker(*, join: bool) -> Session:
    session = Session({}, Draft(join=JOIN if join else None))
    session.set("node.role", "worker")
    return session


def told(found: Preflight) -> dict[str, str]:
    return {str(row.label): "; ".join(map(str, row.lines)) for row in summary(found)}


def with_steps(found: Preflight, make: Callable[[PlannedStep], PlannedStep]) -> Preflight:
    return replace(found, plan=Plan(tuple(map(make, found.plan.steps))))


def converged(found: Preflight) -> Preflight:
    """As after a run of these answers."""
    done = with_steps(found, lambda p: PlannedStep(p.step, ()))
    made = replace(found.facts[Past], made=frozenset({"kubeadm_init"}))
    return replace(done, last=found.answers, facts=found.facts.having(made, WHOLE))


def half_made(found: Preflight) -> Preflight:
    """All is there up to a kubeadm init that was cut off."""
    late = ("kubeadm_init", "calico", "proof")

    def make(planned: PlannedStep) -> PlannedStep:
        changes = planned.changes if planned.step.id in late else ()
        if planned.step.id == late[0]:
            changes = (clear(T("clear what the interrupted kubeadm init left")), *changes)
        return PlannedStep(planned.step, changes)

    return replace(with_steps(found, make), last=found.answers)


def silent(found: Preflight) -> Preflight:
    """Nobody says what is there."""
    why = T("the API server does not answer")
    return with_steps(found, lambda p: PlannedStep(p.step, (), why))


def test_a_fresh_control_plane(machine: Fake) -> None:
    running = Unit(load="loaded", active="active", enabled="enabled")
    machine.set(Swap(("/dev/sda2",)), Services({"firewalld.service": running}))
    said = told(look())
    assert said["Role"] == "first control plane of a new cluster"
    assert said["Name"] == "master01"
    assert said["Address"] == "192.168.40.180/24 on ens33, as it is"
    assert said["Version"] == "Kubernetes 1.25.0, containerd 1.6.6"
    assert said["Networks"].startswith(
        "pods 10.244.0.0/16, Services 10.96.0.0/12; Calico over IPIP"
    )
    assert said["Pods"] == "wait until a worker has joined"
    assert said["Disabled"] == "swap, firewalld"
    assert said["Download"] == "about 417 MB images, up to 98 MB packages"
    assert said["Takes"] == "about 4 min at 4 MB/s"
    assert "only in a new cluster" in said["Permanent"]
    assert "mirrors.aliyun.com; images: registry.aliyuncs.com" in said["Sources"]
    assert not {"Changed", "Done", "Unknown"} & set(said)


def test_a_worker_with_its_command_and_without(machine: Fake) -> None:
    said = told(look(worker(join=True)))
    assert said["Role"] == "worker of the cluster at 192.168.40.180:6443"
    assert said["Networks"] == "those of the cluster that it joins"
    assert "0123456789abcdef" not in str(said)
    assert said["Role"] != told(look(worker(join=False)))["Role"]


def test_what_was_typed_is_what_it_says(machine: Fake) -> None:
    session = Session({})
    for key, value in (
        ("node.hostname", "api7"),
        ("node.address", "192.168.40.99/24"),
        ("cluster.network", "none"),
        ("options.base_packages", True),
        ("options.docker", True),
        ("cluster.pods_on_control_plane", True),
    ):
        session.set(key, value)
    said = told(look(session))
    assert said["Name"] == "api7, now master01"
    assert said["Pods"] == "run on this server too"
    assert said["Address"] == "192.168.40.99/24 on ens33, fixed; now 192.168.40.180/24"
    assert "pods wait until you install one" in said["Networks"]
    assert "docker.io" not in said["Sources"]
    assert said["Version"].endswith("; docker-ce 20.10.24")
    assert said["Download"].endswith("MB packages; the further packages: size unknown")


def test_a_node_that_is_half_made_is_resumed(machine: Fake) -> None:
    found = half_made(look())
    said = told(found)
    assert said["Permanent"].startswith("deleted: what a broken installation left")
    assert said["Changed"] == "no answer: all as in the last run"
    assert said["Done"] == f"{len(found.plan.steps) - 3} of 15 steps have nothing left to do"
    assert (said["Download"], said["Disabled"]) == ("nothing", "nothing")
    assert said["Takes"].endswith(" min"), "no line is waited for"
    assert "Sources" not in said


def test_a_finished_node_and_one_changed_answer(machine: Fake) -> None:
    found = converged(look())
    said = told(found)
    assert said["Role"] == "first control plane, as it is already"
    assert (said["Download"], said["Permanent"]) == ("nothing", "nothing")
    assert said["Takes"].startswith("less than a minute")
    other = replace(found.answers.options, firewall="open-ports")
    changed = told(replace(found, answers=replace(found.answers, options=other)))
    assert changed["Changed"] == "firewalld: open-ports instead of off"


def test_a_node_that_somebody_else_has_made(machine: Fake) -> None:
    """kubeadm has nothing left to do there, and no run of ours is on record."""

    def by_hand(found: Preflight, cluster: Kubernetes) -> Preflight:
        idle = with_steps(found, lambda p: PlannedStep(p.step, ()))
        return replace(idle, facts=found.facts.having(cluster))

    fresh, joining = look(), look(worker(join=False))
    master = by_hand(fresh, WHOLE)
    assert told(master)["Role"] == "first control plane, as it is already"
    assert told(by_hand(joining, JOINED))["Role"] == "worker, as it is already"
    assert told(by_hand(fresh, JOINED))["Role"].endswith("stays; it is not a whole control plane")
    assert told(by_hand(joining, WHOLE))["Role"].endswith("stays; it is not a worker")
    assert "Pods" not in told(master)
    apart = replace(master.answers.cluster, pods_on_control_plane=False)
    apart_too = replace(master, answers=replace(master.answers, cluster=apart))
    assert told(apart_too)["Pods"] == "only on workers"


def test_a_control_plane_that_was_begun_is_completed(machine: Fake) -> None:
    """By the late phases of kubeadm init, one of which taints the node."""
    late = RunCommand(("kubeadm", "init", "phase", "mark-control-plane"), T("finish it"))

    def finishing(planned: PlannedStep) -> PlannedStep:
        return PlannedStep(planned.step, (late,) if planned.step.id == "kubeadm_init" else ())

    found = with_steps(look(), finishing)
    said = told(replace(found, facts=found.facts.having(WHOLE)))
    assert said["Role"] == "first control plane, begun already: this run completes it"
    assert said["Pods"] == "wait until a worker has joined"
    assert "only in a new cluster" in said["Permanent"]


def test_changed_answers_are_named_as_the_pages_name_them(machine: Fake) -> None:
    found = converged(look())
    now = found.answers
    cluster = replace(now.cluster, pods_on_control_plane=True, kubernetes="1.25.4")
    mirrors = replace(now.mirrors, kubernetes="tuna")
    options = replace(now.options, nfs_client=not now.options.nfs_client)
    other = replace(now, cluster=cluster, mirrors=mirrors, options=options)
    said = told(replace(found, answers=other))["Changed"].split("; ")
    assert "Ordinary pods: also here instead of as it is" in said
    assert "Kubernetes version: 1.25.4 instead of 1.25.0" in said
    assert f"Kubernetes packages: tuna instead of {now.mirrors.kubernetes}" in said
    words = {True: "yes", False: "no"}
    was = now.options.nfs_client
    assert f"NFS volumes: {words[not was]} instead of {words[was]}" in said


def test_what_nobody_knows_is_unknown(machine: Fake) -> None:
    said = told(silent(look()))
    assert said["Role"].endswith("whether it is one already is unknown")
    assert (said["Download"], said["Takes"], said["Permanent"]) == ("unknown",) * 3
    assert "Firewall: unknown" in said["Disabled"]
    assert "Control plane does: the API server does not answer" in said["Unknown"]


@pytest.mark.parametrize("say", LANGUAGES, ids=["en", "zh"])
def test_every_line_fits(machine: Fake, capsys: pytest.CaptureFixture[str], say: Language) -> None:
    fresh = look()
    long = replace(Answers().node, hostname="x" * 63, interface="ens33")
    kinds = fresh, half_made(fresh), converged(fresh), silent(fresh), look(worker(join=True))
    for found in (*kinds, replace(fresh, answers=replace(fresh.answers, node=long))):
        rows = SummaryRow(tuple(summary(found))).rows(say, CELLS)
        assert all(sum(measure.width(text) for text, _ in row) <= CELLS for row in rows)
        printed.summary(found, say)
        lines = capsys.readouterr().out.splitlines()
        assert max(map(measure.width, lines)) <= printed.COLUMNS
        assert lines[-1] == ""
    first = tuple(row for row in summary(fresh) if str(row.label) != "Sources")
    assert len(SummaryRow(first).rows(say, CELLS)) < ROWS, "all that weighs is seen at once"


def test_the_plan_begins_with_it(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    found = look()
    printed.summary(found, LANGUAGES[0])
    assert capsys.readouterr().out.startswith("Role       first control plane of a new cluster\n")
