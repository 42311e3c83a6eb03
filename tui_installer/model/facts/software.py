"""Packages, and the container runtime with its images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Packages:
    """Installed packages of those the program has to do with: name to version-release."""

    installed: Mapping[str, str] = field(default_factory=dict)
    # Packages of which files are missing or changed; looked for only after a broken transaction.
    damaged: frozenset[str] = frozenset()
    # Files that rpm had begun to unpack when it was cut off, under names that only it uses.
    torn: tuple[str, ...] = ()
    # rpm's own words when it cannot read its database.
    broken: str = ""

    def version(self, name: str) -> str:
        """The version without its release; empty if the package is not installed."""
        return self.installed.get(name, "").partition("-")[0]


@dataclass(frozen=True)
class Yum:
    """Who holds yum's lock; pid 0: nobody."""

    lock_pid: int = 0
    lock_program: str = ""


@dataclass(frozen=True)
class InForce:
    """What the running containerd itself says that it uses."""

    sandbox_image: str = ""
    systemd_cgroup: bool = False
    config_path: str = ""


@dataclass(frozen=True)
class Containerd:
    """The container runtime: its own default file, and what is in force (None: it does not say)."""

    installed: bool = False
    default_config: str = ""
    in_force: InForce | None = None
    error: str = ""


@dataclass(frozen=True)
class DockerInForce:
    """What the running docker itself says that it uses; mirrors without a slash at their end."""

    version: str = ""
    cgroup_driver: str = ""
    logging_driver: str = ""
    mirrors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Docker:
    """docker as it runs (None: it does not run, or does not say), and its words if it fails."""

    in_force: DockerInForce | None = None
    error: str = ""


@dataclass(frozen=True)
class Images:
    """References of the images that the kubelet can use here."""

    present: frozenset[str] = frozenset()
