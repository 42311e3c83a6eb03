"""chrony.conf with one time server instead of the present ones."""

from __future__ import annotations

import re

# The distribution's settings without comments, for a machine that has no file yet.
STOCK = """driftfile /var/lib/chrony/drift
makestep 1.0 3
rtcsync
logdir /var/log/chrony
"""
# chrony takes directives in any case of letters (chrony.conf(5)).
SOURCE = re.compile(r"\s*(server|pool|peer)\s+(\S+)", re.IGNORECASE)


def sources(text: str) -> list[str]:
    """Returns the names of the servers, pools and peers that are in use."""
    return [found[2] for line in text.splitlines() if (found := SOURCE.match(line))]


def with_server(text: str, name: str) -> str:
    """Returns the same settings with that server alone; the others become comments, all else stays.

    An existing line for that server stays as it is, with its options.
    """
    lines: list[str] = []
    place, there = 0, False
    for line in text.splitlines():
        match = SOURCE.match(line)
        mine = match is not None and (match[1].lower(), match[2].lower()) == ("server", name)
        if match is None or (mine and not there):
            there = there or mine
            lines.append(line)
            continue
        place = place or len(lines) + 1
        lines.append(f"#{line}")
    if not there:
        lines.insert(max(place - 1, 0), f"server {name} iburst")
    return "".join(f"{line}\n" for line in lines)
