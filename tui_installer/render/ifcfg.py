"""A card's file in /etc/sysconfig/network-scripts, with a permanent address."""

from __future__ import annotations

import re
from collections.abc import Sequence

# Keys of the previous address that no longer hold; the first ones may carry a number.
OTHER = re.compile(r"(IPADDR0?|PREFIX0?|NETMASK0?|GATEWAY0?|DNS\d+|BOOTPROTO|ONBOOT)")
# "static" means the same to the scripts.
SAME = {"BOOTPROTO": ("none", "static")}


def _key(line: str) -> str:
    return line.partition("=")[0].strip() if "=" in line else ""


def _says(line: str, key: str, value: str) -> bool:
    said = line.partition("=")[2].partition("#")[0].strip().strip("\"'")
    return said.lower() in SAME.get(key, (value.lower(),))


def ifcfg(text: str | None, nic: str, address: str, gateway: str, dns: Sequence[str]) -> str:
    """Returns the file with this ADDRESS/PREFIX; lines that do not concern the address stay as they are."""
    ip, _, prefix = address.partition("/")
    wanted = {"BOOTPROTO": "none", "ONBOOT": "yes", "IPADDR": ip, "PREFIX": prefix}
    if gateway:
        wanted["GATEWAY"] = gateway
    wanted |= {f"DNS{n}": server for n, server in enumerate(dns, 1)}
    lines = []
    left = dict(wanted)
    for line in (
        f"TYPE=Ethernet\nNAME={nic}\nDEVICE={nic}\n" if text is None else text
    ).splitlines():
        key = _key(line)
        if key == "DEFROUTE" and gateway and _says(line, key, "no"):
            continue
        if not OTHER.fullmatch(key):
            lines.append(line)
        elif key in left:
            value = left.pop(key)
            lines.append(line if _says(line, key, value) else f"{key}={value}")
    return "".join(f"{line}\n" for line in [*lines, *(f"{k}={v}" for k, v in left.items())])
