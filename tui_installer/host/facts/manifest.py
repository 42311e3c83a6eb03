"""Calico's manifest: that of the program, or the one that the answers name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tui_installer import assets
from tui_installer.host import machine
from tui_installer.host.look import MISSING, Look
from tui_installer.model import places
from tui_installer.model.facts import Manifest

TOPIC = Manifest
# Read from files alone: those of a recorded machine are there to be read.
FILES = True
LARGEST = 4 << 20


def place(kubernetes: str, named: str) -> str:
    """Where the manifest lies: of one that is named by a URL, its copy here."""
    calico = assets.release(kubernetes).calico
    if named.startswith("https://"):
        return str(places.STATE / f"calico-{calico.version}.yaml")
    return named or str(assets.ASSETS / calico.manifest)


def _here(path: str, named: str) -> Path:
    """A file that the answers name lies on the node, the program's own beside the program."""
    return machine.at(path) if named else Path(path)


def read(look: Look) -> Manifest:
    """Read whatever its digest is: who uses it compares that."""
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
