"""The readers of what the cluster tells: nodes, pods, Calico, BIRD, and what they say of trouble."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.captures import capture
from tests.host.test_parsers import Recorded
from tui_installer.host import evidence, kubectl, local
from tui_installer.host.facts import (
    api_server,
    calico,
    certificates,
    manifest,
    peers,
    proved,
    proxy,
    workloads,
)
from tui_installer.host.shell import Output
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster
from tui_installer.model.facts import (
    ApiServer,
    Manifest,
    Peers,
    Pod,
    Pool,
    ProofRow,
    Proved,
    Proxy,
    Workloads,
)
from tui_installer.model.text import T
from tui_installer.symptoms.pods import POD, SYMPTOMS

ADMIN = {kubectl.ADMIN: "x"}
NODES = json.loads(capture("kubectl-nodes-json"))
PODS = json.loads(capture("kubectl-pods-json"))


def ask(config: str = kubectl.ADMIN) -> str:
    return f"kubectl --kubeconfig={config} --request-timeout=4s"


def said(value: Any) -> Output:
    return Output(0, json.dumps(value), "")


# --- nodes and pods -------------------------------------------------------------------------------


def test_a_fresh_cluster_as_kubectl_prints_it() -> None:
    found = workloads.parse({"items": [*NODES["items"], *PODS["items"]]})
    assert found.answers
    (node,) = found.nodes
    assert (node.name, node.kubelet, node.control_plane) == ("fa1", "1.25.0", True)
    assert not node.ready
    assert "cni plugin not initialized" in node.message
    assert not node.schedulable, "ordinary pods may not be placed on a control plane"
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
    assert workloads.read(Recorded(files=ADMIN)) == Workloads()
    broken = Recorded(files=ADMIN, says={ask(): Output(0, "no JSON", "")})
    assert workloads.read(broken) == Workloads()


def test_a_worker_asks_as_its_kubelet() -> None:
    says = {f"{ask(kubectl.KUBELET)} get nodes,pods": said(NODES)}
    look = Recorded(files={kubectl.KUBELET: "x"}, says=says)
    assert [node.name for node in workloads.read(look).nodes] == ["fa1"]


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
    found = evidence.added(look, workloads.parse({"items": [row]}), [row])
    assert found.pods[0].evidence == ("plugin/forward: no nameservers found",)
    (folder / "1.log").write_text("")
    found = evidence.added(look, workloads.parse({"items": [row]}), [row])
    assert found.pods[0].evidence == ("plugin/forward: no nameservers found",)


def test_a_log_of_another_node_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LOGS", tmp_path)
    row = pod_row(containerStatuses=[{**container(waiting={}), "containerID": "containerd://1"}])
    head = f"kubectl --kubeconfig={kubectl.ADMIN} --request-timeout=3s logs -n kube-system p -c c"
    look = Recorded(files=ADMIN, says={head: Output(0, "from afar\n", "")})
    found = evidence.added(look, workloads.parse({"items": [row]}), [row])
    assert found.pods[0].evidence == ("from afar",)


def test_evidence_leads_to_a_cause() -> None:
    row = pod_row(
        containerStatuses=[
            container(
                waiting={"reason": "x", "message": 'Back-off pulling image "docker.io/a/b:1"'}
            )
        ]
    )
    text = "\n".join(evidence.states(row))
    assert [s.id for s in SYMPTOMS if s.program == POD and s.shows.search(text)] == [
        "image_backoff"
    ]


# --- Calico ---------------------------------------------------------------------------------------


def named(kind: str, name: str, namespace: str = "kube-system") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}}


OBJECTS = {
    "items": [
        named("DaemonSet", "calico-node"),
        named("DaemonSet", "kube-proxy"),
        named("Deployment", "calico-kube-controllers"),
        named("Deployment", "coredns"),
    ]
}
POOLS = {
    "items": [
        {
            "metadata": {"name": "default-ipv4-ippool"},
            "spec": {"cidr": "10.244.0.0/16", "ipipMode": "CrossSubnet"},
        }
    ]
}


def test_calicos_objects_and_pools() -> None:
    config = named("ConfigMap", "calico-config")
    says = {
        f"{ask()} get daemonsets,deployments": said(OBJECTS),
        f"{ask()} get -n kube-system configmap/calico-config": said(config),
        f"{ask()} get ippools.crd.projectcalico.org": said(POOLS),
    }
    found = calico.read(Recorded(files=ADMIN, says=says))
    assert found.answers
    assert set(found.objects) == {
        "configmap/calico-config",
        "daemonset/calico-node",
        "deployment/calico-kube-controllers",
    }
    assert found.pools == (Pool("default-ipv4-ippool", "10.244.0.0/16", "CrossSubnet", "Never"),)
    assert found.others == ()


def test_another_network_beside_it() -> None:
    rows = {"items": [*OBJECTS["items"], named("DaemonSet", "kube-flannel-ds", "kube-flannel")]}
    assert calico.parse(rows, None).others == ("kube-flannel/kube-flannel-ds",)


def test_no_calico_yet_and_no_answer() -> None:
    empty = calico.read(Recorded(files=ADMIN, says={ask(): said({"items": []})}))
    assert (empty.answers, empty.objects, empty.pools) == (True, {}, ())
    assert not calico.read(Recorded(files=ADMIN)).answers
    assert not calico.read(Recorded(files={kubectl.KUBELET: "x"})).answers


PROTOCOLS = """0001 BIRD v0.3.3+birdv1.6.8 ready.
2002-name     proto    table    state  since       info
1002-static1  Static   master   up     09:14:02
 kernel1  Kernel   master   up     09:14:02
 device1  Device   master   up     09:14:02
 direct1  Direct   master   up     09:14:02
 Mesh_192_168_40_181 BGP      master   up     09:14:03    Established
 Mesh_192_168_40_182 BGP      master   start  09:14:03    Connect       Socket: Connection refused
 Node_10_9_9_9 BGP      master   start  09:14:03    Passive
