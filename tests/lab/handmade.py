"""Images made by hand, in a tar file for `ctr images import`, each with a small layer that no other image has."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def image(*names: str, architecture: str = "amd64", index: bool = False) -> bytes:
    """An OCI layout with an image of each name; with `index` an index of this one architecture stands before each manifest."""
    blobs: dict[str, bytes] = {}
    tops = [_image(name, architecture, blobs, index=index) for name in names]
    return _tar(
        {
            "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
            "index.json": _json({"schemaVersion": 2, "manifests": tops}),
            **{f"blobs/sha256/{digest}": blob for digest, blob in blobs.items()},
        }
    )


def _image(name: str, architecture: str, blobs: dict[str, bytes], *, index: bool) -> dict[str, Any]:
    """Adds the blobs of one image, and returns its descriptor."""
    layer = _tar({"about": f"{name} {architecture}\n".encode()})
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}
    config = {"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": _kept(blobs, _json(config), "application/vnd.oci.image.config.v1+json"),
        "layers": [_kept(blobs, layer, "application/vnd.oci.image.layer.v1.tar")],
    }
    top = _kept(blobs, _json(manifest), MANIFEST)
    if index:
        platform = {"architecture": architecture, "os": "linux"}
        whole = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [{**top, "platform": platform}],
        }
        top = _kept(blobs, _json(whole), INDEX)
    return {**top, "annotations": {"io.containerd.image.name": name}}


def _kept(blobs: dict[str, bytes], blob: bytes, kind: str) -> dict[str, Any]:
    digest = hashlib.sha256(blob).hexdigest()
    blobs[digest] = blob
    return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(blob)}


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _tar(files: dict[str, bytes]) -> bytes:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w") as archive:
        for path, content in files.items():
            entry = tarfile.TarInfo(path)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return whole.getvalue()
