"""Trust in sources: the evidence that fetched bytes are the right ones."""

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
    """The authentication of a source's bytes, strongest first."""

    # The sha256 of the whole file is known beforehand.
    DIGEST = "digest"
    # Each package is signed with a key that is on the disk before the first download.
    SIGNATURE = "signature"
    # The bytes never leave this machine.
    OWN = "own"
    # The holder of that name's certificate vouches for the bytes.
    TLS = "TLS"
    # Anybody on the network path can replace the bytes.
    NOBODY = "nobody"


def newer_layout(root: str) -> bool:
    """Tells whether this source of Kubernetes' packages has the layout of pkgs.k8s.io, which brings its own key."""
    return root.endswith("/rpm")


def anchor(need: str, place: str) -> Anchor:
    """Returns the authentication of a source: a need of `mirrors`, or Calico's manifest.

    `place` is a URL; for the need "images" it is a repository without a scheme, which containerd asks by
    TLS.
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
    """Tells whether a place is on this machine; accepts only a form that every program parses alike.

    127.0.0.1:1@evil.example is another host, after a name and a password.
    """
    match = _PLAIN.fullmatch(place)
    try:
        return match is not None and IPv4Address(match["host"]) in _LOOPBACK
    except ValueError:
        return False


def vouching(change: Change) -> Text | None:
    """Returns a sentence about who alone vouches for an image that a change pulls; None for all other changes."""
    if not isinstance(change, RunCommand) or not pulls(change.argv):
        return None
    source = change.target.partition("/")[0]
    if source == DOCKER_IO:
        return T(
            "no signature: the mirrors of docker.io, or docker.io itself, say what belongs to this version"
        )
    return T("no signature: {source} says what belongs to this version", source=source)
