"""Progress is counted in bytes on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.captures import capture
from tui_installer.host import meters
from tui_installer.host.meters import Reading


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(meters, "CACHES", (tmp_path / "yum", tmp_path / "dnf"))
    return tmp_path


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(meters, "CONTENT", tmp_path)
    return tmp_path


def put(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * size)


def test_yum_counts_what_comes_after_it_began(cache: Path) -> None:
    put(cache / "yum/x86_64/7/base/packages/old.rpm", 100)
    read = meters.yum()
    assert read("") == Reading(0, None)
    put(cache / "yum/x86_64/7/base/packages/new.rpm", 500)
    put(cache / "dnf/kubernetes-1234/packages/kubelet.rpm", 250)
    put(cache / "yum/x86_64/7/base/primary.sqlite", 9000)
    assert read("") == Reading(750, None)


def test_yum_never_goes_back_when_it_tidies_up(cache: Path) -> None:
    read = meters.yum()
    put(cache / "yum/base/packages/new.rpm", 500)
    assert read("").done == 500
    (cache / "yum/base/packages/new.rpm").unlink()
    assert read("").done == 500


def test_yum_takes_the_total_that_it_prints(cache: Path) -> None:
    read = meters.yum()
    put(cache / "yum/base/packages/new.rpm", 500)
    assert read(capture("yum-kube-install")) == Reading(500, 95 << 20)
    assert read("lines later").total == 95 << 20


@pytest.mark.parametrize(
    ("said", "total"), [("28 M", 28 << 20), ("5.5 k", 5632), ("1.2 G", 1288490188), ("153", 153)]
)
def test_yums_units(cache: Path, said: str, total: int) -> None:
    assert meters.yum()(f"Total download size: {said}\n").total == total


def test_yum_does_not_count_more_than_there_is(cache: Path) -> None:
    read = meters.yum()
    put(cache / "yum/base/packages/new.rpm", 2000)
    assert read("Total download size: 1 k") == Reading(1024, 1024)


def manifest(store: Path, name: str, layers: dict[str, int]) -> None:
    rows = [{"digest": f"sha256:{digest}", "size": size} for digest, size in layers.items()]
    path = store / "blobs/sha256" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schemaVersion": 2, "layers": rows}))


def ingest(store: Path, digest: str, size: int) -> None:
    folder = store / "ingest" / f"folder-of-{digest}"
    put(folder / "data", size)
    (folder / "ref").write_text(f"k8s.io/1/layer-sha256:{digest}")


def test_an_image_layer_by_layer(store: Path) -> None:
    read = meters.images(1)
    assert read("") == Reading(0, None)
    manifest(store, "m", {"a": 100, "b": 200})
    assert read("") == Reading(0, 300)
    ingest(store, "a", 40)
    assert read("") == Reading(40, 300)
    put(store / "blobs/sha256/a", 100)
    ingest(store, "b", 150)
    assert read("") == Reading(250, 300)
    put(store / "blobs/sha256/b", 200)
    assert read("") == Reading(300, 300)


def test_the_total_is_known_when_all_images_have_told_theirs(store: Path) -> None:
    read = meters.images(2)
    manifest(store, "m", {"a": 100})
    assert read("").total is None
    manifest(store, "n", {"a": 100, "c": 50})
    assert read("").total == 150, "a layer that two images share counts once"


def test_what_was_there_before_does_not_count(store: Path) -> None:
    manifest(store, "old", {"a": 100})
    put(store / "blobs/sha256/a", 100)
    read = meters.images(1)
    ingest(store, "of-another-pull", 70)
    assert read("") == Reading(0, None)


def test_blobs_that_are_no_manifest(store: Path) -> None:
    read = meters.images(1)
    for name, text in {
        "config": '{"architecture": "amd64"}',
        "list": "[]",
        "number": "3",
        "broken": "{",
        "strange": '{"layers": [{}]}',
        "stranger": '{"layers": 3}',
        "empty": "",
    }.items():
        (store / "blobs/sha256").mkdir(parents=True, exist_ok=True)
        (store / "blobs/sha256" / name).write_text(text)
    assert read("") == Reading(0, None)


def test_no_store_yet(store: Path) -> None:
    assert meters.images(1)("") == Reading(0, None)


@given(st.lists(st.integers(0, 5000), max_size=6))
def test_yum_only_ever_grows(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meters, "CACHES", (folder,))
        read = meters.yum()
        counts = []
        for size in sizes:
            put(folder / "base/packages/x.rpm", size)
            counts.append(read("").done)
    assert counts == sorted(counts)
    assert not sizes or counts[-1] == max(sizes)
