"""The readers of Calico's objects, of BIRD and of the manifest understand what they really say."""

from __future__ import annotations

import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from tests.support.recorded import ADMIN, Recorded, ask, said
from tui_installer.host import kubectl
from tui_installer.host.facts import (
    calico,
    manifest,
    peers,
)
from tui_installer.host.machine import at
from tui_installer.host.shell import Output
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster
from tui_installer.model.facts import (
    Manifest,
    NotRead,
    Peers,
    Pool,
)


def named(kind: str, name: str, namespace: str = "kube-system") -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": namespace}}


OBJECTS = {"items": [named("DaemonSet", "calico-node"), named("DaemonSet", "kube-proxy")]}
POOLS = {
    "items": [
        {
            "metadata": {"name": "default-ipv4-ippool"},
            "spec": {"cidr": "10.244.0.0/16", "ipipMode": "CrossSubnet"},
        }
    ]
}


def test_calicos_objects_and_pools() -> None:
    rest = [named("ConfigMap", "calico-config"), named("Deployment", "calico-kube-controllers")]
    named_ones = "configmap/calico-config deployment/calico-kube-controllers"
    says = {
        f"{ask()} get daemonsets -A": said(OBJECTS),
        f"{ask()} get -n kube-system {named_ones}": said({"kind": "List", "items": rest}),
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


def test_a_single_object_comes_without_a_list() -> None:
    """As kubectl prints it where the other one is missing."""
    says = {
        f"{ask()} get daemonsets -A": said(OBJECTS),
        f"{ask()} get -n kube-system": said(named("ConfigMap", "calico-config")),
        f"{ask()} get ippools": Output(
            1, "", 'error: the server doesn\'t have a resource type "x"'
        ),
    }
    found = calico.read(Recorded(files=ADMIN, says=says))
    assert set(found.objects) == {"configmap/calico-config", "daemonset/calico-node"}
    assert found.pools == ()


def test_another_network_beside_it() -> None:
    rows = {"items": [*OBJECTS["items"], named("DaemonSet", "kube-flannel-ds", "kube-flannel")]}
    assert calico.parse(rows, None).others == ("kube-flannel/kube-flannel-ds",)


def test_no_calico_yet_and_no_answer() -> None:
    empty = calico.read(Recorded(files=ADMIN, says={ask(): said({"items": []})}))
    assert (empty.answers, empty.objects, empty.pools) == (True, {}, ())
    for silent in (Output(1, "", "connection refused"), Output(1, "", "Error (Forbidden): no")):
        with pytest.raises(NotRead):
            calico.read(Recorded(files=ADMIN, says={ask(): silent}))
    assert not calico.read(Recorded(files={kubectl.KUBELET: "x"})).answers
    copied = Recorded(files={kubectl.KUBELET: "x", **ADMIN}, says={ask(): Output(1, "", "x509: ")})
    assert not calico.read(copied).answers, "a worker is no administrator by a copy"


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
    with pytest.raises(NotRead, match="BIRD: Connection refused"):
        peers.read(Recorded(files={str(path): ""}))
    left = Recorded(files={str(path): "", peers.VXLAN: ""})
    assert peers.read(left) == Peers(), "VXLAN has taken its place"
    path.unlink()
    assert peers.read(Recorded(files={str(path): ""})) == Peers(), "it is gone meanwhile"
    assert peers.read(Recorded()) == Peers()


def test_where_the_manifest_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    version = Answers().cluster.kubernetes
    assert manifest.place(version, "").endswith("/calico/v3.24.5.yaml")
    assert manifest.place(version, "/root/calico.yaml") == "/root/calico.yaml"
    fetched = manifest.place(version, "https://mirror.example.com/calico.yaml")
    assert fetched == str(at(places.STATE) / "calico-v3.24.5.yaml")


def test_the_manifest_is_read_with_its_digest(tmp_path: Path) -> None:
    path = tmp_path / "calico.yaml"
    answers = Answers(cluster=Cluster(calico_manifest=str(path)))
    assert manifest.read(Recorded(answers)) == Manifest(place=str(path))
    path.write_text("kind: List\n")
    found = manifest.read(Recorded(answers))
    assert (found.text, found.place) == ("kind: List\n", str(path))
    assert found.digest == "bac33b4c6ac6e0a5745fec05e34589c0311e6b8da3abd1ab4b4f70205a8f1720"
    assert manifest.read(Recorded()) == Manifest()
