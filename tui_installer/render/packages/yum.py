"""yum's command lines: only our sources, signed packages, and no endless wait."""

from __future__ import annotations

import re
from collections.abc import Sequence

Argv = tuple[str, ...]

# The repositories that the sources step writes; a dead repository of somebody else's breaks no install.
REPOSITORIES = ("base", "updates", "extras", "docker-ce-stable", "kubernetes")
# yum 3 ignores a missing package, and waits for ever for its lock and for a silent mirror.
OPTIONS = (
    "-y",
    "--disablerepo=*",
    f"--enablerepo={','.join(REPOSITORIES)}",
    "--disableexcludes=all",
    "--setopt=skip_missing_names_on_install=False",
    "--setopt=timeout=15",
    "--setopt=retries=3",
    "--setopt=exit_on_lock=True",
)


REMOVE = ("yum", "-y", "remove")
REINSTALL = "reinstall"
# The resource that one command at a time holds, and the meter of its downloads.
PACKAGES_LOCK, PACKAGES_METER = "yum", "yum"
# Folders below which fetched packages lie; dnf has its own.
CACHES = ("/var/cache/yum", "/var/cache/dnf")
_TOTAL = re.compile(r"Total download size: ([\d.]+) ?([kMG]?)")
_UNITS = {"": 1, "k": 1 << 10, "M": 1 << 20, "G": 1 << 30}


def transaction(verb: str, packages: Sequence[str]) -> Argv:
    """Returns the arguments of one transaction; `packages` by name, or by name-version."""
    return ("yum", *OPTIONS, verb, *packages)


def removal(names: Sequence[str]) -> Argv:
    """Returns the arguments that remove packages, as an undo of their installation."""
    return (*REMOVE, *names)


def removes(argv: Sequence[str]) -> tuple[str, ...]:
    """Returns the packages that a removal names; empty for another command."""
    return tuple(argv[len(REMOVE) :]) if tuple(argv[: len(REMOVE)]) == REMOVE else ()


def installs(argv: Sequence[str]) -> list[str]:
    """Returns the packages that an installation names; empty for another command."""
    if not argv or argv[0] != "yum" or "install" not in argv:
        return []
    return [word for word in argv[list(argv).index("install") + 1 :] if not word.startswith("-")]


def download_size(printed: str) -> int | None:
    """Returns the bytes that a transaction fetches, rounded as yum prints them; None until it has."""
    found = _TOTAL.search(printed)
    return int(float(found[1]) * _UNITS[found[2]]) if found else None
