"""How many bytes have come: counted on the disk, because the tools print none into a file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CONTENT = Path("/var/lib/containerd/io.containerd.content.v1.content")
CACHES = (Path("/var/cache/yum"), Path("/var/cache/dnf"))
MANIFEST_LIMIT = 1 << 18
_TOTAL = re.compile(r"Total download size: ([\d.]+) ?([kMG]?)")
_UNITS = {"": 1, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}


@dataclass(frozen=True)
class Reading:
    """Bytes so far, and bytes in all (None: cannot be known yet)."""

    done: int
    total: int | None = None


Meter = Callable[[str], Reading]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def yum() -> Meter:
    """Counts packages in yum's cache folders; the total is the one that yum has printed."""
    before = _cached()
    most = 0
    total: int | None = None

    def read(printed: str) -> Reading:
        nonlocal most, total
        most = max(most, _cached() - before)
        if said := _TOTAL.search(printed):
            total = int(float(said[1]) * _UNITS[said[2]])
        # yum rounds its total; packages already in the cache are not fetched again.
        return Reading(min(most, total) if total else most, total)

    return read


def _cached() -> int:
    found = (p for cache in CACHES for p in cache.glob("**/packages/*"))
    return sum(_size(p) for p in found)


def images(count: int) -> Meter:
    """Counts the layers of `count` images in containerd's store.

    A layer on its way is a folder below ingest/ with the files ref and data; the manifest, which
    comes first, lists all layers with their sizes.
    """
    before = _blobs()
    layers: dict[str, int] = {}
    manifests: set[str] = set()

    def read(_printed: str) -> Reading:
        for name in _blobs() - before - manifests:
            if (found := _layers(CONTENT / "blobs/sha256" / name)) is not None:
                manifests.add(name)
                layers.update(found)
        done = sum(_fetched(digest, size) for digest, size in layers.items())
        done += sum(_ingested(layers).values())
        return Reading(done, sum(layers.values()) if len(manifests) >= count else None)

    return read


def _blobs() -> set[str]:
    try:
        return {p.name for p in (CONTENT / "blobs/sha256").iterdir()}
    except OSError:
        return set()


def _layers(blob: Path) -> dict[str, int] | None:
    """The layers that a manifest names, by digest; None if the blob is no manifest."""
    if not 0 < _size(blob) < MANIFEST_LIMIT:
        return None
    try:
        document = json.loads(blob.read_bytes())
        return {row["digest"].partition(":")[2]: int(row["size"]) for row in document["layers"]}
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _fetched(digest: str, size: int) -> int:
    return size if (CONTENT / "blobs/sha256" / digest).exists() else 0


def _ingested(layers: dict[str, int]) -> dict[str, int]:
    """Bytes of layers on their way; those of other pulls are left out once layers are known."""
    found = {}
    for folder in (CONTENT / "ingest").glob("*"):
        try:
            digest = (folder / "ref").read_text().rpartition("sha256:")[2]
        except OSError:
            continue
        if digest in layers and not _fetched(digest, 1):
            found[digest] = _size(folder / "data")
    return found
