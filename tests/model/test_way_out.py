"""What the run makes of the way out, and whether an ssh line comes over the card that it changes."""

from __future__ import annotations

import pytest

from tui_installer.model.answers import Node
from tui_installer.model.facts import Facts, Managed, Network, NetworkManager, Nic, Route
from tui_installer.model.way_out import Turned, after, carries, turned

NICS = (Nic("ens33", ("192.168.40.180/24",)), Nic("ens34", ("10.0.0.5/24",)))
LAN = Network(NICS, (Route("172.16.0.0/16", "ens34"),), "ens33", ("192.168.40.2",), "192.168.40.2")
MANAGER = NetworkManager({"ens33": Managed("connected", "a", "192.168.40.2", ("192.168.40.2",))})
FACTS = Facts().having(LAN, MANAGER)


def node(address: str, gateway: str = "192.168.40.2", *dns: str) -> Node:
    return Node(interface="ens33", address=address, gateway=gateway, dns=dns or ("192.168.40.2",))


@pytest.mark.parametrize(
    ("line", "card", "carried"),
    [
        ("192.168.40.1 51512 192.168.40.180 22", "ens33", True),
        ("192.168.40.1 51512 192.168.40.180 22", "ens34", False),
        # In by one card, and the answers leave by another one.
        ("8.8.8.8 51512 10.0.0.5 22", "ens33", True),
        ("172.16.3.4 51512 10.0.0.5 22", "ens33", False),
        ("172.16.3.4 51512 192.168.40.180 22", "ens34", True),
        # Which card carries these cannot be told.
        ("fe80::1%ens33 51512 fe80::2%ens33 22", "ens33", True),
        ("127.0.0.1 51512 127.0.0.1 22", "ens34", True),
        ("", "ens33", False),
        ("192.168.40.1 51512", "ens33", False),
    ],
)
def test_the_card_that_carries_a_line(line: str, card: str, carried: bool) -> None:
    assert carries(line, card, LAN) is carried


def test_what_becomes_another_one() -> None:
    said = {t.what.template: (t.before, t.after) for t in turned(node("192.168.40.9/24"), FACTS)}
    assert said == {"address": ("192.168.40.180/24", "192.168.40.9/24")}
    both = turned(node("192.168.40.180/24", "192.168.40.1", "223.5.5.5"), FACTS)
    assert [(t.before, t.after) for t in both] == [
        ("ens33 192.168.40.2", "ens33 192.168.40.1"),
        ("192.168.40.2", "223.5.5.5"),
    ]
    assert turned(node("192.168.40.180/24"), FACTS) == []
    assert turned(Node(interface="ens33"), FACTS) == []
    assert all(isinstance(row, Turned) for row in both)


def test_a_card_that_gets_its_first_address() -> None:
    bare = Facts().having(Network((Nic("ens35"),)), NetworkManager())
    first = Node(interface="ens35", address="10.1.0.5/24", gateway="10.1.0.1", dns=("10.1.0.2",))
    then = after(first, bare)
    assert (then.default_nic, then.gateway, then.nameservers) == (
        "ens35",
        "10.1.0.1",
        ("10.1.0.2",),
    )
    assert then.address("ens35") == "10.1.0.5"
    assert after(Node(interface="eth9", address="10.1.0.5/24"), bare).address("eth9") == "10.1.0.5"


def test_a_default_route_of_another_card_stays_the_first() -> None:
    other = Facts().having(Network(NICS, (), "ens34", (), "10.0.0.1"), NetworkManager())
    then = after(node("192.168.40.9/24"), other)
    assert (then.default_nic, then.gateway) == ("ens34", "10.0.0.1")
