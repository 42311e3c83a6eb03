"""An address is made fixed without an interruption, or another one is set, by NetworkManager."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from .lab import Lab
from .node import Node
from .product import ANSWERS, answers, engine, events, good, outcomes, program, until, up
from .screen import Screen
from .told import HERE, LABNODE

ROLE = "first-control-plane"
LEASED, OTHER = "10.77.0.11/24", "10.77.0.61/24"
NAME_SERVER = "10.77.0.2"
# The world has this address, with this MAC of its bridge.
TAKEN, ITS_MAC = "10.77.0.2/24", "02:00:0a:4d:00:01"
# Opens a connection out of the card's address, and asks over it when it is told to.
LINE = """
import socket, sys
line = socket.create_connection(("10.77.0.2", 80), 10, ("10.77.0.11", 0))
print("open", flush=True)
sys.stdin.readline()
line.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n")
print(line.recv(4).decode())
"""


@contextmanager
def _by_dhcp(node: Node) -> Iterator[None]:
    """A server of leases in the node's network, from which the card has its address."""
    words = ("br0", LEASED.partition("/")[0], "10.77.0.1", NAME_SERVER)
    server = subprocess.Popen(
        [LABNODE, "outside", "python3", HERE / "leases.py", *words],
        env=node.lab.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
        uuid = good(node.sh("nmcli", "-g", "GENERAL.CON-UUID", "device", "show", "ens33")).out
        settings = ("ipv4.method", "auto", "ipv4.addresses", "", "connection.autoconnect", "no")
        good(node.sh("nmcli", "connection", "modify", uuid.strip(), *settings))
        good(node.sh("nmcli", "connection", "up", uuid.strip()))
        # A connection is "up" as soon as it has an address of IPv6.
        until(lambda: _leased(node), 30)
        yield
    finally:
        server.kill()
        server.communicate()


def _leased(node: Node) -> bool:
    return "DHCP4" in good(node.sh("nmcli", "-t", "-f", "DHCP4", "device", "show", "ens33")).out


def _with(address: str) -> str:
    return answers(ROLE, "master01", f'address = "{address}"\n[cluster]\nnetwork = "none"\n')


def _apply_until_named(node: Node, text: str) -> None:
    """Applies as far as the two steps of names and addresses; the rest is other tests' matter."""
    node.write(ANSWERS, text)
    seen = len(events(node))
    good(program(node, "apply", "--answers", ANSWERS, "--yes", "--detach"))
    # A run that was stopped is taken up again, and its journal tells of the pass before.
    until(lambda: {"address", "hostname"} <= _ended_since(node, seen))
    good(program(node, "stop"))
    until(lambda: engine(node) == 0)
    assert outcomes(node)["address"] == "done"


def _ended_since(node: Node, seen: int) -> set[str]:
    """The steps that have ended since the journal had that many events."""
    return {event["step"] for event in events(node)[seen:] if event["kind"] == "step-ended"}


def _left(node: Node, step: str) -> list[dict[str, Any]]:
    """What applying the same answers again would change in a step."""
    told = json.loads(good(program(node, "plan", "--answers", ANSWERS, "--json")).out)
    return next(row["changes"] for row in told["steps"] if row["id"] == step)


def _setting(node: Node, name: str) -> str:
    uuid = good(node.sh("nmcli", "-g", "GENERAL.CON-UUID", "device", "show", "ens33")).out.strip()
    return good(node.sh("nmcli", "-g", name, "connection", "show", uuid)).out.strip()


def _addresses(node: Node) -> list[str]:
    rows = json.loads(good(node.sh("ip", "-j", "-4", "address", "show", "ens33")).out)
    return [f"{row['local']}/{row['prefixlen']}" for card in rows for row in card["addr_info"]]


def _is_kept(node: Node, address: str) -> None:
    assert _setting(node, "ipv4.method") == "manual"
    assert _setting(node, "ipv4.addresses") == address
    assert _setting(node, "connection.autoconnect") == "yes"
    assert _addresses(node) == [address]


@pytest.fixture(scope="module")
def node(lab: Lab) -> Iterator[Node]:
    """It goes through all of it, in this order: nothing, a lease, another address."""
    node = up(lab, "master01", LEASED, LEASED.replace("10.77.", "10.78."))
    yield node
    node.down()


def _ask_for(screen: Screen, address: str) -> None:
    screen.press("End", "C-u")
    screen.type(address)
    screen.press("Down", "Down", "Down", "Enter")


def test_by_keys_over_ssh(node: Node) -> None:
    """An address that answers is refused with its MAC; for a free one the line is said to end."""
    line = "SSH_CONNECTION=10.77.0.1 51512 10.77.0.11 22"
    with Screen(node, command=("env", line, "tui-installer")) as screen:
        screen.until_page("Start")
        screen.until("[> ")
        for page in ("Role", "Node"):
            screen.press("Enter")
            screen.until_page(page)
        screen.press("Up", "Up", "Left")
        screen.until("(*) ens33")
        screen.press("Down", "Down", "Right", "Right", "Enter")
        screen.until("Which address shall ens33 keep?")
        _ask_for(screen, TAKEN)
        screen.until("Another machine has this address", ITS_MAC)
        _ask_for(screen, OTHER)
        screen.until(f"(*) make it fixed   {OTHER}", "your ssh line ends", "[> Next <]")
        for page in ("Mirrors", "Cluster", "Options", "Preflight", "Review"):
            screen.press("Enter")
            screen.until_page(page)
        screen.until("this ssh line ends", "10.77.0.61, the run goes on")
    assert _addresses(node) == [LEASED], "nothing has been changed"


def test_a_lease_is_kept_for_good_and_no_connection_breaks(node: Node) -> None:
    with _by_dhcp(node):
        watch = node.popen("ip", "monitor", "address", unit="watch.service")
        line = node.popen("python3", "-c", LINE, unit="line.service")
        assert line.stdout is not None
        assert line.stdout.readline() == "open\n"
        _apply_until_named(node, _with(LEASED))
    _is_kept(node, LEASED)
    assert not _leased(node)
    assert _setting(node, "ipv4.dns") == NAME_SERVER
    said, complaint = line.communicate("now\n", timeout=20)
    assert said.strip() == "HTTP", complaint
    node.sh("systemctl", "stop", "watch.service")
    seen = watch.communicate(timeout=20)[0].splitlines()
    assert [row for row in seen if "inet " in row and "10.77.0.11" in row], "it did watch"
    assert not [row for row in seen if "Deleted" in row and "10.77.0.11" in row]
    assert _left(node, "address") == []
    assert _left(node, "hostname") == []
    node.reboot()
    until(lambda: _addresses(node) == [LEASED], 30)
    _is_kept(node, LEASED)
    assert _left(node, "address") == []


def test_another_address_is_the_one_that_everything_names(node: Node) -> None:
    node.write(ANSWERS, _with(OTHER))
    planned = good(program(node, "plan", "--answers", ANSWERS, "--diff")).out
    assert "advertiseAddress: 10.77.0.61" in planned
    assert "node-ip: 10.77.0.61" in planned
    assert "advertiseAddress: 10.77.0.11" not in planned
    _apply_until_named(node, _with(OTHER))
    _is_kept(node, OTHER)
    assert "10.77.0.61 master01" in node.read("/etc/hosts")
    assert "10.77.0.11 master01" not in node.read("/etc/hosts")
    assert good(node.run("curl", "-sI", "--interface", "10.77.0.61", "http://10.77.0.2/")).out
    assert _left(node, "address") == []
    node.reboot()
    until(lambda: _addresses(node) == [OTHER], 30)
    assert _left(node, "address") == []
