"""What shows that fetched bytes are the right ones."""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import IPv4Address, IPv4Network

from tui_installer.model.change import Change, RunCommand
from tui_installer.model.event import pulls
from tui_installer.model.text import T, Text

DOCKER_IO = "docker.io"
_LOOPBACK = IPv4Network("127.0.0.0/8")
_PLAIN = re.compile(r"(https?://)?(?P<host>[0-9.]+)(:[0-9]+)?(/[^\s@?#\\]*)?")


class Anchor(StrEnum):
    """What authenticates the bytes of a source, the strongest first."""

    # The sha256 of the whole file is known beforehand.
    DIGEST = "digest"
    # Each package is signed with a key that is on the disk before the first is fetched.
    SIGNATURE = "signature"
    # They never leave this machine.
    OWN = "own"
    # Whoever holds the certificate of that name says what they are.
    TLS = "TLS"
    # Whoever is on the way can exchange them.
    NOBODY = "nobody"


def newer_layout(root: str) -> bool:
    """Whether this source of Kubernetes' packages is laid out as pkgs.k8s.io, which brings its own key."""
    return root.endswith("/rpm")


def anchor(need: str, place: str) -> Anchor:
    """What authenticates the bytes of a source: a need of `mirrors`, or the manifest of Calico.

    `place` is a URL; of the need "images" a repository without a scheme, which containerd asks by TLS.
    """
    if need == "calico_manifest":
        return Anchor.DIGEST
    if need in ("centos", "docker_ce") or (need == "kubernetes" and not newer_layout(place)):
        return Anchor.SIGNATURE
    if _own(place):
        return Anchor.OWN
    if need == "images" or place.startswith("https://"):
        return Anchor.TLS
    return Anchor.NOBODY


def _own(place: str) -> bool:
    """Only what every program reads alike: 127.0.0.1:1@evil.example is another host, after a name and a password."""
    found = _PLAIN.fullmatch(place)
    try:
        return found is not None and IPv4Address(found["host"]) in _LOOPBACK
    except ValueError:
        return False


def vouching(change: Change) -> Text | None:
    """Who alone says what an image is that a change pulls; None of all other changes."""
    if not isinstance(change, RunCommand) or not pulls(change.argv):
        return None
    source = change.target.partition("/")[0]
    if source == DOCKER_IO:
        return T(
            "no signature: the mirrors of docker.io, or docker.io itself, say what belongs to this version"
        )
    return T("no signature: {source} says what belongs to this version", source=source)
