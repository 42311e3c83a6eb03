"""The diagnosis: which lines are evidence, which errors remain, and that no secret is among them."""

from __future__ import annotations

import importlib
import inspect
import re
from typing import Any

import pytest

from tui_installer import registry
from tui_installer.host import gather
from tui_installer.model import facts as topics
from tui_installer.model.cause import Evidence, KnownCause, Telltale, all_causes, by_words
from tui_installer.model.diagnosis import LONGEST, OF_SOURCE, diagnose, evidence, last_errors
from tui_installer.model.facts import (
    Cri,
    CriCondition,
    Facts,
    Kubernetes,
    Logs,
    Pod,
    System,
    Unread,
    Workloads,
)
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import T, verbatim
from tui_installer.node import diagnosis

ERROR = "E1201 00:15:19.071415    1403 pod.go:1] {}"


def facts_of(*values: Any, **lines: tuple[str, ...]) -> Facts:
    """Returns the facts of a node about which only these things are known."""
    base = (System(), Kubernetes(), Workloads(), Cri(), Logs(lines))
    return Facts({type(value): value for value in base}).having(*values)


def cause(id: str, source: str, pattern: str, **more: Any) -> KnownCause:
    return by_words(id, source, re.compile(pattern), T("title"), T("cure"), **more)


DOWN = KnownCause("down", T("title"), T("cure"), (Telltale("kubelet", re.compile("down")),))


# --- evidence -------------------------------------------------------------------------------------


def test_pods_that_are_good_are_no_evidence() -> None:
    pods = (
        Pod("kube-system", "dns", ready=1, evidence=("over",)),
        Pod("kube-system", "calico", evidence=("BackOff: now",)),
    )
    found = evidence(facts_of(Workloads(answers=True, pods=pods)))
    assert found.lines == {"pod": ("BackOff: now",)}


def test_the_kubelets_errors_tell_of_pods_that_the_api_server_does_not_tell_of() -> None:
    known = ERROR.format('"Error syncing pod" err="x" pod="kube-system/dns"')
    users = ERROR.format('"Error syncing pod" err="y" pod="default/shop"')
    lines = (known, users, 'I1201 00:15:19 1403 pod.go:1] "fine" pod="default/shop"')
    answers = evidence(facts_of(Workloads(answers=True), kubelet=lines))
    assert answers.lines["pod"] == (users,)
    silent = evidence(facts_of(kubelet=lines, coredns=("words",), kernel=("BUG",)))
    assert silent.lines["pod"] == (known, users, "words")


def test_what_the_kubelet_said_of_a_silence_that_is_over() -> None:
    lines = ("dial tcp 10.0.0.1:6443: connect: connection refused", "dial tcp 10.0.0.9:443: x")
    server = Kubernetes(server="10.0.0.1:6443")
    assert evidence(facts_of(server, kubelet=lines)).lines["kubelet"] == lines
    over = evidence(facts_of(server, Workloads(answers=True), kubelet=lines))
    assert over.lines["kubelet"] == lines[1:]


def test_the_runtimes_silence_is_evidence_for_root_alone() -> None:
    refused = Facts({Cri: Unread(verbatim("containerd"), "connect: permission denied")})
    assert evidence(facts_of().merged(refused)).lines["crictl"] == ("connect: permission denied",)
    assert "crictl" not in evidence(facts_of(System(root=False)).merged(refused)).lines


@pytest.mark.parametrize(
    "line",
    [
        "proxyconnect tcp: dial http://me:hunter2hunter2@proxy:3128: refused",
        "kubeadm join --token abcdef.hunter2hunter2hu",
        "Authorization: Bearer eyJhbGciOi.hunter2hunter2.c2ln",
    ],
)
def test_no_secret_is_shown(line: str) -> None:
    found = evidence(facts_of(containerd=(line,))).lines["containerd"][0]
    assert "hunter2" not in found
    assert "*" in found


# --- what remains ---------------------------------------------------------------------------------


def test_errors_that_no_cause_explains_are_listed_once_and_without_their_times() -> None:
    lines = (
        ERROR.format('"down"'),
        ERROR.format('"strange 1" uid="0a1b2c3d4e"'),
        ERROR.format('"strange 2" uid="1a1b2c3d4f"'),
        "I1201 00:15:19.071415    1403 pod.go:1] fine",
    )
    found = diagnose([DOWN], facts_of(kubelet=lines, containerd=('time="1" level=error msg="x"',)))
    assert [one.id for one in found.causes] == ["down"]
    assert found.unexplained == (
        'level=error msg="x"',
        'pod.go:1] "strange 2" uid="1a1b2c3d4f"',
    )


def test_errors_of_a_node_on_which_nothing_fails_are_not_listed() -> None:
    found = diagnose([DOWN], facts_of(kubelet=(ERROR.format("strange"),)))
    assert (found.causes, found.unexplained, found.failing) == ((), (), False)


def test_a_flood_of_errors_is_cut() -> None:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(100)]
    lines = (*(ERROR.format(word * LONGEST) for word in words), "down")
    found = diagnose([DOWN], facts_of(kubelet=lines)).unexplained
    assert len(found) == OF_SOURCE
    assert {len(line) for line in found} == {LONGEST}


LAST_WORDS = "Error: unknown flag: --no-such-flag"
OF_NO_USE = (
    "      --log-dir string   If non-empty, write log files in this directory",
    "2026-12-01 04:51:38.651 [INFO][1] main.go 309: Health check is not ready",
    "BackOff: Back-off restarting failed container",
    ERROR.format('"Error syncing pod" err="CrashLoopBackOff: back-off 10s" pod="shop/a"'),
    ERROR.format(
        'failed to ensure lease exists, error: Get "https://a:6443/b": context deadline exceeded'
    ),
    ERROR.format('"StopPodSandbox from runtime service failed" err="not found"'),
)


