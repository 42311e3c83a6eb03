"""The readers of what the cluster tells: nodes, pods, Calico, BIRD, and what they say of trouble."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.captures import capture
from tests.support.recorded import ADMIN, Recorded, ask, said
from tui_installer.causes.pods import CAUSES, POD
from tui_installer.host import evidence, kubectl
from tui_installer.host.facts import (
    workloads,
)
from tui_installer.host.shell import Output
from tui_installer.model.cause import Evidence, all_causes
from tui_installer.model.facts import (
    NotRead,
    Pod,
    Workloads,
)
from tui_installer.render.proof import NAMESPACE

NODES = json.loads(capture("kubectl-nodes-json"))
PODS = json.loads(capture("kubectl-pods-json"))


# --- nodes and pods -------------------------------------------------------------------------------


def test_a_fresh_cluster_as_kubectl_prints_it() -> None:
    found = workloads.parse(NODES["items"], PODS["items"])
    assert found.answers
    (node,) = found.nodes
    assert (node.name, node.kubelet, node.control_plane) == ("fa1", "1.25.0", True)
    assert not node.ready
    assert "cni plugin not initialized" in node.message
    assert not node.schedulable, "ordinary pods may not be placed on a control plane"
    assert node.taints is not None
    assert [taint.text for taint in node.taints if taint.of_kubeadm] == [
        "node-role.kubernetes.io/control-plane:NoSchedule"
    ]
    apps = {pod.app: pod for pod in found.pods}
    assert set(apps) == {"kube-dns", "kube-proxy"}
    assert (apps["kube-proxy"].state, apps["kube-proxy"].good) == ("Running", True)
    assert apps["kube-proxy"].host_network
    assert apps["kube-proxy"].generation == "1"
    assert (apps["kube-dns"].state, apps["kube-dns"].good) == ("CrashLoopBackOff", False)
    assert (apps["kube-dns"].ip, apps["kube-dns"].restarts) == ("10.244.0.3", 11)
    assert not apps["kube-dns"].host_network


def pod_row(**status: Any) -> dict[str, Any]:
    meta = {"name": "p", "namespace": "kube-system", "uid": "u", "labels": {"k8s-app": "a"}}
    spec = {"nodeName": "fa1", "containers": [{"name": "c"}]}
    return {"kind": "Pod", "metadata": meta, "spec": spec, "status": status}


def container(ready: bool = False, **state: Any) -> dict[str, Any]:
    return {"name": "c", "ready": ready, "state": state, "restartCount": 2}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ({"phase": "Running", "containerStatuses": [container(True, running={})]}, "Running"),
        ({"phase": "Succeeded"}, "Completed"),
        ({"phase": "Failed", "reason": "Evicted"}, "Evicted"),
        ({}, "Unknown"),
        (
            {"containerStatuses": [container(waiting={"reason": "CrashLoopBackOff"})]},
            "CrashLoopBackOff",
        ),
        ({"containerStatuses": [container(terminated={"reason": "Error"})]}, "Error"),
        (
            {"initContainerStatuses": [container(waiting={"reason": "ImagePullBackOff"})]},
            "Init:ImagePullBackOff",
        ),
        (
            {
                "initContainerStatuses": [
                    container(terminated={"exitCode": 0, "reason": "Completed"}),
                    container(waiting={"reason": "PodInitializing"}),
                ],
                "containerStatuses": [container(waiting={"reason": "PodInitializing"})],
            },
            "Init:1/2",
        ),
    ],
)
def test_the_word_that_kubectl_shows(status: dict[str, Any], state: str) -> None:
    assert workloads.pod(pod_row(**status)).state == state


def test_a_pod_that_goes() -> None:
    row = pod_row(phase="Running")
    row["metadata"]["deletionTimestamp"] = "2026-11-23T08:43:09Z"
    assert workloads.pod(row).state == "Terminating"


def test_nobody_answers() -> None:
    assert workloads.read(Recorded()) == Workloads(), "no cluster, nobody to ask"
    for silent in (Output(0, "no JSON"), Output(1, "", "refused"), Output(1, "", "(Forbidden)")):
        with pytest.raises(NotRead):
            workloads.read(Recorded(files=ADMIN, says={ask(): silent}))


def test_only_what_is_judged_is_asked_for() -> None:
    left = {"metadata": {"name": "asker", "namespace": NAMESPACE}}
    says = {
        f"{raw()}/nodes?limit=500": said(NODES),
        f"{raw()}/namespaces/kube-system/pods?limit=500": said({"items": []}),
        f"{raw()}/namespaces/{NAMESPACE}/pods?limit=500": said({"items": [left]}),
    }
    found = workloads.read(Recorded(files=ADMIN, says=says))
    assert [node.name for node in found.nodes] == ["fa1"]
    assert [pod.name for pod in found.pods] == ["asker"]
    assert found.pods[0].evidence == (), "why it is not ready is of no interest"


def test_a_long_list_comes_in_parts() -> None:
    """One reply has a limit of its own; the last part names none that follows."""
    names = [f"n{number}" for number in range(3)]
    parts = {"": "a/b=", "&continue=a/b%3D": "c", "&continue=c": ""}
    says = {
        f"{raw()}/nodes?limit=500{asked}": said(
            {"metadata": {"continue": more}, "items": [{"metadata": {"name": name}}]}
        )
        for name, (asked, more) in reversed([*zip(names, parts.items(), strict=True)])
    }
    look = Recorded(files=ADMIN, says=says)
    rows = kubectl.listed(look, workloads.NODES)
    assert [row["metadata"]["name"] for row in rows] == names
    says[f"{raw()}/nodes?limit=500&continue=c"] = Output(1, "", "Error (Expired): too old")
    with pytest.raises(NotRead, match="too old"):
        kubectl.listed(look, workloads.NODES)


def raw(config: str = kubectl.ADMIN) -> str:
    return f"{ask(config)} get --raw /api/v1"


def test_a_worker_asks_as_its_kubelet() -> None:
    kubelet = raw(kubectl.KUBELET)
    says = {f"{kubelet}/nodes": said(NODES), f"{kubelet}/namespaces/kube-system/pods": said(PODS)}
    look = Recorded(files={kubectl.KUBELET: "x"}, says=says)
    assert [node.name for node in workloads.read(look).nodes] == ["fa1"]
    copied = Recorded(files={kubectl.KUBELET: "x", **ADMIN}, says=says)
    assert [node.name for node in workloads.read(copied).nodes] == ["fa1"], "that may be stale"
    here = {kubectl.KUBELET: "x", kubectl.API_SERVER: "x", **ADMIN}
    assert kubectl.kubeconfig(Recorded(files=here)) == kubectl.ADMIN


# --- why a pod is not ready -----------------------------------------------------------------------

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def event(seconds_ago: int, message: str, name: str = "p") -> dict[str, Any]:
    at = (NOW - timedelta(seconds=seconds_ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = {"namespace": "kube-system", "name": name}
    return {"involvedObject": about, "lastTimestamp": at, "reason": "Failed", "message": message}


def test_events_are_those_of_the_pod_and_of_now() -> None:
    rows = [
        event(5, "newest"),
        event(50, "older"),
        event(900, "over"),
        event(5, "another pod's", "q"),
        {"involvedObject": {"namespace": "kube-system", "name": "p"}, "message": "no time"},
    ]
    found = evidence.happened(rows, Pod("kube-system", "p"), NOW)
    assert found == ["Failed: older", "Failed: newest"]


def test_states_and_placing_tell() -> None:
    waiting = {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "docker.io/a/b:1"'}
    row = pod_row(
        initContainerStatuses=[container(waiting=waiting)],
        conditions=[{"type": "PodScheduled", "reason": "Unschedulable", "message": "0/1 nodes"}],
    )
    assert evidence.states(row) == [
        'ImagePullBackOff: Back-off pulling image "docker.io/a/b:1"',
        "Unschedulable: 0/1 nodes",
    ]
    lines = [line for row in PODS["items"] for line in evidence.states(row)]
    assert len(lines) == 2, "those that run have nothing to tell"
    assert all(line.startswith("CrashLoopBackOff: back-off 5m0s") for line in lines)


def test_a_log_of_the_node_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest log; an empty one says nothing, the one before it tells why there was a restart."""
    monkeypatch.setattr(evidence, "LOGS", tmp_path)
    folder = tmp_path / "kube-system_p_u" / "c"
    folder.mkdir(parents=True)
    head = "2026-11-23T10:00:00.1+08:00 stdout F "
    (folder / "0.log").write_text(f"{head}plugin/forward: no nameservers found\n")
    row = pod_row(containerStatuses=[{**container(waiting={}), "containerID": "containerd://1"}])
    look = Recorded(files=ADMIN)
    found = evidence.added(look, workloads.parse([], [row]), [row])
    assert found.pods[0].evidence == ("plugin/forward: no nameservers found",)
    (folder / "1.log").write_text("")
    found = evidence.added(look, workloads.parse([], [row]), [row])
    assert found.pods[0].evidence == ("plugin/forward: no nameservers found",)


def test_a_log_of_another_node_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LOGS", tmp_path)
    row = pod_row(containerStatuses=[{**container(waiting={}), "containerID": "containerd://1"}])
    head = f"kubectl --kubeconfig={kubectl.ADMIN} logs -n kube-system p -c c"
    look = Recorded(files=ADMIN, says={head: Output(0, "from afar\n", "")})
    found = evidence.added(look, workloads.parse([], [row]), [row])
    assert found.pods[0].evidence == ("from afar",)


def test_evidence_leads_to_a_cause() -> None:
    row = pod_row(
        containerStatuses=[
            container(
                waiting={"reason": "x", "message": 'Back-off pulling image "docker.io/a/b:1"'}
            )
        ]
    )
    told = all_causes(CAUSES, Evidence({POD: tuple(evidence.states(row))}))
    assert [cause.id for cause in told] == ["image_backoff"]
