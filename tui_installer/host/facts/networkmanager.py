"""Reader of NetworkManager's devices, and of the connections that it keeps, by nmcli."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tui_installer.host.look import Look
from tui_installer.model.facts import Managed, NetworkManager, Profile

TOPIC = NetworkManager
PROGRAM = "/usr/bin/nmcli"
DEVICES = ("nmcli", "-t", "-f", "GENERAL,IP4,DHCP4", "device", "show")
CONNECTIONS = ("nmcli", "-t", "-f", "UUID", "connection", "show")
# nmcli ends with this exit code where NetworkManager does not run.
NOT_RUNNING = 8
KEYS = (
    "connection.uuid",
    "connection.interface-name",
    "connection.autoconnect",
    *("ipv4.method", "ipv4.addresses", "ipv4.gateway", "ipv4.dns", "ipv4.never-default"),
)
# GENERAL.STATE is a number followed by its meaning: 100 (connected).
STATE = re.compile(r"\d+ \((.*)\)")


def _blocks(text: str) -> Iterator[dict[str, list[str]]]:
    """Yields one block per device or connection; NAME[1] and NAME[2] are values of the same name."""
    for block in text.split("\n\n"):
        values: dict[str, list[str]] = {}
        for line in block.splitlines():
            key, _, value = line.partition(":")
            values.setdefault(key.partition("[")[0], []).append("" if value == "--" else value)
        if values:
            yield values


def _first(block: dict[str, list[str]], key: str) -> str:
    return next(iter(block.get(key, ())), "")


def _several(block: dict[str, list[str]], key: str) -> tuple[str, ...]:
    return tuple(
        word for value in block.get(key, ()) for word in re.split(r"[,\s]+", value) if word
    )


def devices(text: str) -> dict[str, Managed]:
    """Parses `nmcli -t device show` into settings by device."""
    managed = {}
    for block in _blocks(text):
        state = STATE.fullmatch(_first(block, "GENERAL.STATE"))
        managed[_first(block, "GENERAL.DEVICE")] = Managed(
            state[1] if state else "unmanaged",
            _first(block, "GENERAL.CON-UUID"),
            _first(block, "IP4.GATEWAY"),
            _several(block, "IP4.DNS"),
            "DHCP4.OPTION" in block,
        )
    return managed


def profiles(text: str) -> tuple[Profile, ...]:
    """Parses `nmcli -t connection show` of several connections."""
    return tuple(
        Profile(
            _first(block, "connection.uuid"),
            _first(block, "connection.interface-name"),
            _first(block, "ipv4.method"),
            _several(block, "ipv4.addresses"),
            _first(block, "ipv4.gateway"),
            _several(block, "ipv4.dns"),
            _first(block, "connection.autoconnect") == "yes",
            _first(block, "ipv4.never-default") == "yes",
        )
        for block in _blocks(text)
        if _first(block, "connection.uuid")
    )


def read(look: Look) -> NetworkManager:
    """Reads connections only where the answers fix an address: each question takes time."""
    if not look.exists(PROGRAM):
        return NetworkManager()
    shown = look.answer(*DEVICES, codes=(0, NOT_RUNNING))
    if shown.code == NOT_RUNNING:
        return NetworkManager()
    if look.answers is not None and not look.answers.node.address:
        return NetworkManager(devices(shown.out))
    uuids = look.answer(*CONNECTIONS, codes=(0,)).out.split()
    if not uuids:
        return NetworkManager(devices(shown.out))
    some = ("nmcli", "-t", "-f", ",".join(KEYS), "connection", "show", *uuids)
    connections = look.answer(*some, codes=(0,)).out
    return NetworkManager(devices(shown.out), profiles(connections))
