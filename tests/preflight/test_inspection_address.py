"""Preflight with a fixed address: what belongs to it, and what it warns of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.looking import look, outcomes, remember
from tests.support.machine import Fake, fake
from tui_installer.model.answers import Answers
from tui_installer.model.facts import (
    Network,
    Nic,
    Past,
)
from tui_installer.model.outcome import Outcome
from tui_installer.preflight import completion

LAN = Network(
    (Nic("ens33", ("192.168.40.180/24",)), Nic("ens34", ("10.9.9.9/24",))),
    (),
    "ens33",
    ("192.168.40.2", "223.5.5.5", "::1", "127.0.0.1"),
    "192.168.40.2",
)
FIXED = "address = '192.168.40.180/24'\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def node_of(rest: str) -> tuple[str, str, tuple[str, ...]]:
    node = look(rest).answers.node
    return node.address, node.gateway, node.dns


def test_gateway_and_name_servers_of_now_belong_to_a_fixed_address(machine: Fake) -> None:
    machine.set(LAN)
    now = ("192.168.40.2", ("192.168.40.2", "223.5.5.5"))
    assert node_of(FIXED) == ("192.168.40.180/24", *now)
    assert node_of("address = '192.168.40.99/24'\n") == ("192.168.40.99/24", *now)
    assert node_of("") == ("", "", ()), "as it is"


def test_what_another_network_would_no_longer_reach_is_left_out(machine: Fake) -> None:
    machine.set(LAN)
    assert node_of("address = '172.16.0.5/24'\n") == ("172.16.0.5/24", "", ("223.5.5.5",))


def test_a_card_that_is_not_the_way_out_gets_no_gateway(machine: Fake) -> None:
    machine.set(LAN)
    own = "10.9.9.9/24"
    assert node_of(f"interface = 'ens34'\naddress = '{own}'\n") == (
        own,
        "",
        ("192.168.40.2", "223.5.5.5"),
    )


def test_what_is_given_with_an_address_is_taken(machine: Fake) -> None:
    machine.set(LAN)
    given = f"{FIXED}gateway = '192.168.40.1'\ndns = []\n"
    assert node_of(given) == ("192.168.40.180/24", "192.168.40.1", ())


def test_the_address_of_the_last_run_stays_with_its_way_out(machine: Fake) -> None:
    machine.set(LAN)
    given = f"{FIXED}gateway = '192.168.40.1'\ndns = ['192.168.40.3']\n"
    remember(look(given).answers)
    assert node_of("") == ("192.168.40.180/24", "192.168.40.1", ("192.168.40.3",))
    assert node_of(FIXED) == ("192.168.40.180/24", "192.168.40.1", ("192.168.40.3",))
    assert node_of("address = ''\n") == ("", "", ())
    assert node_of("interface = 'ens34'\n") == ("", "", ()), "it was another card's"


def test_a_fixed_address_is_planned_and_warned_of_no_more(machine: Fake) -> None:
    machine.set(replace(LAN, nics=(replace(LAN.nics[0], dhcp=True),)))
    assert outcomes(look())["interface"] is Outcome.WARN
    found = look(FIXED)
    assert outcomes(found)["interface"] is Outcome.PLANNED
    paths = [change.path for change in found.plan.files]
    assert "/etc/sysconfig/network-scripts/ifcfg-ens33" in paths


def test_a_pod_network_must_not_hold_the_new_address(machine: Fake) -> None:
    machine.set(LAN)
    found = look("address = '10.244.0.5/24'\ngateway = '10.244.0.1'\n")
    assert [row.check.id for row in found.failed] == ["subnets"]


def test_the_address_of_a_made_node_may_be_made_fixed_but_not_changed(machine: Fake) -> None:
    machine.set(LAN)
    last = look().answers
    remember(last)
    made = look().facts.having(Past(made=frozenset({"kubeadm_init"})))

    def differences(address: str, before: Answers = last) -> list[str]:
        now = replace(last, node=replace(last.node, address=address))
        return completion.fixed_differences(now, made, before)

    assert differences("") == []
    assert differences("192.168.40.180/24") == []
    assert differences("192.168.40.180/16") == []
    assert differences("192.168.40.99/24") == ["node.address"]
    fixed = replace(last, node=replace(last.node, address="192.168.40.180/24"))
    assert differences("", fixed) == [], "it is left as it is"
    assert differences("192.168.40.99/24", fixed) == ["node.address"]
    other = replace(last, node=replace(last.node, interface="ens34"))
    assert completion.fixed_differences(other, made, last) == ["node.interface"]
