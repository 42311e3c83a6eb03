"""The reader of all images understands what ctr, crictl and docker print, and names a view that is not known."""

from __future__ import annotations

import json

import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host.content_store import SOCKET
from tui_installer.host.facts import image_names, image_store
from tui_installer.host.facts.containerd import PROGRAM
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.facts import NotRead
from tui_installer.model.facts.image_store import (
    Content,
    CriImage,
    DockerImage,
    Download,
    Lease,
    Use,
)

SOURCE = "registry.aliyuncs.com/google_containers"
CHECKED, LISTED = capture("ctr-images-check"), capture("ctr-images-ls")
CTR = f"ctr -a {SOCKET} --connect-timeout 3s"
DOCKER = {
    "Repository": "nginx",
    "Tag": "1.25",
    "ID": "sha256:" + "a" * 64,
    "Size": "187MB",
}


def answers() -> dict[str, Output]:
    """What a node answers on which docker runs, by the beginnings of commands."""
    inside = f"{CTR} -n k8s.io"
    return {
        f"{CTR} namespaces": Output(0, "default\nk8s.io\n"),
        f"{inside} images check --snapshotter overlayfs": Output(0, CHECKED),
        f"{inside} images ls": Output(0, LISTED),
        f"{inside} content active": Output(
            0, "REF\tSIZE\tAGE\t\nlayer-sha256:ab\t1.049MB\t2 seconds\t\n"
        ),
        f"{inside} leases": Output(0, capture("ctr-leases-ls")),
        f"{CTR} -n default": Output(0, "REF TYPE DIGEST\n"),
        "crictl -t 600s": Output(0, capture("crictl-images-json")),
        "systemctl is-active": Output(0, "active\n"),
        "docker images": Output(0, json.dumps(DOCKER) + "\n"),
    }


def machine(says: dict[str, Output]) -> Recorded:
    return Recorded(files={SOCKET: "", PROGRAM: ""}, says=says)


def test_names_with_their_content() -> None:
    rows = {r.name: r for r in image_store.references("k8s.io", CHECKED, LISTED)}
    part = rows[f"{SOURCE}/etcd:3.5.4-0"]
    assert (part.content, part.blobs, part.unpacked) == (Content.INCOMPLETE, "1/2", True)
    whole = rows[f"{SOURCE}/pause:3.8"]
    assert (whole.content, whole.blobs, whole.size) == (Content.COMPLETE, "2/2", 347648)
    assert (whole.platforms, whole.managed, whole.namespace) == (("linux/amd64",), True, "k8s.io")
    assert rows["docker.io/calico/arm:v1"].platforms == ("linux/arm64",)
    assert rows["odd name:1"].digest == rows[f"{SOURCE}/kube-proxy:v1.25.0"].digest
    assert len(rows) == len(CHECKED.splitlines()) - 1


def test_an_older_ctr_without_check_still_lists() -> None:
    rows = list(image_store.references("k8s.io", "", LISTED))
    assert len(rows) == len(LISTED.splitlines()) - 1
    assert {r.content for r in rows} == {Content.UNKNOWN}
    assert {r.unpacked for r in rows} == {None}


@pytest.mark.parametrize(
    ("status", "content", "blobs", "size"),
    [
        ("complete (3/3)       34.2 MiB/34.2 MiB true ", Content.COMPLETE, "3/3", 35861299),
        ("incomplete (1/3)     1.0 KiB/34.2 MiB  false", Content.INCOMPLETE, "1/3", 35861299),
        ("unavailable (0/?)    0.0 B/?           false", Content.UNAVAILABLE, "0/?", None),
        ("error                0.0 B/?           false", Content.UNKNOWN, "", None),
    ],
)
def test_each_status_of_ctr(status: str, content: Content, blobs: str, size: int | None) -> None:
    line = f"a.b/c:1 application/vnd.oci.image.index.v1+json sha256:{'e' * 64} {status}"
    (row,) = image_store.references("default", f"REF TYPE\n{line}\n", "")
    assert (row.name, row.content, row.blobs, row.size) == ("a.b/c:1", content, blobs, size)


def test_every_view_of_a_node() -> None:
    store = image_store.read(machine(answers()))
    assert store.namespaces == ("default", "k8s.io")
    assert store.unread == {}
    assert store.references
    assert store.docker == (DockerImage(DOCKER["ID"], "docker.io/library/nginx:1.25", "187MB"),)
    assert store.downloads == (Download("k8s.io", "layer-sha256:ab", "1.049MB"),)
    assert [type(lease) for lease in store.leases] == [Lease]
    assert store.leases[0].ends.startswith("2026-12-02T")
    assert store.cri
    assert store.cri[0].tags == (f"{SOURCE}/coredns:v1.9.3",)


