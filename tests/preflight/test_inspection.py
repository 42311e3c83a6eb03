"""Before anything is changed: the answers are completed, and what cannot be is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.looking import look, outcomes, remember
from tests.support.machine import MODULES, Fake, fake
from tui_installer import registry
from tui_installer.host import last_answers
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import AS_IT_IS, Answers, flat, from_flat
from tui_installer.model.answers_file import AnswersError, dump, parse
from tui_installer.model.change import RunCommand
from tui_installer.model.check import Verdict
from tui_installer.model.facts import (
    Containerd,
    Facts,
    HostName,
    Kernel,
    Kubernetes,
    Manifest,
    Network,
    NodeState,
    Past,
    Proved,
    Swap,
    System,
    Taint,
    Workloads,
)
from tui_installer.model.outcome import Outcome
from tui_installer.preflight import completion
from tui_installer.session import Session

CP = Taint("node-role.kubernetes.io/control-plane", "NoSchedule")
MEMBER = Kubernetes(kubelet_conf=True, admin_conf=True)
TAINTED = Workloads(True, (NodeState("master01", ready=True, control_plane=True, taints=(CP,)),))


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def test_a_fresh_machine(machine: Fake) -> None:
    found = look()
    assert found.failed == []
    assert not found.converged
    assert found.last is None
    assert [step.step.id for step in found.plan.steps][-3:] == ["kubeadm_init", "calico", "proof"]
    assert outcomes(found)["modules"] is Outcome.PLANNED


def test_what_was_left_out_takes_the_best_of_this_machine(machine: Fake) -> None:
    answers = look().answers
    assert answers.node.hostname == "master01"
    assert answers.node.interface == "ens33"
    assert answers.cluster.proxy_mode == "ipvs"
    assert answers.mirrors.centos == "aliyun"
    assert answers.mirrors.docker_io


def test_what_was_given_is_taken(machine: Fake) -> None:
    answers = look("hostname = 'cp-1'\ninterface = 'ens34'\n[mirrors]\ncentos = 'tuna'\n").answers
    assert (answers.node.hostname, answers.node.interface) == ("cp-1", "ens34")
    assert answers.mirrors.centos == "tuna"


def test_a_mirror_that_does_not_answer_is_passed_over(machine: Fake) -> None:
    machine.silent = {("centos", "aliyun"), ("images", "aliyun")}
    answers = look().answers
    assert answers.mirrors.centos == "tuna"
    assert answers.mirrors.images == "hangzhou"


def test_a_need_that_no_mirror_meets(machine: Fake) -> None:
    machine.silent = {("kubernetes", name) for name in ("aliyun", "tuna", "ustc")}
    found = look()
    assert [row.check.id for row in found.failed] == ["package_mirrors"]


def test_mirrors_are_asked_for_docker_where_it_is_wanted(machine: Fake) -> None:
    look()
    look("[options]\ndocker = true\n")
    assert [dict(release.docker) for release in machine.releases] == [
        {},
        {
            "docker-ce": "20.10.24",
            "docker-ce-cli": "20.10.24",
            "docker-ce-rootless-extras": "20.10.24",
        },
    ]


def test_docker_comes_on_the_way_to_the_images_and_nothing_waits_for_it(machine: Fake) -> None:
    steps = [row.step for row in look("[options]\ndocker = true\n").plan.steps]
    ids = [step.id for step in steps]
    assert ids[ids.index("docker") - 1 : ids.index("docker") + 2] == [
        "image_mirrors",
        "docker",
        "images",
    ]
    assert "docker" not in [row.step.id for row in look().plan.steps]
    assert {s.id for s in steps if any("docker" in name for name in s.after)} <= {"proof"}


def test_answers_of_an_earlier_version_of_this_program(machine: Fake) -> None:
    """They lack what came later: that takes its default."""
    found = parse(b"[node]\nrole = 'worker'\n[options]\ntime_sync = false\n")
    options = from_flat(found.values).options
    assert (options.time_sync, options.lock_versions, options.ntp_server) == (False, True, "")


def test_no_mirror_of_docker_io_is_a_choice(machine: Fake) -> None:
    answers = look("[mirrors]\ndocker_io = []\n").answers
    assert answers.mirrors.docker_io == ()


def test_a_kernel_without_ip_vs(machine: Fake) -> None:
    machine.set(Kernel(available=MODULES - {"ip_vs"}))
    assert look().answers.cluster.proxy_mode == "iptables"
    with pytest.raises(completion.Refused):
        look("[cluster]\nproxy_mode = 'ipvs'\n")


@pytest.mark.parametrize(
    ("gone", "mode"),
    [
        (set(), "ipip"),
        ({"ipip"}, "vxlan"),
        ({"vxlan"}, "ipip"),
        ({"ipip", "vxlan"}, "bgp"),
    ],
)
def test_calicos_mode_is_one_that_this_kernel_can(machine: Fake, gone: set[str], mode: str) -> None:
    machine.set(Kernel(available=MODULES - gone))
    assert look().answers.cluster.calico_mode == mode


@pytest.mark.parametrize(
    ("asked", "gone", "module", "other"),
    [
        ("ipip", {"ipip"}, "ipip", "vxlan"),
        ("ipip-cross-subnet", {"ipip"}, "ipip", "vxlan"),
        ("vxlan", {"vxlan"}, "vxlan", "ipip"),
        ("vxlan", {"ipip", "vxlan"}, "vxlan", "bgp"),
    ],
)
def test_a_mode_of_calico_that_this_kernel_cannot(
    machine: Fake, asked: str, gone: set[str], module: str, other: str
) -> None:
    rest = f"[cluster]\ncalico_mode = '{asked}'\n"
    assert look(rest).answers.cluster.calico_mode == asked
    machine.set(Kernel(available=MODULES - gone))
    with pytest.raises(completion.Refused) as error:
        look(rest)
    assert error.value.text.params == {"mode": asked, "module": module, "other": other}
    none = look(f"{rest}network = 'none'\n")
    assert none.answers.cluster.calico_mode == asked, "nothing of Calico is installed"


def test_without_a_pod_network_nothing_of_calico_is_looked_at(machine: Fake) -> None:
    machine.set(Kernel(available=MODULES, bpf=False), Manifest())
    assert {row.check.id for row in look().failed} == {"bpf", "calico_manifest"}
    found = look("[cluster]\nnetwork = 'none'\n")
    assert found.failed == []
    assert {step.step.id for step in found.plan.steps}.isdisjoint({"calico", "proof"})
    assert set(outcomes(found)).isdisjoint({"bpf", "calico_manifest", "docker_io"})


def test_the_proof_is_made_after_whatever_is_changed(machine: Fake) -> None:
    """By its own facts alone it would hold still, for the changes are yet to come."""
    machine.set(Proved(at=1795428000.0, rows=(), over=True))
    found = look()
    assert [change.why.template for change in found.plan.changes_of("proof")] == [
        "prove the node: its pods, its name server, traffic to Services and between nodes"
    ]


@pytest.mark.parametrize(
    ("rest", "key", "line"),
    [
        ("interface = 'eth9'\n", "node.interface", 3),
        ("[cluster]\nkubernetes = '1.26.3'\n", "cluster.kubernetes", 4),
        ("[mirrors]\ncentos = 'nosuch'\n", "mirrors.centos", 4),
    ],
)
def test_a_value_that_only_this_machine_can_tell_to_be_wrong(
    machine: Fake, rest: str, key: str, line: int
) -> None:
    with pytest.raises(AnswersError) as error:
        look(rest)
    assert [(m.key, m.line) for m in error.value.mistakes] == [(key, line)]


@pytest.mark.parametrize(
    "system",
    [
        System(root=False),
        System(os_id="debian", release=""),
        System(arch="i686"),
        System(release="CentOS Linux release 8.5.2111"),
    ],
)
def test_a_machine_that_can_be_no_node_is_refused_before_anything_is_asked(
    machine: Fake, system: System
) -> None:
    machine.set(system)
    with pytest.raises(completion.Refused) as error:
        look()
    assert str(error.value.text)
    assert machine.asked == []


def test_a_fail_that_a_step_puts_right_is_planned(machine: Fake) -> None:
    machine.set(Swap(("/dev/dm-1",)))
    found = look()
    assert outcomes(found)["swap"] is Outcome.PLANNED
    assert found.failed == []


def test_an_accepted_fail_is_a_warning_and_kubeadm_is_told(machine: Fake) -> None:
    machine.set(System(memory=1 << 30))
    assert [row.check.id for row in look().failed] == ["memory"]
    found = look(accept=("memory",))
    assert found.failed == []
    assert outcomes(found)["memory"] is Outcome.WARN
    config = next(f for f in found.plan.files if f.path.endswith("kubeadm-config.yaml"))
    assert isinstance(config.content, str)
    assert "ignorePreflightErrors:\n  - Mem\n" in config.content


def test_the_worst_is_told_first(machine: Fake) -> None:
    machine.set(System(memory=1 << 30), HostName("old", "old"))
    found = [row.verdict.outcome for row in look("hostname = 'master01'\n").judged]
    order = [Outcome.FAIL, Outcome.UNKNOWN, Outcome.WARN, Outcome.PLANNED, Outcome.OK]
    assert found == sorted(found, key=order.index)


def test_a_check_that_breaks_is_unknown(machine: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    check = registry.check("memory")

    def broken(_answers: Answers, _facts: Facts) -> Verdict:
        raise ZeroDivisionError("a mistake")

    checks = [replace(c, judge=broken) if c is check else c for c in registry.checks()]
    monkeypatch.setattr(registry, "checks", lambda: tuple(checks))
    found = look()
    assert outcomes(found)["memory"] is Outcome.UNKNOWN


def test_the_last_answers_stand_where_nothing_else_is_given(machine: Fake) -> None:
    first = look("[cluster]\npod_subnet = '172.16.0.0/16'\n[mirrors]\ncentos = 'ustc'\n").answers
    remember(first)
    assert look().answers == first
    assert look("[cluster]\npod_subnet = '172.20.0.0/16'\n").answers.cluster.pod_subnet == (
        "172.20.0.0/16"
    )


def test_a_broken_file_where_there_was_no_run_is_none_and_named(machine: Fake) -> None:
    at(places.ANSWERS).write_text("{ not TOML")
    assert last_answers.last().answers is None
    found = look()
    assert found.last is None
    assert [str(text).partition(": ")[0] for text in found.notices] == [
        f"{at(places.ANSWERS)} cannot be used"
    ]


def test_a_worker_has_other_steps_and_checks(machine: Fake) -> None:
    found = look(role="worker")
    steps = {planned.step.id for planned in found.plan.steps}
    assert "kubeadm_join" in steps
    assert "kubeadm_init" not in steps
    assert "join" in outcomes(found)
    assert "subnets" not in outcomes(found)


def test_what_kubeadm_fixed_is_not_changed(machine: Fake) -> None:
    first = look().answers
    remember(first)
    now = replace(first, cluster=replace(first.cluster, pod_subnet="172.16.0.0/16"))
    made = look().facts.having(Past(made=frozenset({"kubeadm_init"})))
    assert completion.fixed_differences(now, made, first) == ["cluster.pod_subnet"]
    assert completion.fixed_differences(first, made, first) == []
    assert completion.fixed_differences(now, made.having(Past()), first) == []
    options = replace(first, options=replace(first.options, firewall="leave"))
    assert completion.fixed_differences(options, made, first) == [], "what can converge converges"


def test_every_topic_is_read_once(machine: Fake) -> None:
    facts = look().facts
    for topic in (System, HostName, Network, Kernel, Containerd, Kubernetes):
        assert topic in facts
    assert len(machine.looks) == 2
    assert machine.looks[1].answers is not None


def test_complete_answers_have_every_key(machine: Fake) -> None:
    assert set(flat(look().answers)) == set(flat(Answers()))
    assert look().answers == parse_back(look().answers)


PODS = "[cluster]\npods_on_control_plane = {}\n"


def test_ordinary_pods_stay_as_they_are_unless_they_are_asked_for(machine: Fake) -> None:
    """In the plan of a fresh machine: kubeadm taints it anyway, and only "true" is work."""
    ids = [row.step.id for row in look().plan.steps]
    assert "ordinary_pods" not in ids
    assert look().answers.cluster.pods_on_control_plane is None
    assert look(PODS.format("false")).plan.changes_of("ordinary_pods") == ()
    found = look(PODS.format("true"))
    assert [row.step.id for row in found.plan.steps][-2:] == ["ordinary_pods", "proof"]
    (change,) = found.plan.changes_of("ordinary_pods")
    assert isinstance(change, RunCommand)
    assert change.argv[-1] == "node-role.kubernetes.io/control-plane:NoSchedule-"


def test_left_out_after_a_run_that_had_it_they_stay_as_they_are(machine: Fake) -> None:
    at(places.ANSWERS).write_text(dump(look(PODS.format("true")).answers))
    machine.set(TAINTED)
    assert look().answers.cluster.pods_on_control_plane is None
    assert look(PODS.format("true")).plan.changes_of("ordinary_pods")
    # The screens ask again with what the last run had; another role has no such answer.
    session = Session({})
    session.seen(session.survey())
    assert session.draft.value(AS_IT_IS) is True
    session.set("node.role", "worker")
    assert session.draft.value(AS_IT_IS) is None


@pytest.mark.parametrize(
    ("workloads", "member", "why"),
    [
        (Workloads(), True, "there is no kubeconfig here"),
        (Workloads(True, (NodeState("other"),)), True, "the cluster has no node master01"),
        (Workloads(True, (NodeState("master01"),)), True, "the taints of master01"),
    ],
)
def test_taints_that_are_not_known_are_not_changed(
    machine: Fake, workloads: Workloads, member: bool, why: str
) -> None:
    machine.set(workloads, replace(MEMBER, kubelet_conf=member))
    (step,) = (s for s in look(PODS.format("true")).plan.steps if s.step.id == "ordinary_pods")
    assert step.changes == ()
    assert why in str(step.unknown)


def parse_back(answers: Answers) -> Answers:
    at(places.ANSWERS).write_text(dump(answers))
    last = last_answers.last().answers
    assert last is not None
    at(places.ANSWERS).unlink()
    return last