def test_the_last_words_of_what_has_ended_are_shown_and_not_what_follows_from_its_end() -> None:
    pods = (Pod("kube-system", "scheduler", evidence=(*OF_NO_USE[:3], LAST_WORDS)),)
    facts = facts_of(Workloads(answers=True, pods=pods), kubelet=(*OF_NO_USE[3:], "down"))
    assert diagnose([DOWN], facts).unexplained == (LAST_WORDS,)


def test_two_pods_with_the_same_trouble_are_one_line() -> None:
    lines = [ERROR.format(f'"Error syncing pod" err="strange" pod="shop/{pod}"') for pod in "ab"]
    found = diagnose([DOWN], facts_of(kubelet=(*lines, "down"), containerd=())).unexplained
    assert len(found) == 1


@pytest.mark.parametrize(
    ("one", "known"),
    [
        (cause("a", "kernel", "a"), True),
        (cause("a", "kernel", "a", general=True), False),
        (cause("a", "kernel", "a", severity=Outcome.WARN), True),
    ],
)
def test_a_state_that_others_bring_about_is_no_known_cause(one: KnownCause, known: bool) -> None:
    found = diagnose([one], facts_of(kernel=("a",)))
    assert found.known is known
    assert ("not known" in str(found.above_errors)) is not known


def test_what_follows_from_a_runtime_that_is_down_is_explained_by_it() -> None:
    down = KnownCause("containerd_down", T("t"), T("c"), DOWN.tells)
    line = ERROR.format("dial unix /run/containerd/containerd.sock: connect: no such file")
    assert diagnose([down], facts_of(kubelet=(line, "down"))).unexplained == ()
    assert diagnose([DOWN], facts_of(kubelet=(line, "down"))).unexplained != ()
    answers = Cri(conditions=(CriCondition("RuntimeReady", holds=True),))
    assert diagnose([DOWN], facts_of(answers, kubelet=(line, "down"))).unexplained == ()


# --- order ----------------------------------------------------------------------------------------


def test_a_warning_from_which_a_failure_follows_comes_before_other_warnings() -> None:
    known = (
        cause("a", "kernel", "a", severity=Outcome.WARN),
        cause("b", "kernel", "b", severity=Outcome.WARN, explains=("c",)),
        cause("c", "kernel", "c"),
    )
    found = diagnose(known, facts_of(kernel=("a b c",))).causes
    assert [(one.id, one.explained_by) for one in found] == [("b", ""), ("c", "b"), ("a", "")]


def test_a_failure_explains_before_a_warning_does() -> None:
    known = (
        cause("a", "kernel", "a", severity=Outcome.WARN, explains=("c",)),
        cause("b", "kernel", "b", explains=("c",)),
        cause("c", "kernel", "c"),
    )
    found = diagnose(known, facts_of(kernel=("a b", "c"))).causes
    assert [(one.id, one.explained_by) for one in found] == [("b", ""), ("c", "b"), ("a", "")]


def test_the_kubelets_first_words_about_the_network_are_over_once_there_is_one() -> None:
    line = 'networkReady="NetworkReady=false message: cni plugin not initialized"'
    ready = Cri(conditions=(CriCondition("NetworkReady", holds=True),))
    for runtime, ids in ((ready, []), (Cri(), ["cni_not_there"])):
        said = evidence(facts_of(runtime, kubelet=(line,)))
        assert [one.id for one in all_causes(registry.causes(), said)] == ids


# --- the topics -----------------------------------------------------------------------------------


def test_every_topic_that_a_cause_reads_is_read() -> None:
    """A topic that is missing tells nothing, and nobody would see why."""
    import tui_installer.causes

    used = {
        value
        for module in registry.modules(tui_installer.causes)
        for name, value in vars(importlib.import_module(module.__name__)).items()
        if inspect.isclass(value) and getattr(topics, name, None) is value
    }
    assert used & set(gather.readers()) <= set(diagnosis.TOPICS)
    assert len(used) > 5


# --- the last errors of the components ------------------------------------------------------------


def test_the_last_errors_are_whole_and_one_of_each_kind() -> None:
    long = ERROR.format("no image " + "x" * 3000)
    said = {"kubelet": (ERROR.format("old 1"), "I1201 fine", long, ERROR.format("old 2"))}
    assert last_errors(Evidence(said)) == {"kubelet": (long, ERROR.format("old 2"))}


def test_a_server_that_does_not_answer_is_said_only_where_nothing_else_is() -> None:
    silent = ERROR.format("dial tcp 10.0.0.1:6443: connect: connection refused")
    assert last_errors(Evidence({"kubelet": (silent,)})) == {"kubelet": (silent,)}
    told = ERROR.format("no image")
    assert last_errors(Evidence({"kubelet": (told, silent)})) == {"kubelet": (told,)}


def test_containers_come_before_the_units_and_the_kernel_not_at_all() -> None:
    said = {
        "kubelet": (ERROR.format("x"),),
        "kernel": ("Out of memory: Killed process 1",),
        "kube-scheduler": ("panic: no", "goroutine 1"),
        "etcd": ('{"level":"fatal","msg":"no"}', '{"level":"info"}'),
        "containerd": ('time="x" level=info msg="well"',),
    }
    assert list(last_errors(Evidence(said)).items()) == [
        ("kube-scheduler", ("panic: no",)),
        ("etcd", ('{"level":"fatal","msg":"no"}',)),
        ("kubelet", (ERROR.format("x"),)),
    ]
