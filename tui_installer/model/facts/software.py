"""Facts about packages, and the container runtime with its images."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Packages:
    """Installed packages among those that the program uses: name to version-release."""

    installed: Mapping[str, str] = field(default_factory=dict)
    # Packages with missing or altered files; they are searched only after a broken transaction.
    damaged: frozenset[str] = frozenset()
    # Files that an interrupted rpm was unpacking, under names that only rpm uses.
    torn: tuple[str, ...] = ()
    # rpm's own words when it cannot read its database.
    broken: str = ""

    def version(self, name: str) -> str:
        """Returns the version without its release; empty if the package is not installed."""
        return self.installed.get(name, "").partition("-")[0]


@dataclass(frozen=True)
class Yum:
    """The holder of yum's lock; pid 0: nobody."""

    lock_pid: int = 0
    lock_program: str = ""


@dataclass(frozen=True)
class InForce:
    """The settings that the running containerd reports."""

    sandbox_image: str = ""
    systemd_cgroup: bool = False
    config_path: str = ""


@dataclass(frozen=True)
class Containerd:
    """The container runtime: its default file, and the settings in force (None: it does not report them)."""

    installed: bool = False
    default_config: str = ""
    in_force: InForce | None = None
    error: str = ""


@dataclass(frozen=True)
class DockerInForce:
    """The settings that the running docker reports; mirrors have no slash at their end."""

    version: str = ""
    cgroup_driver: str = ""
    logging_driver: str = ""
    mirrors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Docker:
    """docker's settings in force (None: it does not run, or does not answer), and its words if it fails."""

    in_force: DockerInForce | None = None
    error: str = ""


@dataclass(frozen=True)
class Images:
    """References of the images that the kubelet can use here."""

    present: frozenset[str] = frozenset()
