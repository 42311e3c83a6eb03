"""What a kubeadm that broke off has left, and what of it is somebody's."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.pages import ROOT
from tui_installer.engine.journal import Journal
from tui_installer.host.facts import remains
from tui_installer.host.look import Look
from tui_installer.host.machine import use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model.answers import Answers
from tui_installer.model.event import state_of
from tui_installer.model.facts import Remains, Seen
from tui_installer.model.secret import Redactor

OURS, THEIRS = "0b0c2f1e-ours", "7d1f2a3b-theirs"
# A cluster that nobody has used, with one of its pods.
LEFT = {
    "etc/kubernetes/pki/ca.crt": "the CA",
    "etc/kubernetes/admin.conf": "x",
    "etc/kubernetes/kubelet.conf": "x",
    "etc/kubernetes/manifests/etcd.yaml": "x",
    "var/lib/kubelet/config.yaml": "x",
    "var/lib/kubelet/cpu_manager_state": "x",
    f"var/lib/kubelet/pods/{OURS}/etc-hosts": "x",
    f"var/log/pods/kube-system_kube-proxy-x7k2p_{OURS}/0.log": "x",
    "proc/self/mountinfo": "",
}
LINE = "36 35 98:0 / {path} rw shared:1 - {kind} /dev/sdb rw\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, text in LEFT.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text)
    use(ThisMachine(tmp_path))
    return tmp_path


def test_only_where_a_kubeadm_of_ours_broke_off_it_is_looked_at(root: Path) -> None:
    assert remains.read(Look(Answers())) == Remains()
    assert remains.read(Look(Answers(), half_made=True)).looked


def test_what_a_cluster_has_of_itself(root: Path) -> None:
    found = remains.seen()
    assert found.ca == "sha256:" + hashlib.sha256(b"the CA").hexdigest()
    assert set(found.files) == {
        "/etc/kubernetes/pki/ca.crt",
        "/etc/kubernetes/admin.conf",
        "/etc/kubernetes/manifests/etcd.yaml",
        "/var/lib/kubelet/config.yaml",
    }
    assert found.kubelet_conf
    assert not (found.etcd_data or found.stored or found.mounts or found.unread)


def test_the_journal_keeps_what_is_compared_later(root: Path) -> None:
    """A filter of secrets stands before it."""
    found = remains.seen()
    journal = Journal(root / "journal.jsonl", Redactor())
    seen: dict[str, Any] = {
        "ca": found.ca,
        "files": dict(found.files),
        "traces": list(found.traces),
    }
    change = {"argv": ["kubeadm", "init", "--config", "x"]}
    key: dict[str, Any] = {"step": "kubeadm_init", "n": 1}
    journal.write("change-started", **key, change=change, before=seen)
    times: dict[str, Any] = {"latest": found.latest, "looked_at": found.looked_at}
    journal.write("kubeadm-left", **key, **seen, **times)
    journal.close()
    rows = map(json.loads, (root / "journal.jsonl").read_text().splitlines())
    attempt = state_of(rows).attempt
    assert attempt is not None
    assert attempt.before == Seen(found.ca, found.files, traces=found.traces)
    assert attempt.after == Seen(found.ca, found.files, found.latest, found.looked_at, found.traces)


def test_every_change_of_a_file_is_seen_also_one_that_hides_itself(root: Path) -> None:
    path, name = root / "etc/kubernetes/admin.conf", "/etc/kubernetes/admin.conf"
    before, kept = remains.seen().files[name], path.stat()
    shutil.copy2(path, root / "copy")
    (root / "copy").rename(path)
    assert path.stat().st_mtime_ns == kept.st_mtime_ns
    assert remains.seen().files[name] != before


@pytest.mark.parametrize(
    "path",
    [
        "/var/lib/kubelet/precious",
        f"/var/lib/kubelet/pods/{THEIRS}",
        "/var/lib/kubelet/plugins/csi.example.com",
        "/var/lib/kubelet/plugins_registry/csi.sock",
        # The folder of CentOS' own etcd, and what somebody has saved of ours.
        "/var/lib/etcd/default.etcd",
        "/var/lib/etcd/snapshot.db",
        "/var/lib/etcd/member/backup",
        "/var/lib/etcd/member/snap/copy.db",
        "/var/lib/etcd/member/wal/copy",
        "/var/lib/etcd/lost+found/#12",
    ],
)
def test_what_is_stored_there_by_others(root: Path, path: str) -> None:
    (root / path.lstrip("/")).mkdir(parents=True)
    (root / f"var/log/pods/shop_kube-proxy-x7k2p_{THEIRS}").mkdir()
    assert remains.seen().stored == (path,)


@pytest.mark.parametrize("held", ["nothing", "a file", "a link to a folder", "a mount"])
def test_a_pod_without_logs_is_somebodys_once_it_stores_something(root: Path, held: str) -> None:
    """The power may be cut after the kubelet has made the folders of a static pod, and before that of its logs."""
    folder = f"/var/lib/kubelet/pods/{THEIRS}"
    volume = root / folder.lstrip("/") / "volumes/data"
    volume.mkdir(parents=True)
    if held == "a file":
        (volume / "shop.db").write_text("orders")
    elif held == "a link to a folder":
        (volume / "elsewhere").symlink_to(root / "etc")
    elif held == "a mount":
        line = LINE.format(path=f"{folder}/volumes/data", kind="nfs")
        (root / "proc/self/mountinfo").write_text(line)
    assert remains.seen().stored == (() if held == "nothing" else (folder,))


def test_what_etcd_itself_lays_out_is_nobodys(root: Path) -> None:
    for path in (
        "lost+found",
        "member/snap/db",
        "member/snap/0000000000000002-0000000000002711.snap",
        "member/snap/0000000000002711.snap.db",
        "member/snap/db.tmp.4012",
        "member/wal/0000000000000000-0000000000000000.wal",
        "member/wal/1.tmp",
    ):
        (root / "var/lib/etcd" / path).mkdir(parents=True)
    assert remains.seen().stored == ()


@pytest.mark.parametrize(
    ("path", "kind", "foreign"),
    [
        (f"/var/lib/kubelet/pods/{OURS}/volumes/token", "tmpfs", False),
        (f"/var/lib/kubelet/pods/{OURS}/volumes/data", "ext4", True),
        (f"/var/lib/kubelet/pods/{THEIRS}/volumes/token", "tmpfs", True),
        ("/var/lib/kubelet/precious", "xfs", True),
        ("/var/lib/etcd/member", "xfs", True),
        ("/etc/kubernetes/pki/etcd", "xfs", True),
        ("/var/lib/kubelet", "xfs", False),
        ("/var/lib/kubelet-of-mine/x", "xfs", False),
    ],
)
def test_what_is_mounted_there_by_others(root: Path, path: str, kind: str, foreign: bool) -> None:
    (root / "proc/self/mountinfo").write_text(LINE.format(path=path, kind=kind))
    assert remains.seen().mounts == ((path,) if foreign else ())


def test_etcd_is_read_without_it(root: Path) -> None:
    shutil.copytree(ROOT / "tests/data/etcd", root / "var/lib/etcd")
    found = remains.seen()
    assert found.etcd_data
    assert "/registry/namespaces/gone" in found.objects
    (root / "var/lib/etcd/member/snap/db").write_bytes(b"no database")
    (unread,) = remains.seen().unread
    assert "etcd's data could not be read" in str(unread)


def test_what_cannot_be_read_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_path: str) -> None:
        raise OSError(5, "Input/output error", "/etc/kubernetes/admin.conf")

    monkeypatch.setattr(remains, "_changed", fail)
    (unread,) = remains.seen().unread
    assert str(unread) == "could not be read: /etc/kubernetes/admin.conf: Input/output error"
