"""Meters of downloaded bytes; they count on the disk, because the tools print no progress into a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tui_installer.assets import image_bytes
from tui_installer.host import machine, shell
from tui_installer.host.content_store import CONTENT, CONTENTS
from tui_installer.render.packages import CACHES, download_size

MANIFEST_LIMIT = 1 << 18
_SOURCE = re.compile(
    r"containerd\.io/distribution\.source\.([^=\s]+)=(\S+?)(?=,containerd\.io/|\s|$)"
)
# containerd labels a manifest right after its download; this many questions are enough for one that stays
# unlabelled.
_ASKED_AT_MOST = 5


@dataclass(frozen=True)
class MeteredPart:
    """Bytes of one of several parallel downloads; `name` is the thing that was requested."""

    name: str
    done: int
    total: int | None = None


@dataclass(frozen=True)
class Reading:
    """Bytes so far, and the total (None: not known yet)."""

    done: int
    total: int | None = None
    parts: tuple[MeteredPart, ...] = ()


Meter = Callable[[str], Reading]
# Maps a blob's digest to the repositories that it came for, as REGISTRY/REPOSITORY.
Sources = Mapping[str, frozenset[str]]


def _content(folder: str) -> Path:
    return machine.at(CONTENT) / folder


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def packages() -> Meter:
    """Counts packages in yum's cache folders; yum prints the total."""
    before = _cached()
    most = 0
    total: int | None = None

    def read(printed: str) -> Reading:
        nonlocal most, total
        most = max(most, _cached() - before)
        if (size := download_size(printed)) is not None:
            total = size
        # The printed total is rounded, and the tool does not fetch packages that are already in the cache.
        return Reading(min(most, total) if total else most, total)

    return read


def _cached() -> int:
    found = (p for cache in CACHES for p in machine.at(cache).glob("**/packages/*"))
    return sum(_size(p) for p in found)


def images(targets: Sequence[str], sources: Callable[[], Sources] | None = None) -> Meter:
    """Counts the layers of these images in containerd's store, together and per image.

    A layer in transit is a folder below ingest/ with the files ref and data; the manifest, which comes
    first, lists all layers with their sizes. `sources` maps blobs to their repositories. Manifests of an
    earlier attempt that lack layers count as well.
    """
    store = _Store(tuple(targets), sources or _sources)
    store.begin()
    return store.read


def _sources() -> Sources:
    repositories = {}
    for line in shell.output(*CONTENTS, timeout=2).out.splitlines():
        digest = line.partition("\t")[0].removeprefix("sha256:")
        labels = _SOURCE.findall(line)
        repositories[digest] = frozenset(
            f"{host}/{name}" for host, names in labels for name in names.split(",")
        )
    return repositories


def _repository(reference: str) -> str:
    """Converts an image's reference to the spelling of containerd's labels: no tag, no digest, no port."""
    host, _, path = reference.partition("@")[0].partition("/")
    return f"{host.partition(':')[0]}/{path.partition(':')[0]}"


@dataclass
class _Store:
    """The manifests and layers of some pulls, as far as they have been seen."""

    targets: tuple[str, ...]
    sources: Callable[[], Sources]
    before: set[str] = field(default_factory=set)
    # Manifests of an earlier attempt; whether they belong to these pulls is not known yet.
    stale: dict[str, dict[str, int]] = field(default_factory=dict)
    manifests: dict[str, dict[str, int]] = field(default_factory=dict)
    # The manifest of each image, and the first image of each layer.
    owned: dict[str, str] = field(default_factory=dict)
    image_of: dict[str, str] = field(default_factory=dict)
    asked: int = 0

    def begin(self) -> None:
        """Remembers the blobs that exist already: they are not part of these pulls, unless layers are missing."""
        self.before = _blobs()
        for name, layers in _manifests(self.before):
            if not all(digest in self.before for digest in layers):
                self.stale[name] = layers

    def read(self, _printed: str) -> Reading:
        """Counts the bytes that are on the disk now."""
        # The order matters: the other way round, a layer that completes in between is in neither set.
        ingested, blobs = _ingested(), _blobs()
        for name, layers in _manifests(blobs - self.before - set(self.manifests)):
            self.manifests[name] = layers
            self.asked = 0
        self._find_owners()
        layers = {
            digest: size
            for manifest in self.manifests.values()
            for digest, size in manifest.items()
        }
        here = {
            digest: size if digest in blobs else ingested.get(digest, 0)
            for digest, size in layers.items()
        }
        total = sum(layers.values()) if len(self.manifests) >= len(self.targets) else None
        return Reading(sum(here.values()), total, self._parts(here))

    def _find_owners(self) -> None:
        """Finds the owners of manifests; asks containerd only while an image has none."""
        waiting = [target for target in self.targets if target not in self.owned]
        free = (set(self.manifests) | set(self.stale)) - set(self.owned.values())
        if not (waiting and free) or self.asked >= _ASKED_AT_MOST:
            return
        self.asked += 1
        sources = self.sources()
        for target in waiting:
            came = (name for name in sorted(free) if _repository(target) in sources.get(name, ()))
            if name := next(came, ""):
                free.discard(name)
                self._own(target, name)

    def _own(self, target: str, name: str) -> None:
        if name in self.stale:
            self.manifests[name] = self.stale.pop(name)
        self.owned[target] = name
        for digest in self.manifests[name]:
            self.image_of.setdefault(digest, target)

    def _parts(self, here: Mapping[str, int]) -> tuple[MeteredPart, ...]:
        """Returns the bytes per image; nothing where the owner of a layer cannot be known."""
        if self.manifests and not self.owned:
            return ()
        parts = []
        for target in self.targets:
            layers = self.manifests.get(self.owned.get(target, ""))
            own = {d: n for d, n in (layers or {}).items() if self.image_of[d] == target}
            total = image_bytes(target) if layers is None else sum(own.values())
            parts.append(MeteredPart(target, sum(here[digest] for digest in own), total))
        return tuple(parts)


def _manifests(names: Iterable[str]) -> list[tuple[str, dict[str, int]]]:
    """Returns those blobs that are manifests, with their layers."""
    read = ((name, _layers(_content("blobs/sha256") / name)) for name in sorted(names))
    return [(name, layers) for name, layers in read if layers is not None]


def _blobs() -> set[str]:
    try:
        return {p.name for p in _content("blobs/sha256").iterdir()}
    except OSError:
        return set()


def _layers(blob: Path) -> dict[str, int] | None:
    """Returns the layers of a manifest by digest; None if the blob is no manifest."""
    if not 0 < _size(blob) < MANIFEST_LIMIT:
        return None
    try:
        document = json.loads(blob.read_bytes())
        return {row["digest"].partition(":")[2]: int(row["size"]) for row in document["layers"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _ingested() -> dict[str, int]:
    """Counts the bytes of all layers in transit."""
    sizes = {}
    for folder in _content("ingest").glob("*"):
        try:
            digest = (folder / "ref").read_text().rpartition("sha256:")[2]
        except OSError:
            continue
        sizes[digest] = _size(folder / "data")
    return sizes
