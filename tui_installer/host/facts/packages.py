"""Reader of the installed packages, which one call of rpm lists."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from tui_installer.assets import base_packages, release, versions
from tui_installer.host.look import Look, last_line, who
from tui_installer.model.facts import NotRead, Packages, Unread

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
# Folders where packages put their files. rpm unpacks NAME as "NAME;" and the transaction's number in hex.
UNPACKED = ("/etc", "/opt", "/usr")
TORN = re.compile(r".+;([0-9a-f]{8})")
# Seconds: the longest transaction, or the furthest that its clock is set meanwhile.
NEAR = 86400
FORMAT = "%{NAME} %{VERSION}-%{RELEASE}\\n"


def parse(text: str) -> Packages:
    """Parses `rpm -q`; lines about packages that are not installed have more words."""
    rows = (line.split() for line in text.splitlines())
    return Packages({row[0]: row[1] for row in rows if len(row) == 2})


def _damaged(look: Look, names: Iterable[str]) -> frozenset[str]:
    """Returns the packages with a missing or altered file; configuration files may differ."""
    damaged = set()
    for name in names:
        lines = look.answer("rpm", "-V", "--nodeps", name, longest=120).out.splitlines()
        if any(line.split()[0] == "missing" or " c /" not in line for line in lines if line):
            damaged.add(name)
    return frozenset(damaged)


def _is_torn(path: str) -> bool:
    """Compares the number, which is the transaction's time, with the file's time: the name alone may be anybody's."""
    if not (suffix := TORN.fullmatch(os.path.basename(path))):
        return False
    try:
        return abs(os.lstat(path).st_ctime - int(suffix[1], 16)) < NEAR
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
    query = look.answer("rpm", "-q", "--qf", FORMAT, *NAMES)
    installed = parse(query.out).installed
    broken = next((line for line in query.err.splitlines() if line.startswith("error:")), "")
    if not (query.out.strip() or broken):
        # rpm prints a line for each name, even for a package that is not installed.
        raise NotRead(Unread(who("rpm"), last_line(query)))
    damaged = _damaged(look, installed) if look.verify_packages else frozenset[str]()
    torn = _torn(UNPACKED) if look.verify_packages else ()
    return Packages(installed, damaged, torn, broken)
