"""yum's command lines: only our sources, signed packages, and no endless wait."""

from __future__ import annotations

from collections.abc import Sequence

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


def yum(verb: str, packages: Sequence[str]) -> tuple[str, ...]:
    """Returns the arguments of one transaction; `packages` by name, or by name-version."""
    return ("yum", *OPTIONS, verb, *packages)
