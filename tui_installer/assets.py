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
# Where install.sh puts assets/; yum reads the keys there, and goes on doing so after the run.
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
        """The full reference in a repository, as kubeadm forms it (kubeadm 1.25, images.go)."""
        deeper = self.official and repository == OFFICIAL_REGISTRY
        return f"{repository}/{self.official if deeper else self.name}:{self.tag}"


@dataclass(frozen=True)
class CalicoRelease:
    """The pod network of a release: the digest of its manifest (a path below assets/), its images."""

    version: str
    manifest: str
    sha256: str
    images: tuple[Image, ...]


@dataclass(frozen=True)
class Release:
    """Everything that goes with one Kubernetes version."""

    kubernetes: str
    packages: Mapping[str, str]
    # docker's packages, of a version that does not ask for a newer containerd.
    docker: Mapping[str, str]
    images: tuple[Image, ...]
    containerd_config: str
    calico: CalicoRelease

    def image(self, name: str) -> Image:
        """The image of that name; KeyError if the release has none."""
        return next(image for image in self.images if image.name == name)


@dataclass(frozen=True)
class Key:
    """Who signs the packages of a source: its file on a node, its fingerprint and its owner."""

    path: str
    fingerprint: str
    owner: str

    @property
    def url(self) -> str:
        """As yum is told of it."""
        return f"file://{self.path}"


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((ASSETS / name).read_text(encoding="utf-8"))


def versions() -> tuple[str, ...]:
    """The Kubernetes versions that can be installed."""
    return tuple(_table("versions.toml"))


def nearest_release(kubernetes: str) -> Release:
    """The row of that version; of one that is not there: that of the newest."""
    known = versions()
    return release(kubernetes if kubernetes in known else known[0])


@cache
def release(kubernetes: str) -> Release:
    """The row of assets/versions.toml; KeyError for a version that is not there."""
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
    """The release as mirrors are asked for it: with docker's packages only where it is wanted."""
    found = release(kubernetes)
    return found if docker else replace(found, docker={})


def base_packages() -> tuple[str, ...]:
    """The compilers and tools that are installed on request, by their names on CentOS 7."""
    names: list[str] = _table("packages.toml")["base"]
    return tuple(names)


def image_bytes(reference: str) -> int | None:
    """The compressed size of an image of any release, whatever its repository; None: not known."""
    for version in versions():
        known = release(version)
        for image in (*known.images, *known.calico.images):
            if reference.endswith(f"/{image.name}:{image.tag}"):
                return image.size
    return None


def pace() -> Mapping[str, Mapping[str, float]]:
    """Usual seconds, bytes and speeds by step, for forecasts only."""
    return _table("pace.toml")


def key(need: str) -> Key:
    """The key of docker_ce or kubernetes; KeyError for a source whose key is not ours to bring."""
    row = _table("keys.toml")[need]
    return Key(f"{INSTALLED}/{row['file']}", row["fingerprint"], row["owner"])


def mirrors(need: str) -> Mapping[str, str]:
    """The known sources of one need, name to URL or repository, best guess first."""
    table: dict[str, str] = _table("mirrors.toml")[need]
    return table


def location(need: str, value: str) -> str:
    """The URL (or repository) behind a name; a URL stays itself; empty for an unknown name."""
    known = mirrors(need).get(value, "")
    return known or (value.rstrip("/") if "." in value or "//" in value else "")
