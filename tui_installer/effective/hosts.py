"""A hosts.toml: the hosts that containerd asks for a registry, in containerd's order."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace

from tui_installer.effective import toml_lines
from tui_installer.model.facts import FilePlace, HostsFile, MirrorHost
from tui_installer.model.secret import without_credentials

NAME = "hosts.toml"
# What is broken where a table names several hosts, as a much-copied page has it.
TOGETHER = "several hosts in one table"
_SEVERAL = re.compile(r"^\s*\[\s*host\.(?:\"[^\"]*\"|'[^']*')\s*,")


def parse(registry: str, path: str, text: str) -> HostsFile:
    """Parses the file of a registry's folder; `broken` tells what is no TOML."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        broken = toml_lines.broken(path, text, error)
        last = text.splitlines()[broken.place.line - 1] if broken.place.line else ""
        if _SEVERAL.match(last):
            broken = replace(broken, words=TOGETHER)
        return HostsFile(registry, FilePlace(path), broken=broken)
    lines = toml_lines.lines(text)
    hosts = []
    tables = values.get("host")
    for url, table in tables.items() if isinstance(tables, dict) else ():
        able = table.get("capabilities") if isinstance(table, dict) else None
        line = lines.get(("host", url, "capabilities")) or lines.get(("host", url), 0)
        capabilities = tuple(map(str, able)) if isinstance(able, list) else None
        hosts.append(MirrorHost(without_credentials(url), capabilities, FilePlace(path, line)))
    server = values.get("server")
    return HostsFile(
        registry,
        FilePlace(path, lines.get(("server",), 0)),
        without_credentials(server) if isinstance(server, str) else "",
        tuple(hosts),
    )
