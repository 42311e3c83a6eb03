"""Facts about containerd's configuration: what its files say, what containerd makes of them, what its process has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui_installer.model.text import Text


@dataclass(frozen=True)
class FilePlace:
    """A place in a file; lines and columns count from 1, and 0 means that it is not known."""

    file: str = ""
    line: int = 0
    column: int = 0


@dataclass(frozen=True)
class Broken:
    """What a reader of TOML or YAML says of a file that it cannot read, and where."""

    place: FilePlace
    words: str


@dataclass(frozen=True)
class ConfigFile:
    """A file that containerd reads; `modified` is in seconds since 1970, 0 where the file is missing."""

    path: str
    modified: float = 0.0
    broken: Broken | None = None


@dataclass(frozen=True)
class RuntimeTable:
    """The table of one runtime; `options` are the names of its options, None: SystemdCgroup is not among them."""

    kind: str = ""
    systemd_cgroup: bool | None = None
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class ContainerdSettings:
    """Those settings of containerd that matter to Kubernetes, as one look sees them; None: not set.

    `mirrors` maps registries to their endpoints, `tables` are the CRI plugin's names that have a table. `places` has
    the places by the names of keys; `lost` those of keys that an import makes containerd leave out.
    """

    version: int | None = None
    disabled: tuple[str, ...] = ()
    sandbox_image: str | None = None
    config_path: str | None = None
    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    tls: tuple[str, ...] = ()
    systemd_cgroup: bool | None = None
    default_runtime: str | None = None
    runtimes: Mapping[str, RuntimeTable] = field(default_factory=dict)
    imports: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    places: Mapping[str, FilePlace] = field(default_factory=dict)
    lost: Mapping[str, FilePlace] = field(default_factory=dict)


@dataclass(frozen=True)
class MirrorHost:
    """One host of a hosts.toml; without `capabilities` (None) it may do everything."""

    url: str
    capabilities: tuple[str, ...] | None = None
    place: FilePlace = field(default_factory=FilePlace)


@dataclass(frozen=True)
class HostsFile:
    """The hosts.toml of a registry's folder, its hosts in the order in which containerd asks them, then `server`."""

    registry: str
    place: FilePlace
    server: str = ""
    hosts: tuple[MirrorHost, ...] = ()
    broken: Broken | None = None


@dataclass(frozen=True)
class CrictlFile:
    """crictl's own file: its sockets, and why crictl drops it; `there` is False without the file."""

    there: bool = False
    runtime: str = ""
    image: str = ""
    broken: Broken | None = None


@dataclass(frozen=True)
class ContainerdProcess:
    """containerd's process: its start (seconds since 1970), its proxy, and what its unit says of both.

    `config` is the file that its command line names, empty where it names none. `unit_files` maps the unit's files to the times of their last change. With `more_variables` the unit takes
    variables from files that are not looked at.
    """

    config: str = ""
    started: float = 0.0
    proxy: Mapping[str, str] = field(default_factory=dict)
    unit_proxy: Mapping[str, str] = field(default_factory=dict)
    unit_files: Mapping[str, float] = field(default_factory=dict)
    proxy_places: Mapping[str, FilePlace] = field(default_factory=dict)
    more_variables: bool = False


@dataclass(frozen=True)
class ContainerdConfig:
    """containerd's files and what containerd makes of them.

    `files` are the main file and its imports in containerd's order, `written` is what they say together, `dumped` what
    `containerd config dump` says, and `refusal` its words where it refuses the files. `plugin` is the state of the CRI
    plugin: ok, error, skip, or empty where there is none. `unread` has the reasons by the names of fields.
    """

    installed: bool = False
    version: str = ""
    files: tuple[ConfigFile, ...] = ()
    written: ContainerdSettings = field(default_factory=ContainerdSettings)
    dumped: ContainerdSettings | None = None
    refusal: str = ""
    plugin: str = ""
    plugin_error: str = ""
    hosts: tuple[HostsFile, ...] = ()
    crictl: CrictlFile = field(default_factory=CrictlFile)
    process: ContainerdProcess | None = None
    unread: Mapping[str, Text] = field(default_factory=dict)
