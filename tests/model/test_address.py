"""The address of the node is the one that will be, and an ssh line to the old one is told of."""

from __future__ import annotations

import pytest

from tui_installer.model.address import moves, own_address, own_interface
from tui_installer.model.answers import Answers, Node
from tui_installer.model.facts import Facts, Network, Nic
from tui_installer.model.fields import gateway_problem, own_interface_problem

NICS = (Nic("ens33", ("192.168.40.180/24", "192.168.40.181/24")), Nic("ens34", ("10.0.0.5/24",)))
FACTS = Facts().having(Network((*NICS, Nic("ens35"))))


def answers(address: str = "", interface: str = "ens33") -> Answers:
    return Answers(Node(interface=interface, address=address))


@pytest.mark.parametrize(
    ("interface", "address", "own"),
    [
        ("ens33", "", "192.168.40.180/24"),
        ("ens33", "192.168.40.9/16", "192.168.40.9/16"),
        ("ens35", "", ""),
        ("ens35", "10.1.1.1/8", "10.1.1.1/8"),
        ("eth9", "", ""),
    ],
)
def test_the_address_that_will_be(interface: str, address: str, own: str) -> None:
    assert own_interface(answers(address, interface), FACTS) == own
    assert own_address(answers(address, interface), FACTS) == own.partition("/")[0]


@pytest.mark.parametrize(
    ("to", "address", "moved"),
    [
        ("192.168.40.180", "192.168.40.9/24", True),
        ("192.168.40.181", "192.168.40.9/24", True),
        ("192.168.40.181", "192.168.40.180/24", True),
        ("192.168.40.180", "192.168.40.180/24", False),
        ("192.168.40.180", "192.168.40.180/16", False),
        ("192.168.40.180", "", False),
        ("10.0.0.5", "192.168.40.9/24", False),
        ("fe80::1", "192.168.40.9/24", False),
    ],
)
def test_a_line_to_an_address_that_the_card_gives_up(to: str, address: str, moved: bool) -> None:
    assert moves(f"192.168.40.1 51512 {to} 22", answers(address), FACTS) is moved


@pytest.mark.parametrize("line", ["", "192.168.40.1", "192.168.40.1 51512"])
def test_what_is_no_line(line: str) -> None:
    assert not moves(line, answers("192.168.40.9/24"), FACTS)


@pytest.mark.parametrize("text", ["10.0.0.1/8", "192.168.40.180/24", "10.0.0.0/31", "10.0.0.6/30"])
def test_an_address_that_a_card_can_have(text: str) -> None:
    assert own_interface_problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        *("", "x", "10.0.0.1", "10.0.0.1/0", "10.0.0.1/32", "10.0.0.1/33", "10.0.0.1/255.0.0.0"),
        *("10.0.0.0/8", "10.255.255.255/8", "127.0.0.1/8", "224.0.0.1/24", "169.254.1.1/16"),
        *("0.0.0.1/8", "240.0.0.1/8", "255.255.255.255/24", "fd00::1/64", "10.0.0.1/24\n"),
    ],
)
def test_an_address_that_a_card_cannot_have(text: str) -> None:
    assert str(own_interface_problem(text) or "")


@pytest.mark.parametrize(
    ("gateway", "good"),
    [
        ("192.168.40.2", True),
        ("192.168.40.180", False),
        ("192.168.40.255", False),
        ("192.168.40.0", False),
        ("192.168.41.1", False),
        ("x", False),
        ("224.0.0.1", False),
    ],
)
def test_a_gateway(gateway: str, good: bool) -> None:
    assert (gateway_problem(gateway, "192.168.40.180/24") is None) is good
