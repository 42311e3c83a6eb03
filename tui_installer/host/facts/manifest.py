"""Calico's manifest: that of the program, or the one that the answers name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tui_installer import catalogue
from tui_installer.host.look import Look
from tui_installer.model import places
from tui_installer.model.facts import Manifest

TOPIC = Manifest
LARGEST = 4 << 20


def place(kubernetes: str, named: str) -> str:
    """Where the manifest lies: of one that is named by a URL, its copy here."""
    calico = catalogue.release(kubernetes).calico
    if named.startswith("https://"):
        return str(places.STATE / f"calico-{calico.version}.yaml")
    return named or str(catalogue.ASSETS / calico.manifest)


def read(look: Look) -> Manifest:
    """Read whatever its digest is: who uses it compares that."""
    if look.answers is None:
        return Manifest()
    cluster = look.answers.cluster
    path = place(cluster.kubernetes, cluster.calico_manifest)
    try:
        with Path(path).open("rb") as file:
            raw = file.read(LARGEST)
    except OSError:
        return Manifest(place=path)
    return Manifest(raw.decode("utf-8", "replace"), path, hashlib.sha256(raw).hexdigest())
