"""What etcd 3.5.4 has written is read without it; what is not whole is unknown.

tests/data/etcd holds a folder that a real etcd has written: 40 keys, one of them deleted again, some too long for a
length of one byte, so many that its tree has more than one page. Its log is cut after the last byte that is not zero.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.pages import ROOT
from tui_installer.host import etcd_data, unused_cluster
from tui_installer.host.bolt import Damaged, head

REAL = ROOT / "tests/data/etcd"
LONG = "/registry/pods/default/" + "a" * 150
DELETED = "/registry/namespaces/gone"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REAL, tmp_path / "etcd"))


def test_every_key_is_found_also_one_that_was_deleted(folder: Path) -> None:
    keys = etcd_data.keys(folder)
    assert {DELETED, "outside", f"{LONG}-1", f"{LONG}-37"} <= keys
    assert len(keys) == 40


def test_log_and_database_tell_the_same(folder: Path) -> None:
    logged = {key.decode() for key in etcd_data._logged(folder / etcd_data.LOG) or ()}
    stored = {key.decode() for key in etcd_data._stored(folder / etcd_data.DATABASE) or ()}
    assert logged == stored - {"outside"}, "the log is searched for keys of an API server"


def test_no_folder_and_an_empty_one_hold_nothing(tmp_path: Path) -> None:
    assert etcd_data.keys(tmp_path / "none") == frozenset()
    assert etcd_data.keys(tmp_path) == frozenset()


@pytest.mark.parametrize("missing", [etcd_data.DATABASE, etcd_data.LOG])
def test_a_part_that_is_missing_is_unknown(folder: Path, missing: str) -> None:
    path = folder / missing
    shutil.rmtree(path) if path.is_dir() else path.unlink()
    with pytest.raises(etcd_data.UnreadableData):
        etcd_data.keys(folder)


@pytest.mark.parametrize("size", [None, 0, 16384])
@pytest.mark.parametrize("logged", [None, 0, 64])
def test_an_etcd_that_was_cut_off_while_it_lays_itself_out_holds_nothing(
    tmp_path: Path, size: int | None, logged: int | None
) -> None:
    """Before the first of its writes: a database of zeros, or none; a log of zeros, or none."""
    for path, length in ((etcd_data.DATABASE, size), (f"{etcd_data.LOG}/0-0.wal", logged)):
        (tmp_path / path).parent.mkdir(parents=True)
        if length is not None:
            (tmp_path / path).write_bytes(bytes(length))
    assert etcd_data.keys(tmp_path) == frozenset()
    (tmp_path / "member/snap/0001-0002.snap").write_text("state")
    with pytest.raises(etcd_data.UnreadableData, match="missing"):
        etcd_data.keys(tmp_path)


@pytest.mark.parametrize("size", [0, 16384])
def test_a_database_that_is_blank_beside_a_log_is_unknown(folder: Path, size: int) -> None:
    (folder / etcd_data.DATABASE).write_bytes(bytes(size))
    with pytest.raises(etcd_data.UnreadableData, match="missing"):
        etcd_data.keys(folder)


def test_a_database_that_was_cut_short_is_unknown_wherever(folder: Path) -> None:
    path = folder / etcd_data.DATABASE
    data = path.read_bytes()
    for size in (0, 1, 100, 4096, 8192, len(data) // 4):
        path.write_bytes(data[:size])
        with pytest.raises(etcd_data.UnreadableData):
            etcd_data.keys(folder)


def test_a_damaged_header_leaves_the_other_and_two_leave_none(folder: Path) -> None:
    data = bytearray((folder / etcd_data.DATABASE).read_bytes())
    last = head(bytes(data)).transaction
    at = 4096 * (last % 2) + 40
    data[at] ^= 1
    assert head(bytes(data)).transaction == last - 1
    data[4096 - at % 8192 // 4096 * 4096 + 40] ^= 1
    with pytest.raises(Damaged):
        head(bytes(data))


def test_a_larger_one_is_not_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(etcd_data, "MOST", 1000)
    with pytest.raises(etcd_data.UnreadableData, match="more than"):
        etcd_data.keys(folder)


UNUSED = (
    "/registry/namespaces/kube-system",
    "/registry/minions/master01",
    "/registry/services/specs/default/kubernetes",
    "/registry/serviceaccounts/kube-system/ttl-controller",
    "/registry/pods/kube-system/etcd-master01",
    "/registry/pods/tui-installer-proof/echo",
    "/registry/crd.projectcalico.org/ippools/default-ipv4-ippool",
    "compact_rev_key",
)
USED = (
    "/registry/namespaces/shop",
    "/registry/secrets/kube-system/password",
    "/registry/serviceaccounts/kube-system/metallb-controller",
    "/registry/configmaps/default/settings",
    "/registry/clusterrolebindings/admin",
    "/registry/clusterrolebindings/view",
    "/registry/clusterrolebindings/system:mine",
    "/registry/clusterroles/system:mine",
    "/registry/clusterroles/system:controller:mine",
    "/registry/clusterroles/kubeadm:mine",
    "/registry/rolebindings/kube-public/admin",
    "/registry/rolebindings/kube-system/cluster-admin",
    "/registry/roles/kube-system/edit",
    "/registry/apiregistration.k8s.io/apiservices/v1beta1.metrics.k8s.io",
    "/registry/pods/kube-system/etcd-backup",
    "/registry/pods/kube-system/metrics-server-5f9f776df5-abcde",
    "/registry/crd.projectcalico.org/globalnetworkpolicies/deny",
    "/registry/crd.projectcalico.org/ippools/second",
    "/registry/a-kind-nobody-knows/x",
    "outside",
)


# Of a control plane of the lab: all phases of init, Calico, a proof.
RECORDED = (ROOT / "tests/data/keys-of-an-unused-cluster.txt").read_text().splitlines()


def test_a_cluster_that_is_complete_and_proved_is_nobodys_yet() -> None:
    assert unused_cluster.foreign(RECORDED) == frozenset()


@pytest.mark.parametrize("kind", ["clusterroles", "clusterrolebindings", "roles", "rolebindings"])
def test_no_other_right_is_taken_for_one_of_its_own(kind: str) -> None:
    """Whatever it is called: a name that begins or ends as one of the recorded does is not that one."""
    own = [key for key in RECORDED if key.startswith(f"/registry/{kind}/")]
    assert own
    others = {made for key in own for made in (f"{key}x", key[:-1], key.replace(":", ":my-", 1))}
    assert unused_cluster.foreign(others - set(own)) == others - set(own)


def test_what_a_cluster_has_of_itself_is_nobodys() -> None:
    assert unused_cluster.foreign(UNUSED) == frozenset()
    assert unused_cluster.foreign([*UNUSED, *USED]) == set(USED)


def test_a_second_node_is_somebodys_use() -> None:
    both = {"/registry/minions/master01", "/registry/minions/worker01"}
    assert unused_cluster.foreign(both) == both
