"""Reader of the installed packages, which one call of rpm lists."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from tui_installer.assets import base_packages, release, versions
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import NotRead, Packages, Unread
from tui_installer.render import packages as tool

TOPIC = Packages
RELEASES = [release(version) for version in versions()]
# The packages of every release, optional packages, and packages that stand in the way.
NAMES = tuple(
    dict.fromkeys(
        (
            *(name for one in RELEASES for name in (*one.packages, *one.docker)),
            *("docker", "podman", "podman-docker", "chrony"),
            *("ipset", "ipvsadm", "bash-completion", "nfs-utils"),
            *base_packages(),
        )
    )
)
# Folders where packages put their files.
UNPACKED = ("/etc", "/opt", "/usr")
# Seconds: the longest transaction, or the furthest that its clock is set meanwhile.
NEAR = 86400


def _damaged(look: Look, names: Iterable[str]) -> frozenset[str]:
    """Returns the packages with a missing or altered file; configuration files may differ."""
    said = {name: look.answer(*tool.verification(name), longest=120) for name in names}
    return frozenset(name for name, answer in said.items() if tool.is_damaged(answer.out))


def _is_torn(path: str) -> bool:
    """Compares the number, which is the transaction's time, with the file's time: the name alone may be anybody's."""
    if (number := tool.unpacking(os.path.basename(path))) is None:
        return False
    try:
        return abs(os.lstat(path).st_ctime - number) < NEAR
    except OSError:
        return False


def _torn(folders: Iterable[str | Path]) -> tuple[str, ...]:
    """Finds files that an interrupted rpm left; a later transaction has another number and ignores them."""
    return tuple(
        sorted(
            os.path.join(folder, name)
            for top in folders
            for folder, _, names in os.walk(top)
            for name in names
            if _is_torn(os.path.join(folder, name))
        )
    )


def read(look: Look) -> Packages:
    """Asks `rpm -q` for all names, and checks the files after a broken transaction. Raises NotRead."""
    argv = tool.query(NAMES)
    query = look.answer(*argv)
    installed = tool.installed(query.out)
    broken = next((line for line in query.err.splitlines() if line.startswith("error:")), "")
    if not (query.out.strip() or broken):
        # rpm prints a line for each name, even for a package that is not installed.
        raise NotRead(Unread(who(argv[0]), last_line(query)))
    damaged = _damaged(look, installed) if look.verify_packages else frozenset[str]()
    torn = _torn(UNPACKED) if look.verify_packages else ()
    return Packages(installed, damaged, torn, broken)
