"""The constant tables under `assets/`: versions, mirrors, and the tools' own default files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parent.parent / "assets"
NEEDS = ("centos", "docker_ce", "kubernetes", "images", "docker_io")
OFFICIAL_REGISTRY = "registry.k8s.io"
# install.sh puts assets/ here; yum reads the keys here, even after the run.
INSTALLED = "/opt/tui-installer/app/assets"
DOCKER_IO = "docker.io"


@dataclass(frozen=True)
class Image:
    """One image: name and tag, and its compressed size in bytes."""

    name: str
    tag: str
    size: int
    worker: bool = False
    official: str = ""

    def reference(self, repository: str) -> str:
        """Returns the full reference in a repository, as kubeadm forms it (kubeadm 1.25, images.go)."""
        deeper = self.official and repository == OFFICIAL_REGISTRY
        return f"{repository}/{self.official if deeper else self.name}:{self.tag}"


@dataclass(frozen=True)
class CalicoRelease:
    """The pod network of a release: the digest of its manifest (a path below assets/), and its images."""

    version: str
    manifest: str
    sha256: str
    images: tuple[Image, ...]


@dataclass(frozen=True)
class Release:
    """Everything that belongs to one Kubernetes version."""

    kubernetes: str
    packages: Mapping[str, str]
    # docker's packages, in a version that does not require a newer containerd.
    docker: Mapping[str, str]
    images: tuple[Image, ...]
    containerd_config: str
    calico: CalicoRelease

    def image(self, name: str) -> Image:
        """Returns the image with that name; KeyError if the release has none."""
        return next(image for image in self.images if image.name == name)


@dataclass(frozen=True)
class Key:
    """The key that signs a source's packages: its file on a node, its fingerprint and its owner."""

    path: str
    fingerprint: str
    owner: str

    @property
    def url(self) -> str:
        """The key's URL for yum."""
        return f"file://{self.path}"


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((ASSETS / name).read_text(encoding="utf-8"))


def versions() -> tuple[str, ...]:
    """Returns the Kubernetes versions that can be installed."""
    return tuple(_table("versions.toml"))


def nearest_release(kubernetes: str) -> Release:
    """Returns the release of that version; the newest one if there is none."""
    known = versions()
    return release(kubernetes if kubernetes in known else known[0])


@cache
def release(kubernetes: str) -> Release:
    """Returns the row of assets/versions.toml; KeyError for an unknown version."""
    row = _table("versions.toml")[kubernetes]
    images = tuple(
        Image(name, i["tag"], i["bytes"], i.get("worker", False), i.get("official", ""))
        for name, i in row["images"].items()
    )
    default = (ASSETS / row["containerd_config"]).read_text(encoding="utf-8")
    return Release(
        kubernetes, row["packages"], row["docker"], images, default, _calico(row["calico"])
    )


def _calico(row: Mapping[str, Any]) -> CalicoRelease:
    images = tuple(
        Image(f"calico/{name}", row["version"], i["bytes"], i.get("worker", False))
        for name, i in row["images"].items()
    )
    return CalicoRelease(row["version"], row["manifest"], row["sha256"], images)


def asked(kubernetes: str, *, docker: bool) -> Release:
    """Returns the release to ask mirrors for: with docker's packages only where they are wanted."""
    found = release(kubernetes)
    return found if docker else replace(found, docker={})


def base_packages() -> tuple[str, ...]:
    """Returns the compilers and tools that are installed on request, by their names on CentOS 7."""
    names: list[str] = _table("packages.toml")["base"]
    return tuple(names)


def image_bytes(reference: str) -> int | None:
    """Returns the compressed size of an image of any release in any repository; None if unknown."""
    for version in versions():
        shipped = release(version)
        for image in (*shipped.images, *shipped.calico.images):
            if reference.endswith(f"/{image.name}:{image.tag}"):
                return image.size
    return None


def pace() -> Mapping[str, Mapping[str, float]]:
    """Returns the usual seconds, bytes and speeds by step, for forecasts only."""
    return _table("pace.toml")


def key(need: str) -> Key:
    """Returns the key of docker_ce or kubernetes; KeyError for a source whose key we do not bring."""
    row = _table("keys.toml")[need]
    return Key(f"{INSTALLED}/{row['file']}", row["fingerprint"], row["owner"])


def mirrors(need: str) -> Mapping[str, str]:
    """Returns the known sources of one need, name to URL or repository, best guess first."""
    table: dict[str, str] = _table("mirrors.toml")[need]
    return table


def location(need: str, value: str) -> str:
    """Returns the URL (or repository) of a name; a URL stays itself; empty for an unknown name."""
    known = mirrors(need).get(value, "")
    return known or (value.rstrip("/") if "." in value or "//" in value else "")
