"""containerd's settings, from the texts of its files and of `containerd config dump` (1.6 and 1.7)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tui_installer.effective import toml_lines
from tui_installer.model.facts import Broken, ContainerdSettings, FilePlace, RuntimeTable
from tui_installer.model.secret import without_credentials
from tui_installer.render.containerd import CRI

# The CRI plugin's name in a file of version 1.
OLD = "cri"
# The keys whose loss changes what a node does.
LOSABLE = ("sandbox_image", "config_path", "SystemdCgroup", "mirrors", "default_runtime_name")
_AT = re.compile(r"\((?P<line>\d+), (?P<column>\d+)\): (?P<words>.*)$")
_FILE = re.compile(r"failed to load TOML(?: from)?:? (?P<file>/[^:\s]+)")


@dataclass(frozen=True)
class Document:
    """A file that containerd reads, parsed, and the lines of its keys."""

    path: str
    values: Mapping[str, Any]
    lines: Mapping[tuple[str, ...], int]

    def place(self, *keys: str) -> FilePlace:
        """Returns the place of a key."""
        return FilePlace(self.path, self.lines.get(keys, 0))


def document(path: str, text: str) -> Document | Broken:
    """Parses a file; returns what is wrong where it is no TOML."""
    try:
        return Document(path, tomllib.loads(text), toml_lines.lines(text))
    except tomllib.TOMLDecodeError as error:
        return toml_lines.broken(path, text, error)


def refused(words: str, file: str) -> Broken:
    """Returns what containerd says of files that it refuses, and where, as far as it says so itself."""
    named = _FILE.search(words)
    place = FilePlace(named["file"] if named else file)
    if at := _AT.search(words):
        return Broken(FilePlace(place.file, int(at["line"]), int(at["column"])), at["words"])
    return Broken(place, words)


def imports(one: Document) -> tuple[str, ...]:
    """Returns the paths and patterns of a file's imports, in order."""
    return _strings(one.values.get("imports"))


def written(documents: Sequence[Document]) -> ContainerdSettings:
    """Returns what the files say together: later ones win, and a plugin's tables are replaced as a whole."""
    version: int | None = None
    disabled: list[str] = []
    places: dict[str, FilePlace] = {}
    for one in documents:
        if isinstance(number := one.values.get("version"), int) and number:
            version, places["version"] = number, one.place("version")
        if off := _strings(one.values.get("disabled_plugins")):
            disabled += off
            places.setdefault("disabled_plugins", one.place("disabled_plugins"))
    name, owners = _owners(documents, version or 1)
    first = documents[0] if documents else None
    if first and imports(first):
        places["imports"] = first.place("imports")
    looks = [_cri(one, name) for one in owners]
    cri = looks[-1] if looks else ContainerdSettings()
    lost = {
        key: place for look in looks[:-1] for key, place in look.places.items() if key in LOSABLE
    }
    return ContainerdSettings(
        version=version,
        disabled=tuple(disabled),
        sandbox_image=cri.sandbox_image,
        config_path=cri.config_path,
        mirrors=cri.mirrors,
        tls=cri.tls,
        systemd_cgroup=cri.systemd_cgroup,
        default_runtime=cri.default_runtime,
        runtimes=cri.runtimes,
        imports=imports(first) if first else (),
        tables=tuple(sorted({n for one in documents for n in (OLD, CRI) if n in _plugins(one)})),
        places={**places, **cri.places},
        lost={key: place for key, place in lost.items() if key not in cri.places},
    )


def dumped(text: str) -> ContainerdSettings:
    """Parses the output of `containerd config dump`. Raises tomllib.TOMLDecodeError for anything else."""
    return written([Document("", tomllib.loads(text), {})])


def _owners(documents: Iterable[Document], version: int) -> tuple[str, list[Document]]:
    """Returns the name of the CRI tables that count, else of those that are there, and the files that have them."""
    names = (CRI, OLD) if version >= 2 else (OLD, CRI)
    for name in names:
        if owners := [one for one in documents if name in _plugins(one)]:
            return name, owners
    return CRI, []


def _cri(one: Document, name: str) -> ContainerdSettings:
    cri = _table(_plugins(one).get(name))
    root = ("plugins", name)
    registry = _table(cri.get("registry"))
    containerd = _table(cri.get("containerd"))
    runtimes = {key: _runtime(_table(v)) for key, v in _table(containerd.get("runtimes")).items()}
    default = _string(containerd.get("default_runtime_name"))
    runtime = (*root, "containerd", "runtimes", default or "runc")
    tls = [host for host, v in _table(registry.get("configs")).items() if "tls" in _table(v)]
    paths = {
        "table": root,
        "sandbox_image": (*root, "sandbox_image"),
        "systemd_cgroup": (*root, "systemd_cgroup"),
        "config_path": (*root, "registry", "config_path"),
        "mirrors": (*root, "registry", "mirrors"),
        "default_runtime_name": (*root, "containerd", "default_runtime_name"),
        "runtime": runtime,
        "SystemdCgroup": (*runtime, "options", "SystemdCgroup"),
        **{f"mirror {host}": (*root, "registry", "mirrors", host) for host in _mirrors(registry)},
        **{f"tls {host}": (*root, "registry", "configs", host, "tls") for host in tls},
        **{
            f"option {option}": (*runtime, "options", option)
            for option in runtimes.get(default or "runc", RuntimeTable()).options
        },
    }
    return ContainerdSettings(
        sandbox_image=_string(cri.get("sandbox_image")),
        config_path=_string(registry.get("config_path")),
        mirrors=_mirrors(registry),
        tls=tuple(tls),
        systemd_cgroup=_bool(cri.get("systemd_cgroup")),
        default_runtime=default,
        runtimes=runtimes,
        places={key: one.place(*path) for key, path in paths.items() if path in one.lines},
    )


def _runtime(table: Mapping[str, Any]) -> RuntimeTable:
    options = _table(table.get("options"))
    kind = _string(table.get("runtime_type")) or ""
    return RuntimeTable(kind, _bool(options.get("SystemdCgroup")), tuple(options))


def _mirrors(registry: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        host: tuple(map(without_credentials, _strings(_table(value).get("endpoint"))))
        for host, value in _table(registry.get("mirrors")).items()
    }


def _plugins(one: Document) -> Mapping[str, Any]:
    return _table(one.values.get("plugins"))


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _string(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _bool(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _strings(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()
