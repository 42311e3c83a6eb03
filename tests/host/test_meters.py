"""Progress is counted in bytes on the disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.captures import capture
from tests.support.machine import Fake
from tui_installer.host import meters, shell
from tui_installer.host.machine import use
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
    read = meters.packages()
    assert read("") == Reading(0, None)
    put(cache / "yum/x86_64/7/base/packages/new.rpm", 500)
    put(cache / "dnf/kubernetes-1234/packages/kubelet.rpm", 250)
    put(cache / "yum/x86_64/7/base/primary.sqlite", 9000)
    assert read("") == Reading(750, None)


def test_yum_never_goes_back_when_it_tidies_up(cache: Path) -> None:
    read = meters.packages()
    put(cache / "yum/base/packages/new.rpm", 500)
    assert read("").done == 500
    (cache / "yum/base/packages/new.rpm").unlink()
    assert read("").done == 500


def test_yum_takes_the_total_that_it_prints(cache: Path) -> None:
    read = meters.packages()
    put(cache / "yum/base/packages/new.rpm", 500)
    assert read(capture("yum-kube-install")) == Reading(500, 95 << 20)
    assert read("lines later").total == 95 << 20


@pytest.mark.parametrize(
    ("said", "total"), [("28 M", 28 << 20), ("5.5 k", 5632), ("1.2 G", 1288490188), ("153", 153)]
)
def test_yums_units(cache: Path, said: str, total: int) -> None:
    assert meters.packages()(f"Total download size: {said}\n").total == total


def test_yum_does_not_count_more_than_there_is(cache: Path) -> None:
    read = meters.packages()
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


NAMES = ("etcd:3.5.4-0", "coredns:v1.9.3", "pause:3.8")
REFERENCES = tuple(f"registry.aliyuncs.com/google_containers/{name}" for name in NAMES)
REPOSITORIES = tuple(reference.rpartition(":")[0] for reference in REFERENCES)


def pull(count: int, **owners: int) -> meters.Meter:
    """A meter of that many images; `owners` tells by manifest which of them it is of."""
    known = {name: frozenset({REPOSITORIES[i]}) for name, i in owners.items()}
    return meters.images(REFERENCES[:count], lambda: known)


def sums(read: meters.Meter) -> tuple[int, int | None]:
    reading = read("")
    return reading.done, reading.total


def parts(read: meters.Meter) -> list[tuple[int, int | None]]:
    return [(part.done, part.total) for part in read("").parts]


def test_an_image_layer_by_layer(store: Path) -> None:
    read = pull(1)
    assert sums(read) == (0, None)
    manifest(store, "m", {"a": 100, "b": 200})
    assert sums(read) == (0, 300)
    ingest(store, "a", 40)
    assert sums(read) == (40, 300)
    put(store / "blobs/sha256/a", 100)
    ingest(store, "b", 150)
    assert sums(read) == (250, 300)
    put(store / "blobs/sha256/b", 200)
    assert sums(read) == (300, 300)


def test_the_total_is_known_when_all_images_have_told_theirs(store: Path) -> None:
    read = pull(2)
    manifest(store, "m", {"a": 100})
    assert sums(read) == (0, None)
    manifest(store, "n", {"a": 100, "c": 50})
    assert sums(read) == (0, 150), "a layer that two images share counts once"


def test_each_image_by_itself(store: Path) -> None:
    """Before its manifest is there an image's size is that of the catalogue."""
    read = pull(2, m=1, n=0)
    assert [part.name for part in read("").parts] == list(REFERENCES[:2])
    assert parts(read) == [(0, 102_000_000), (0, 14_800_000)]
    manifest(store, "m", {"a": 100, "b": 200})
    ingest(store, "b", 70)
    assert parts(read) == [(0, 102_000_000), (70, 300)]
    manifest(store, "n", {"b": 200, "c": 50})
    put(store / "blobs/sha256/c", 50)
    assert parts(read) == [(50, 50), (70, 300)], "a shared layer counts for the first image"
    assert sums(read) == (120, 350)


def test_an_image_that_nobody_knows(store: Path) -> None:
    read = meters.images(["example.com/own/thing:1"], lambda: {})
    assert parts(read) == [(0, None)]


