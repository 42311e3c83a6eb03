"""`images` in lines and in JSON, and its exit codes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.support.calls import Call
from tests.support.images import ETCD, PAUSE, in_cri, pulled, reference, seen, used
from tests.support.machine import Fake
from tui_installer.exits import ExitCode
from tui_installer.model.facts import Cri, ImageStore, Kubernetes, System, Unread
from tui_installer.model.facts.image_store import Download, Lease
from tui_installer.model.text import T, verbatim

SILENT = Unread(verbatim("containerd"), "no answer in 5 s", silent=True)
HEALTHY = seen(*pulled(), cri=(in_cri(ETCD),), uses=(used(),)).store
SHORT = seen(*pulled(PAUSE), reference("short:1"), cri=(in_cri(PAUSE),)).store


@pytest.fixture
def node(machine: Fake) -> Fake:
    """A node whose images are in order, and whose sandbox image is missing nowhere."""
    machine.set(HEALTHY, Kubernetes(kubelet_conf=True), Cri(systemd_cgroup=True))
    return machine


def told(call: Call) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(call("images", "--json", "--lang", "en").out)
    return answer


def test_a_node_in_order(node: Fake, call: Call) -> None:
    ended = call("images", "--lang", "en")
    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert ended.out.splitlines() == [
        "Images: 1. With a difference: 0.",
        f"ok       {ETCD}   1 kB, ctr -n k8s.io: 3, crictl",
    ]
    (image,) = told(call)["images"]
    assert (image["name"], image["size"], image["namespaces"]) == (ETCD, 1000, ["k8s.io"])
    assert (image["crictl"], image["docker"], image["findings"]) == (True, False, [])
    assert image["used_by"] == ["kube-system/etcd-master01/etcd"]


def test_a_difference_comes_first_with_its_cure(node: Fake, call: Call) -> None:
    node.set(SHORT, Cri(sandbox_image=PAUSE, systemd_cgroup=True, config_path="/etc/x"))
    ended = call("images", "--lang", "en")
    assert ended.code == ExitCode.FAILED
    lines = ended.out.splitlines()
    assert lines[0] == "Images: 1. With a difference: 1."
    assert lines[1].startswith(f"FAIL     {PAUSE}   needed, ")
    assert lines[2].endswith("[short_name]")
    assert lines[-1] == "      systemctl restart containerd"
    answer = told(call)
    (finding,) = answer["images"][0]["findings"]
    assert finding["id"] == "short_name"
    assert finding["commands"][0] == "ctr -n k8s.io images rm short:1"
    assert answer["required"] == [{"name": PAUSE, "present": True, "bytes": 311000}]
    assert answer["config"] == {
        "SystemdCgroup": True,
        "sandbox_image": PAUSE,
        "config_path": "/etc/x",
    }


def test_what_is_missing_has_its_bytes(node: Fake, call: Call) -> None:
    node.set(Cri(sandbox_image=PAUSE))
    ended = call("images", "--lang", "en")
    assert ended.code == ExitCode.FAILED
    assert ended.out.startswith(
        "Images: 1. With a difference: 1. Needed and missing: 1, about 311 kB to fetch.\n"
    )
    answer = told(call)
    assert answer["required"] == [{"name": PAUSE, "present": False, "bytes": 311000}]
    assert [image["name"] for image in answer["images"]] == [ETCD]
    assert answer["absent"][0]["findings"][0]["commands"] == [f"crictl pull {PAUSE}"]


def test_a_machine_that_is_no_node_lacks_nothing(node: Fake, call: Call) -> None:
    node.set(Kubernetes(), Cri(sandbox_image=PAUSE))
    assert call("images").code == ExitCode.DONE
    assert told(call)["required"] == []


def test_a_view_that_is_not_known(node: Fake, call: Call) -> None:
    node.set(replace(HEALTHY, cri=None, unread={"crictl": SILENT.text}))
    ended = call("images", "--lang", "en")
    assert ended.code == ExitCode.REFUSED
    assert "run it as root" in ended.err
    assert "crictl: not known: containerd did not answer (no answer in 5 s)" in ended.out
    assert list(told(call)["unread"]) == ["crictl"]


def test_a_failure_counts_whatever_else_is_unknown(node: Fake, call: Call) -> None:
    node.set(replace(SHORT, docker=None, unread={"docker": T("x")}))
    assert call("images").code == ExitCode.FAILED


def test_a_store_that_cannot_be_read_at_all(node: Fake, call: Call) -> None:
    node.topics |= {ImageStore: SILENT, Cri: SILENT, System: SILENT, Kubernetes: SILENT}
    ended = call("images", "--json")
    assert ended.code == ExitCode.REFUSED
    answer = json.loads(ended.out)
    assert (answer["images"], list(answer["unread"])) == ([], ["ctr"])
    assert answer["config"] == {"SystemdCgroup": None, "sandbox_image": None, "config_path": None}


def test_what_is_needed_and_not_known_is_neither_present_nor_missing(
    node: Fake, call: Call
) -> None:
    node.set(Cri(sandbox_image=PAUSE))
    node.topics |= {ImageStore: SILENT}
    ended = call("images", "--json")
    assert ended.code == ExitCode.REFUSED
    answer = json.loads(ended.out)
    assert answer["required"] == [{"name": PAUSE, "present": None, "bytes": 311000}]
    assert (answer["images"], answer["absent"]) == ([], [])
    assert call("images", "--lang", "en").out.splitlines()[1].startswith(f"unknown  {PAUSE}")


def test_what_else_takes_room_is_named(node: Fake, call: Call) -> None:
    busy = replace(
        HEALTHY,
        downloads=(Download("k8s.io", "layer-sha256:ab", "1.049MB"),),
        leases=(Lease("k8s.io", "old", ""),),
    )
    node.set(busy)
    ended = call("images", "--lang", "en")
    assert ended.code == ExitCode.DONE
    assert "layer-sha256:ab, 1.049MB so far" in ended.out
    assert "The lease old in the namespace k8s.io" in ended.out
    assert told(call)["leases"] == [{"namespace": "k8s.io", "id": "old", "ends": ""}]


def test_a_name_cannot_write_to_the_terminal(node: Fake, call: Call) -> None:
    node.set(seen(reference("a.b/x\x1b[31m:1"), cri=(in_cri("a.b/x\x1b[31m:1"),)).store)
    assert "\x1b" not in call("images").out


def test_each_question_has_a_limit_of_seconds(node: Fake, call: Call) -> None:
    call("images")
    assert node.looks[0].patience.of("crictl") <= 10
