"""The readers of cards, routes and NetworkManager understand what the real tools print."""

from __future__ import annotations

import socket
from types import SimpleNamespace

import psutil
import pytest

from tests.support.captures import capture
from tests.support.recorded import Recorded
from tui_installer.host.facts import (
    network,
    networkmanager,
)
from tui_installer.host.shell import Output
from tui_installer.model.answers import Answers, Node
from tui_installer.model.facts import (
    Managed,
    NetworkManager,
    Nic,
    Profile,
)

ENS33, ENS34 = "24797748-1b25-4e68-acf1-7a09e2e773db", "d493591a-e477-4110-807b-9cd9af0fa71a"


def test_what_networkmanager_has_in_force() -> None:
    found = networkmanager.devices(capture("nmcli-dev-show"))
    assert found["ens33"] == Managed("connected", ENS33, "", ("10.77.0.2",))
    assert found["ens34"] == Managed("connected (externally)", ENS34, "10.78.0.1")
    assert set(found) == {"ens33", "ens34", "lo"}
    assert all(device.managed for device in found.values())


def test_an_address_by_dhcp() -> None:
    found = networkmanager.devices(capture("nmcli-dev-show-dhcp"))["ens33"]
    assert found.leased
    assert (found.gateway, found.dns) == ("10.77.0.1", ("10.77.0.2",))


def test_values_that_are_missing_and_a_device_that_is_left_alone() -> None:
    text = (
        "GENERAL.DEVICE:ens33\nGENERAL.STATE:100 (connected)\nGENERAL.CON-UUID:--\n"
        "IP4.ADDRESS[1]:10.77.0.51/24\nIP4.GATEWAY:--\nIP4.DNS[1]:10.77.0.2\nIP4.DNS[2]:10.77.0.3\n"
        "DHCP4.OPTION[1]:dhcp_lease_time = 1800\n\n"
        "GENERAL.DEVICE:cali1a2b3c\nGENERAL.STATE:10 (unmanaged)\nGENERAL.CON-UUID:\n"
    )
    found = networkmanager.devices(text)
    assert found["ens33"] == Managed("connected", "", "", ("10.77.0.2", "10.77.0.3"), leased=True)
    assert not found["cali1a2b3c"].managed


def test_the_connections_that_networkmanager_keeps() -> None:
    kept = networkmanager.profiles(capture("nmcli-con-show"))
    own = ("10.77.0.51/24",)
    assert kept[0] == Profile(ENS33, "ens33", "manual", own, "", ("10.77.0.2",))
    assert kept[1] == Profile(
        ENS34, "ens34", "manual", ("10.78.0.51/24",), "10.78.0.1", autoconnect=False
    )
    (many,) = networkmanager.profiles(
        "connection.uuid:u\nipv4.addresses:10.0.0.1/8, 10.0.0.2/8\nipv4.dns:1.1.1.1,2.2.2.2\n"
        "ipv4.never-default:yes\nconnection.autoconnect:yes\n"
    )
    assert many.addresses == ("10.0.0.1/8", "10.0.0.2/8")
    assert many.dns == ("1.1.1.1", "2.2.2.2")
    assert many.never_default


NMCLI = {
    "nmcli -t -f GENERAL": Output(0, capture("nmcli-dev-show")),
    "nmcli -t -f UUID": Output(0, f"{ENS33}\n{ENS34}\n"),
    "nmcli -t -f connection.uuid": Output(0, capture("nmcli-con-show")),
}


def test_networkmanager_is_asked_only_for_what_is_needed() -> None:
    there = {networkmanager.PROGRAM: ""}
    fixed = Answers(Node(interface="ens33", address="10.77.0.51/24"))
    found = networkmanager.read(Recorded(fixed, files=there, says=NMCLI))
    profile = found.profile("ens33")
    assert profile is not None
    assert profile.uuid == ENS33
    assert found.profile("eth9") is None
    assert networkmanager.read(Recorded(Answers(), files=there, says=NMCLI)).profiles == ()
    assert not networkmanager.read(Recorded(fixed, says=NMCLI)).devices
    stopped = {"nmcli": Output(8, "", "Error: NetworkManager is not running.")}
    assert not networkmanager.read(Recorded(fixed, files=there, says=stopped)).devices


