"""Reader of Calico's manifest: the program's own, or the one that the answers name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tui_installer import assets
from tui_installer.host import machine
from tui_installer.host.look import MISSING, Look
from tui_installer.model import places
from tui_installer.model.facts import Manifest

TOPIC = Manifest
# The reader uses files alone, so it works on a recorded machine too.
FILES = True
LARGEST = 4 << 20


def place(kubernetes: str, named: str) -> str:
    """Returns the manifest's path; for a URL, the path of its local copy."""
    calico = assets.release(kubernetes).calico
    if named.startswith("https://"):
        return str(places.STATE / f"calico-{calico.version}.yaml")
    return named or str(assets.ASSETS / calico.manifest)


def _here(path: str, named: str) -> Path:
    """Maps the path to the node where the answers name the file; the program's own lies beside the program."""
    return machine.at(path) if named else Path(path)


def read(look: Look) -> Manifest:
    """Reads the manifest and its digest; the caller compares the digest."""
    if look.answers is None:
        return Manifest()
    cluster = look.answers.cluster
    path = place(cluster.kubernetes, cluster.calico_manifest)
    try:
        with _here(path, cluster.calico_manifest).open("rb") as file:
            raw = file.read(LARGEST)
    except MISSING:
        if cluster.calico_manifest:
            return Manifest(place=path)
        return machine.here().manifest(path, assets.release(cluster.kubernetes).calico.sha256)
    return Manifest(raw.decode("utf-8", "replace"), path, hashlib.sha256(raw).hexdigest())
