"""The routes on which a cluster in use was once reset: on a real control plane, with somebody's namespace in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from .lab import Lab
from .node import Node
from .product import CONTROL_PLANE, KUBECTL, RUNS, apply, events, good, program, until, up

pytestmark = pytest.mark.matrix

THEIRS = "shop"
SERVER = "/etc/kubernetes/manifests/kube-apiserver.yaml"
ASIDE = "/root/kube-apiserver.yaml"
BEHIND = "/srv/precious/file"
MOUNT = "/var/lib/kubelet/precious"


@pytest.fixture(scope="module")
def master(lab: Lab) -> Iterator[Node]:
    """Route A as it happens: kubeadm ends well, and a later change of its step fails."""
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    node.write("/etc/bash_completion.d/kubectl/in-its-way", "\n")
    assert apply(node, CONTROL_PLANE).code == 1
    good(node.run(*KUBECTL, "create", "namespace", THEIRS))
    yield node
    node.down()


def _down(node: Node) -> None:
    node.run("mv", SERVER, ASIDE, check=True)
    until(lambda: node.run(*KUBECTL, "get", "ns").code != 0)


def _survives(node: Node) -> None:
    if node.exists(ASIDE):
        node.run("mv", ASIDE, SERVER, check=True)
    until(lambda: node.run(*KUBECTL, "get", "ns", THEIRS).code == 0)
    assert not any("reset" in argv for argv in _argvs(node))


def _argvs(node: Node) -> list[list[str]]:
    rows = (e["change"] for e in events(node) if e["kind"] == "change-started")
    return [row["argv"] for row in rows if "argv" in row]


def _append(node: Node, *rows: dict[str, Any]) -> None:
    """What the engine would have written, had it been cut off there."""
    run = max(node.path(RUNS).iterdir(), key=lambda path: path.stat().st_mtime)
    last = events(node)[-1]
    with (run / "journal.jsonl").open("a") as journal:
        for row in rows:
            journal.write(json.dumps({"version": 1, "t": last["t"], **row}) + "\n")


def _waits_and_is_stopped(node: Node) -> None:
    """It asks the API server again and again, and is not kept waiting for all of its patience here."""
    good(apply(node, CONTROL_PLANE, "--detach"))
    passes = sum(e["kind"] == "run-started" for e in events(node))

    def waits() -> bool:
        rows = events(node)
        started = [i for i, e in enumerate(rows) if e["kind"] == "run-started"]
        return len(started) >= passes and any(e["kind"] == "waiting" for e in rows[started[-1] :])

    until(waits)
    good(program(node, "stop"))
    assert program(node, "attach").code == 5


def _began(argv: list[str], number: int, **more: Any) -> dict[str, Any]:
    change = {"kind": "run-command", "argv": argv, "summary": {"text": "x"}, "undo": []}
    return {"kind": "change-started", "step": "kubeadm_init", "n": number, "change": change, **more}


INIT = ["kubeadm", "init", "--config", "/etc/tui-installer/kubeadm-config.yaml"]


def test_a_later_change_of_the_step_has_failed(master: Node) -> None:
    _down(master)
    _waits_and_is_stopped(master)
    _survives(master)


def test_a_phase_was_cut_off(master: Node) -> None:
    _append(master, _began(["kubeadm", "init", "phase", "addon", "all"], 90))
    _down(master)
    _waits_and_is_stopped(master)
    _survives(master)


def test_a_journal_of_0_1_0_shows_nothing(master: Node) -> None:
    """With the API server down, and with one that answers."""
    _append(master, _began(INIT, 91))
    for down in (True, False):
        if down:
            _down(master)
        said = apply(master, CONTROL_PLANE)
        assert said.code == 5, said.out
        assert "--accept half_made_cluster" in said.out
        _survives(master)


def test_another_cluster_stands_in_the_place_of_ours(master: Node) -> None:
    before = {"ca": "", "files": {}, "traces": []}
    left = {"kind": "kubeadm-left", "step": "kubeadm_init", "n": 92, "ca": "the first", "files": {}}
    ended = {"kind": "change-ended", "step": "kubeadm_init", "n": 92, "code": 1, "seconds": 1}
    _append(master, _began(INIT, 92, before=before), left, ended)
    _down(master)
    assert apply(master, CONTROL_PLANE).code == 5
    _survives(master)


def test_it_was_cut_off_and_then_used(master: Node) -> None:
    """All shows that it is ours; what is in etcd, read without it, shows that it is somebody's too."""
    _append(master, _began(INIT, 93, before={"ca": "", "files": {}, "traces": []}))
    _down(master)
    assert apply(master, CONTROL_PLANE).code == 5
    _survives(master)


def test_who_accepts_it_keeps_what_is_behind_a_mount_and_gets_a_copy(master: Node) -> None:
    """The last one: afterwards the cluster is another."""
    master.write(BEHIND, "precious\n")
    master.run("mkdir", "-p", MOUNT, check=True)
    master.run("mount", "--bind", "/srv/precious", MOUNT, check=True)
    holder = master.popen("sh", "-c", f"cd {MOUNT} && exec sleep 1000", unit="holder.service")
    accept = ("--accept", "half_made_cluster")
    until(lambda: master.run("systemctl", "is-active", "holder.service").code == 0)
    said = apply(master, CONTROL_PLANE, *accept)
    assert said.code == 1
    assert MOUNT in said.out
    assert "sleep (pid" in said.out
    _survives(master)
    master.run("systemctl", "stop", "holder.service", check=True)
    holder.wait()
    master.run("rm", "-rf", "/etc/bash_completion.d/kubectl", check=True)
    good(apply(master, CONTROL_PLANE, *accept))
    assert master.read(BEHIND) == "precious\n"
    (run,) = master.path(RUNS).iterdir()
    saved = sorted(run.glob("before-reset-*"))[-1]
    assert (saved / "etc/kubernetes/pki/ca.key").exists()
    assert (saved / "var/lib/etcd/member/snap/db").stat().st_size > 100_000
    assert master.run(*KUBECTL, "get", "ns", THEIRS).code != 0