def test_a_connection_that_is_not_up_belongs_to_its_card() -> None:
    off = {"ens33": Managed("disconnected")}
    kept = (Profile("a", "ens33", autoconnect=False), Profile("b", "ens34"), Profile("c", "ens33"))
    found = NetworkManager(off, kept).profile("ens33")
    assert found is not None
    assert found.uuid == "c"


ROUTES = (
    "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\tMTU\tWindow\tIRTT\n"
    "ens34\t00000000\t0122A8C0\t0003\t0\t0\t200\t00000000\t0\t0\t0\n"
    "ens33\t00000000\t0128A8C0\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
    "ens33\t0028A8C0\t00000000\t0001\t0\t0\t100\t00FFFFFF\t0\t0\t0\n"
    "ens33\t0000000A\t0128A8C0\t0002\t0\t0\t0\t000000FF\t0\t0\t0\n"
)


def test_routes_of_the_kernel() -> None:
    files = {"/proc/net/route": ROUTES, "/etc/resolv.conf": "# x\nnameserver 192.168.40.1\n"}
    found = network.read(Recorded(files=files))
    assert found.default_nic == "ens33"
    assert found.gateway == "192.168.40.1"
    assert found.nameservers == ("192.168.40.1",)
    # A route that is down, the last row, is none.
    assert [r.destination for r in found.routes] == ["0.0.0.0/0", "0.0.0.0/0", "192.168.40.0/24"]
    assert network.read(Recorded()).default_nic == ""


def test_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    def row(family: int, address: str, netmask: str | None = None) -> SimpleNamespace:
        return SimpleNamespace(family=family, address=address, netmask=netmask)

    mac = row(psutil.AF_LINK, "00:0c:29:3e:5a:11")
    four, second = (row(socket.AF_INET, f"10.0.0.{n}", "255.255.255.0") for n in (5, 6))
    six = row(socket.AF_INET6, "fe80::1%ens33", "ffff:ffff:ffff:ffff::")
    up = SimpleNamespace(isup=True, speed=1000, mtu=1500)
    down = SimpleNamespace(isup=False, speed=0, mtu=1500)
    addresses = {"lo": [four], "ens33": [four, second, six, mac], "ens34": [mac], "veth1": [mac]}
    stats = {"lo": up, "ens33": up, "ens34": down}
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: addresses)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: stats)
    files = {
        "/sys/class/net/ens33/carrier": "1",
        "/sys/class/net/ens33/device/uevent": "DRIVER=e1000\nPCI_CLASS=20000\nPCI_ID=8086:100F\n",
        f"{network.SCRIPTS}ens33": 'DEVICE=ens33\nBOOTPROTO="dhcp"\n',
    }
    found = network.read(Recorded(files=files)).nics
    assert found == (
        Nic(
            "ens33",
            ("10.0.0.5/24", "10.0.0.6/24"),
            dhcp=True,
            speed=1000,
            driver="e1000",
            mac=mac.address,
        ),
        Nic("ens34", up=False, link=False, mac=mac.address),
        Nic("veth1", up=False, link=False, mtu=0, mac=mac.address, software=True),
    )


@pytest.mark.parametrize(
    "name", ["ens33", "eth0", "enp3s0f1", "bond0", "team0", "br0", "ens33.100"]
)
def test_cards_that_lead_to_other_machines(name: str) -> None:
    assert not network.made_by_software(name)


@pytest.mark.parametrize(
    "name",
    [
        *("docker0", "br-1f4a9c0d2e77", "virbr0", "virbr0-nic", "vnet3", "podman0", "dummy0"),
        *("veth0a1b2c3", "cni0", "cali1234567890a", "flannel.1", "tunl0", "vxlan.calico"),
        *("kube-ipvs0", "nodelocaldns", "cilium_host", "sit0", "ip6tnl0"),
    ],
)
def test_cards_made_by_software(name: str) -> None:
    assert network.made_by_software(name)