def test_no_image_by_itself_when_the_runtime_tells_nothing(store: Path) -> None:
    read = pull(2)
    manifest(store, "m", {"a": 100})
    ingest(store, "a", 30)
    assert read("") == Reading(30, None, ())


def test_the_runtime_is_not_asked_for_ever(store: Path) -> None:
    asked: list[int] = []

    def silent() -> meters.Sources:
        asked.append(1)
        return {}

    read = meters.images(REFERENCES, silent)
    read("")
    assert not asked, "nothing has come yet"
    manifest(store, "m", {"a": 100})
    for _ in range(20):
        read("")
    first = len(asked)
    assert 1 < first < 20
    manifest(store, "n", {"b": 100})
    read("")
    assert len(asked) == first + 1, "a new manifest may be marked"


def test_a_known_image_is_not_asked_for_again(store: Path) -> None:
    asked: list[int] = []

    def known() -> meters.Sources:
        asked.append(1)
        return {"m": frozenset({REPOSITORIES[0]})}

    read = meters.images(REFERENCES[:1], known)
    manifest(store, "m", {"a": 100})
    assert parts(read) == parts(read) == [(0, 100)]
    assert len(asked) == 1


LISTING = (
    "DIGEST\tSIZE\tAGE\tLABELS\n"
    "sha256:m\t1.2kB\t3 seconds\tcontainerd.io/distribution.source.registry.aliyuncs.com=google_containers/etcd"
    ",containerd.io/gc.ref.content.config=sha256:f3\n"
    "sha256:n\t99B\t2 minutes\tcontainerd.io/distribution.source.docker.io=calico/cni,calico/node\n"
    "sha256:o\t99B\t2 minutes\t-\n"
)


def test_how_containerd_tells_where_a_blob_came_from(tmp_path: Path) -> None:
    use(Fake(tmp_path, prints=lambda *_argv: shell.Output(0, LISTING)))
    found = meters._sources()
    assert found["m"] == {"registry.aliyuncs.com/google_containers/etcd"}
    assert found["n"] == {"docker.io/calico/cni", "docker.io/calico/node"}
    assert not found["o"]


def test_no_runtime_to_ask(tmp_path: Path) -> None:
    use(Fake(tmp_path, prints=lambda *_argv: shell.Output(shell.NOT_FOUND)))
    assert meters._sources() == {}


def test_a_repository_on_a_port_of_its_own(store: Path) -> None:
    """containerd's mark names the host alone."""
    read = meters.images(
        ["10.1.1.1:5000/own/thing:1"], lambda: {"m": frozenset({"10.1.1.1/own/thing"})}
    )
    manifest(store, "m", {"a": 10})
    assert parts(read) == [(0, 10)]


def test_what_was_there_before_does_not_count(store: Path) -> None:
    manifest(store, "old", {"a": 100})
    put(store / "blobs/sha256/a", 100)
    read = pull(1, old=0)
    ingest(store, "of-another-pull", 70)
    assert sums(read) == (0, None)


def test_a_pull_that_broke_off_goes_on(store: Path) -> None:
    """Its manifest is there from the first try, and does not come again."""
    manifest(store, "m", {"a": 100, "b": 200})
    manifest(store, "of-another-image", {"c": 100})
    put(store / "blobs/sha256/a", 100)
    read = pull(1, m=0)
    assert sums(read) == (100, 300)
    ingest(store, "b", 20)
    assert sums(read) == (120, 300)


def test_blobs_that_are_no_manifest(store: Path) -> None:
    read = pull(1)
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
    assert sums(read) == (0, None)


def test_no_store_yet(store: Path) -> None:
    assert sums(pull(1)) == (0, None)


@given(st.lists(st.integers(0, 5000), max_size=6))
def test_yum_only_ever_grows(tmp_path_factory: pytest.TempPathFactory, sizes: list[int]) -> None:
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(meters, "CACHES", (folder,))
        read = meters.packages()
        counts = []
        for size in sizes:
            put(folder / "base/packages/x.rpm", size)
            counts.append(read("").done)
    assert counts == sorted(counts)
    assert not sizes or counts[-1] == max(sizes)
