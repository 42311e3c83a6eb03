"""rpm's questions about the packages on the disk, and what its answers say."""

from __future__ import annotations

import re
from collections.abc import Sequence

Argv = tuple[str, ...]
FORMAT = "%{NAME} %{VERSION}-%{RELEASE}\\n"
# rpm unpacks NAME as "NAME;" and the transaction's number in hex.
_UNPACKING = re.compile(r".+;([0-9a-f]{8})")


def query(names: Sequence[str]) -> Argv:
    """Asks which of these packages are installed, in which version."""
    return ("rpm", "-q", "--qf", FORMAT, *names)


def installed(printed: str) -> dict[str, str]:
    """Returns the version of each package; lines about packages that are not installed have more words."""
    rows = (line.split() for line in printed.splitlines())
    return {row[0]: row[1] for row in rows if len(row) == 2}


def verification(name: str) -> Argv:
    """Asks which files of a package differ from what was installed."""
    return ("rpm", "-V", "--nodeps", name)


def is_damaged(printed: str) -> bool:
    """Tells whether a file is missing or altered; configuration files may differ."""
    lines = [line for line in printed.splitlines() if line]
    return any(line.split()[0] == "missing" or " c /" not in line for line in lines)


def unpacking(name: str) -> int | None:
    """Returns the number of the transaction that unpacks a file of this name: its time in seconds. None: none does."""
    found = _UNPACKING.fullmatch(name)
    return int(found[1], 16) if found else None