def test_an_image_for_other_machines_does_not_hide_the_rest() -> None:
    """ctr ends with 1 then, after its table."""
    check = f"{CTR} -n k8s.io images check --snapshotter overlayfs"
    why = "ctr: unable to check unpack for a.b/c:1: no match for platform in manifest"
    store = image_store.read(machine(answers() | {check: Output(1, CHECKED, why)}))
    assert (store.unread, bool(store.references)) == ({}, True)
    store = image_store.read(machine(answers() | {check: Output(1, "", "ctr: failed to dial")}))
    assert "failed to dial" in str(store.unread["ctr -n k8s.io"])


def test_names_alone_are_had_at_once() -> None:
    says = answers()
    says = {f"{CTR} -n k8s.io images ls -q": Output(0, f"{SOURCE}/etcd:3.5.4-0\nodd name:1\n")} | {
        line: reply for line, reply in says.items() if " -n " not in line
    }
    store = image_names.read(machine(says | {f"{CTR} -n default images ls -q": Output(0, "")}))
    assert store.unread == {}
    assert [r.name for r in store.references or ()] == [f"{SOURCE}/etcd:3.5.4-0", "odd name:1"]
    assert {(r.digest, r.content, r.unpacked) for r in store.references or ()} == {
        ("", Content.UNKNOWN, None)
    }
    assert store.cri


def test_docker_is_not_asked_where_it_does_not_run() -> None:
    says = answers() | {"systemctl is-active": Output(3, "inactive\n")}
    says["docker images"] = Output(1, "", "it would be started")
    store = image_store.read(machine(says))
    assert (store.docker, "docker" in store.unread) == (None, False)


@pytest.mark.parametrize(
    ("silent", "source"),
    [
        (f"{CTR} namespaces", "ctr"),
        (f"{CTR} -n k8s.io images ls", "ctr -n k8s.io"),
        ("crictl -t 600s", "crictl"),
        ("docker images", "docker"),
    ],
)
def test_a_view_that_does_not_answer_is_named(silent: str, source: str) -> None:
    says = answers() | {silent: Output(TIMED_OUT)}
    store = image_store.read(machine(says))
    assert source in store.unread
    views = {"ctr": store.references, "crictl": store.cri, "docker": store.docker}
    if source in views:
        assert views[source] is None, "what is not known is not empty"
    else:
        assert store.references == ()


def test_a_machine_without_any_of_them() -> None:
    with pytest.raises(NotRead):
        image_store.read(Recorded())
    with pytest.raises(NotRead):
        image_names.read(Recorded())
    store = image_store.read(Recorded(says={"systemctl is-active": Output(3, "inactive\n")}))
    assert (store.references, store.cri, store.docker) == (None, None, None)
    assert set(store.unread) == {"ctr", "crictl", "crictl ps"}


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("nginx:1", "docker.io/library/nginx:1"),
        ("calico/cni:v3", "docker.io/calico/cni:v3"),
        ("localhost/x:1", "localhost/x:1"),
        ("registry.lan:5000/a/b:1", "registry.lan:5000/a/b:1"),
        ("quay.io/a/b:1", "quay.io/a/b:1"),
    ],
)
def test_docker_leaves_its_own_registry_out(short: str, full: str) -> None:
    assert image_store.full_name(short) == full


def test_images_of_docker_without_a_name() -> None:
    dangling = json.dumps({**DOCKER, "Repository": "<none>", "Tag": "<none>"})
    assert list(image_store.docker_images([dangling, "not json"])) == [
        DockerImage(DOCKER["ID"], "", "187MB")
    ]


def test_containers_and_what_they_were_made_from() -> None:
    uses = list(image_store.uses(json.loads(capture("crictl-ps-json"))))
    assert {(use.container, use.pod, use.namespace) for use in uses} >= {
        ("etcd", "etcd-master01", "kube-system")
    }
    assert all(use.image.startswith("sha256:") and use.running for use in uses)


def test_json_of_another_version() -> None:
    assert list(image_store.cri_images({"images": [{"id": "sha256:1", "size": None}]})) == [
        CriImage("sha256:1")
    ]
    assert list(image_store.cri_images({})) == []
    assert list(image_store.uses({"containers": [{}]})) == [Use("", "", "", "", False)]
