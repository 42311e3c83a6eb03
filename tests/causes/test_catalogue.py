"""Each cause is told by a line that really occurs, and not by a similar one; what explains the others comes first."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.support.captures import capture
from tui_installer.model.cause import Evidence, KnownCause, Telltale, all_causes
from tui_installer.registry import causes

CASES = tomllib.loads(Path(__file__).with_name("cases.toml").read_text(encoding="utf-8"))


def told(**lines: str) -> list[str]:
    evidence = {name.replace("_", "-"): (line,) for name, line in lines.items()}
    return [cause.id for cause in all_causes(causes(), Evidence(evidence))]


@pytest.mark.parametrize("name", CASES)
def test_a_line_tells_it_and_a_similar_one_does_not(name: str) -> None:
    case = CASES[name]
    assert name in told(**{case["source"].replace("-", "_"): case["fires"]})
    assert name not in told(**{case["other"].replace("-", "_"): case["silent"]})


def test_ids_are_those_of_causes() -> None:
    assert set(CASES) <= {cause.id for cause in causes()}


def test_what_a_cause_explains_is_known() -> None:
    known = {cause.id for cause in causes()}
    for cause in causes():
        assert set(cause.explains) <= known, cause.id
        assert cause.id not in cause.explains


# Two or three faults at once, in the words of the logs: the one that explains the rest comes first.
TOGETHER = [
    ("swap_on", ("kubeadm_kubelet", "kubeadm_wait")),
    ("cri_disabled", ("pull_runtime",)),
    ("containerd_config_toml", ("containerd_socket",)),
    ("hosts_toml_broken", ("sandbox_image",)),
    ("disk_full", ("evicting",)),
    ("clock_wrong", ("certificate_expired",)),
    ("proxy_silent", ("sandbox_image",)),
    ("disk_error", ("file_system_read_only", "etcd_slow")),
    ("etcd_address", ("api_refused",)),
    ("out_of_memory", ("pod_crashes",)),
    ("ghost_image_name", ("sandbox_image",)),
    ("connection_table_full", ("api_timeout",)),
]
# The lines of causes whose cases are captures.
OTHERS = {
    "kubeadm_kubelet": ("kubeadm", "- The kubelet isn't running or healthy"),
    "kubeadm_wait": ("kubeadm", "couldn't initialize a Kubernetes cluster"),
    "pull_runtime": ("crictl", "unknown service runtime.v1alpha2.ImageService"),
    "pod_crashes": (
        "pod",
        "CrashLoopBackOff: back-off 10s restarting failed container=etcd pod=etcd-a_kube-system(1)",
    ),
}


@pytest.mark.parametrize(("first", "others"), TOGETHER, ids=[row[0] for row in TOGETHER])
def test_the_one_that_explains_comes_first(first: str, others: tuple[str, ...]) -> None:
    lines: dict[str, tuple[str, ...]] = {}
    for name in (*others, first):
        source, line = OTHERS.get(name) or (CASES[name]["source"], CASES[name]["fires"])
        lines[source] = (*lines.get(source, ()), line)
    found = all_causes(causes(), Evidence(lines))
    assert found[0].id == first
    assert set(others) <= {cause.id for cause in found}
    assert all(cause.explained_by for cause in found if cause.id in others)


def test_the_same_line_is_not_named_twice() -> None:
    """The sandbox's image cannot be fetched like any other; which one it is says more."""
    line = (
        'E1123 09:00:00 1 x.go:1] "x" err="failed to get sandbox image \\"a.b/pause:3.8\\": failed to pull image'
        ' \\"a.b/pause:3.8\\": failed to pull and unpack image "a.b/pause:3.8": dial tcp: lookup a.b: no such host"'
    )
    assert told(pod=line) == ["sandbox_image"]


def test_a_circle_of_explanations_loses_nothing() -> None:
    known = tuple(
        KnownCause(one.id, one.title, one.cure, one.tells, explains=(other,))
        for one, other in zip(causes()[:2], (causes()[1].id, causes()[0].id), strict=True)
    )
    evidence = Evidence(
        {
            tell.source: ("No space left on device File contains parsing errors: file:///x",)
            for cause in known
            for tell in cause.tells
            if isinstance(tell, Telltale)
        }
    )
    found = all_causes(known, evidence)
    assert len(found) == len([c for c in known if any(True for t in c.tells for _ in t(evidence))])


# What healthy nodes print.
HEALTHY = {
    "kubelet": ("kubelet-journal-json",),
    "containerd": ("containerd-journal-json",),
    "kubeadm": ("init-ok", "join-ok"),
}


@pytest.mark.parametrize("source", HEALTHY)
def test_a_healthy_tool_tells_no_cause(source: str) -> None:
    for name in HEALTHY[source]:
        lines = []
        for line in capture(name).splitlines():
            lines.append(str(json.loads(line)["MESSAGE"]) if line.startswith("{") else line)
        found = [cause.id for cause in all_causes(causes(), Evidence({source: tuple(lines)}))]
        # Before Calico there is no pod network, on a healthy node too.
        assert set(found) <= {"cni_not_there"}, name