0000
"""


def test_birds_sessions() -> None:
    found = peers.parse(PROTOCOLS)
    assert found.asked
    assert [(s.peer, s.up) for s in found.sessions] == [
        ("192.168.40.181", True),
        ("192.168.40.182", False),
        ("10.9.9.9", False),
    ]
    assert found.sessions[1].info == "Connect       Socket: Connection refused"


def test_bird_is_asked_over_its_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "bird.ctl"
    greeting, rest = PROTOCOLS.split("\n", 1)
    asked: list[bytes] = []

    def serve() -> None:
        line, _ = server.accept()
        with line:
            line.sendall(f"{greeting}\n".encode())
            asked.append(line.recv(100))
            # It comes in pieces.
            line.sendall(rest[:200].encode())
            line.sendall(rest[200:].encode())

    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        bird = threading.Thread(target=serve)
        bird.start()
        monkeypatch.setattr(peers, "SOCKET", str(path))
        found = peers.read(Recorded(files={str(path): ""}))
        bird.join()
    assert asked == [b"show protocols\n"]
    assert len(found.sessions) == 3
    assert peers.read(Recorded(files={str(path): ""})) == Peers(), "nobody listens any more"
    assert peers.read(Recorded()) == Peers()


# --- the manifest ---------------------------------------------------------------------------------


def test_where_the_manifest_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    version = Answers().cluster.kubernetes
    assert manifest.place(version, "").endswith("/calico/v3.24.5.yaml")
    assert manifest.place(version, "/root/calico.yaml") == "/root/calico.yaml"
    fetched = manifest.place(version, "https://mirror.example.com/calico.yaml")
    assert fetched == str(places.STATE / "calico-v3.24.5.yaml")


def test_the_manifest_is_read_with_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "calico.yaml"
    answers = Answers(cluster=Cluster(calico_manifest=str(path)))
    assert manifest.read(Recorded(answers)) == Manifest(place=str(path))
    path.write_text("kind: List\n")
    found = manifest.read(Recorded(answers))
    assert (found.text, found.place) == ("kind: List\n", str(path))
    assert found.digest == "bac33b4c6ac6e0a5745fec05e34589c0311e6b8da3abd1ab4b4f70205a8f1720"
    assert manifest.read(Recorded()) == Manifest()


# --- what a proof looks at ------------------------------------------------------------------------


def test_a_proof_on_record_is_read_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "proof.json"
    monkeypatch.setattr(places, "PROOF", path)
    row = ProofRow("dns", T("DNS"), "FAIL", T("no {x}", x="y"), T("why"), T("cure"), 1.5)
    told = Proved(1795428000.0, (row,), True)
    proved.write(told)
    assert path.stat().st_mode & 0o777 == 0o600
    assert proved.parse(path.read_text()) == told
    assert not told.good


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"rows": 3}', '{"rows": [1, {}]}'])
def test_a_damaged_record_is_no_proof(text: str) -> None:
    assert not proved.parse(text).good


def reply(status: int, body: str = "", **more: Any) -> local.Reply:
    return local.Reply(status, body, **more)


def test_kube_proxys_mode(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local, "get", lambda *_a, **_k: reply(200, "ipvs\n"))
    assert proxy.read(Recorded()) == Proxy("ipvs")
    monkeypatch.setattr(local, "get", lambda *_a, **_k: reply(0, "Connection refused"))
    assert proxy.read(Recorded()) == Proxy("")


SERVER = {kubectl.KUBELET: "clusters:\n- cluster:\n    server: https://10.0.0.1:6443\n"}


def test_the_api_server_and_its_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    look = Recorded(files={**SERVER, api_server.CA: "x"})
    monkeypatch.setattr(time, "time", lambda: 1000.0)
    monkeypatch.setattr(local, "get", lambda *_a, **_k: reply(200, date=1041.0, latency=2.0))
    found = api_server.read(look)
    assert (found.address, found.answers, found.skew) == ("10.0.0.1:6443", True, 42.0)
    monkeypatch.setattr(local, "get", lambda *_a, **_k: reply(0, "Connection refused"))
    assert api_server.read(look) == ApiServer("10.0.0.1:6443", detail="Connection refused")
    monkeypatch.setattr(local, "get", lambda *_a, **_k: reply(500))
    assert str(api_server.read(look).detail) == "HTTP 500"
    assert api_server.read(Recorded()) == ApiServer()


def test_certificates_by_their_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first to end stands first; what is no certificate is passed over."""
    from tests.host.test_mirrors import certificate

    pem = certificate(tmp_path).read_text()
    pki = tmp_path / "pki"
    (pki / "etcd").mkdir(parents=True)
    (pki / "etcd" / "server.crt").write_text(pem)
    (pki / "broken.crt").write_text("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    monkeypatch.setattr(certificates, "PKI", pki)
    monkeypatch.setattr(certificates, "CONFIGS", tmp_path)
    monkeypatch.setattr(certificates, "KUBELET", tmp_path / "none.pem")
    (tmp_path / "admin.conf").write_text("client-certificate-data: bm8gUEVN\n")
    (row,) = certificates.read(Recorded()).rows
    assert row.name == "etcd/server"
    assert row.ends > 0
