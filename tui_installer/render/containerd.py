"""containerd's config.toml, crictl's file, and the hosts.toml of an image mirror."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

CRI = "io.containerd.grpc.v1.cri"
SOCKET = "unix:///run/containerd/containerd.sock"
CERTS = "/etc/containerd/certs.d"


@dataclass(frozen=True)
class Wanted:
    """The settings that containerd must use; `restrict_oom` where it may not lower a process's OOM score."""

    sandbox_image: str
    restrict_oom: bool = False


def _fits(present: dict[str, Any], default: dict[str, Any]) -> bool:
    """Tells whether every value has the type of the default file: with another one containerd would not start."""
    for key, value in present.items():
        like = default.get(key, value)
        if type(value) is not type(like):
            return False
        if isinstance(value, dict) and not _fits(value, like):
            return False
    return True


@cache
def _values(default: str) -> dict[str, Any]:
    return tomllib.loads(default)


@cache
def _fresh(default: str, wanted: Wanted) -> str:
    """Returns the default file with the settings for Kubernetes; parsing it for an edit takes too long."""
    return _edited(tomlkit.parse(default), wanted)


def _usable(text: str | None, default: str) -> Any:
    """Returns the present file if it is a complete one of version 2 that containerd can read, else None."""
    try:
        document = tomlkit.parse(text or "")
        present = document.unwrap()
    except (TOMLKitError, ValueError):
        return None
    whole = present.get("version") == 2 and _fits(present, _values(default))
    return document if whole and CRI in present.get("plugins", {}) else None


def _table(parent: Any, *path: str) -> Any:
    for name in path:
        if name not in parent:
            parent[name] = tomlkit.table(is_super_table=False)
        parent = parent[name]
    return parent


def _set(table: Any, key: str, value: object) -> None:
    if table.get(key) != value:
        table[key] = value


def config(default: str, present: str | None, wanted: Wanted) -> str:
    """Returns config.toml with the settings for Kubernetes; edits the present file where it is complete.

    It removes settings that would keep the CRI plugin from loading: the plugin in disabled_plugins,
    the dead switch systemd_cgroup, and registry tables that exclude config_path.
    """
    document = _usable(present, default)
    if document is not None:
        # An edit often cannot add to tables that are written inline or by dotted keys.
        with suppress(TOMLKitError, ValueError):
            text = _edited(document, wanted)
            if text == present or _edited(tomlkit.parse(text), wanted) == text:
                return text
    return _fresh(default, wanted)


def _edited(document: Any, wanted: Wanted) -> str:
    off = [p for p in document.get("disabled_plugins", []) if p not in ("cri", CRI)]
    _set(document, "disabled_plugins", off)
    cri = _table(document, "plugins", CRI)
    _set(cri, "sandbox_image", wanted.sandbox_image)
    if cri.get("systemd_cgroup"):
        cri["systemd_cgroup"] = False
    if wanted.restrict_oom:
        _set(cri, "restrict_oom_score_adj", True)
    runc = _table(cri, "containerd", "runtimes", "runc")
    # Without a type containerd would not pass the options on.
    if not runc.get("runtime_type"):
        runc["runtime_type"] = "io.containerd.runc.v2"
    _set(_table(runc, "options"), "SystemdCgroup", True)
    registry = _table(cri, "registry")
    _set(registry, "config_path", CERTS)
    if registry.get("mirrors"):
        del registry["mirrors"]
    # A registry's name and password stay; only its TLS part excludes config_path.
    for host in registry.get("configs", {}).values():
        host.pop("tls", None)
    return tomlkit.dumps(document)


def crictl() -> str:
    """Returns /etc/crictl.yaml with only the keys that crictl 1.25 knows: one unknown key voids the whole file."""
    return f"runtime-endpoint: {SOCKET}\nimage-endpoint: {SOCKET}\ntimeout: 10\ndebug: false\n"


def hosts_toml(server: str, mirrors: Sequence[str]) -> str:
    """Returns hosts.toml: the mirrors in order, then the registry itself; each may also resolve tags."""
    document = tomlkit.document()
    document.add("server", tomlkit.item(server))
    hosts = tomlkit.table(is_super_table=True)
    for url in mirrors:
        host = tomlkit.table()
        host.add("capabilities", ["pull", "resolve"])
        hosts.add(url, host)
    document.add("host", hosts)
    return tomlkit.dumps(document)
