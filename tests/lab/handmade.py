"""Images made by hand: a tar file for `ctr images import`, with one small layer that no other image has."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from typing import Any

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"


def image(name: str, architecture: str = "amd64", *, index: bool = False) -> bytes:
    """An OCI layout with one image; with `index` an index of this one architecture stands before its manifest."""
    blobs: dict[str, bytes] = {}

    def kept(blob: bytes, kind: str) -> dict[str, Any]:
        digest = hashlib.sha256(blob).hexdigest()
        blobs[digest] = blob
        return {"mediaType": kind, "digest": f"sha256:{digest}", "size": len(blob)}

    layer = _tar({"about": f"{name} {architecture}\n".encode()})
    rootfs = {"type": "layers", "diff_ids": [f"sha256:{hashlib.sha256(layer).hexdigest()}"]}
    config = {"architecture": architecture, "os": "linux", "config": {}, "rootfs": rootfs}
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": kept(_json(config), "application/vnd.oci.image.config.v1+json"),
        "layers": [kept(layer, "application/vnd.oci.image.layer.v1.tar")],
    }
    top = kept(_json(manifest), MANIFEST)
    if index:
        platform = {"architecture": architecture, "os": "linux"}
        whole = {
            "schemaVersion": 2,
            "mediaType": INDEX,
            "manifests": [{**top, "platform": platform}],
        }
        top = kept(_json(whole), INDEX)
    top["annotations"] = {"io.containerd.image.name": name}
    return _tar(
        {
            "oci-layout": _json({"imageLayoutVersion": "1.0.0"}),
            "index.json": _json({"schemaVersion": 2, "manifests": [top]}),
            **{f"blobs/sha256/{digest}": blob for digest, blob in blobs.items()},
        }
    )


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
