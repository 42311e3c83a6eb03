"""A card's file keeps everything that says nothing about its address."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_installer.render.ifcfg import ifcfg

DNS = ("192.168.40.2", "223.5.5.5")
WANTED = {
    "BOOTPROTO": "none",
    "ONBOOT": "yes",
    "IPADDR": "192.168.40.180",
    "PREFIX": "24",
    "GATEWAY": "192.168.40.2",
    "DNS1": "192.168.40.2",
    "DNS2": "223.5.5.5",
}


def fixed(text: str | None) -> str:
    return ifcfg(text, "ens33", "192.168.40.180/24", "192.168.40.2", DNS)


def test_the_file_of_the_installer() -> None:
    """As CentOS 7.9's installer writes it for a card by DHCP that is not to come up."""
    text = """TYPE=Ethernet
PROXY_METHOD=none
BROWSER_ONLY=no
BOOTPROTO=dhcp
DEFROUTE=yes
IPV4_FAILURE_FATAL=no
IPV6INIT=yes
NAME=ens33
UUID=44412fa5-5532-4bb8-8e2a-ab8e28fd5bf0
DEVICE=ens33
ONBOOT=no
"""
    assert (
        fixed(text)
        == """TYPE=Ethernet
PROXY_METHOD=none
BROWSER_ONLY=no
BOOTPROTO=none
DEFROUTE=yes
IPV4_FAILURE_FATAL=no
IPV6INIT=yes
NAME=ens33
UUID=44412fa5-5532-4bb8-8e2a-ab8e28fd5bf0
DEVICE=ens33
ONBOOT=yes
IPADDR=192.168.40.180
PREFIX=24
GATEWAY=192.168.40.2
DNS1=192.168.40.2
DNS2=223.5.5.5
"""
    )


def test_what_is_right_in_other_words_stays() -> None:
    text = (
        "DEVICE=ens33\nBOOTPROTO=static\nONBOOT='Yes'\nIPADDR=\"192.168.40.180\"\nPREFIX=24 # home\n"
        "GATEWAY=192.168.40.2\nDNS1=192.168.40.2\nDNS2=223.5.5.5\n"
    )
    assert fixed(text) == text


def test_what_said_another_address_goes() -> None:
    text = (
        "DEVICE=ens33\nIPADDR0=10.0.0.5\nNETMASK0=255.255.255.0\nGATEWAY0=10.0.0.1\n"
        "NETMASK=255.255.0.0\nDNS3=8.8.8.8\nDEFROUTE=no\nIPADDR1=10.9.9.9\nPREFIX1=24\n"
    )
    found = fixed(text)
    for word in ("10.0.0", "NETMASK", "DNS3", "DEFROUTE"):
        assert word not in found
    assert "IPADDR1=10.9.9.9\nPREFIX1=24\n" in found, "a second address stays"


def test_without_a_gateway_the_card_stays_no_way_out() -> None:
    text = "DEVICE=ens33\nGATEWAY=10.0.0.1\nDEFROUTE=no\n"
    found = ifcfg(text, "ens33", "192.168.40.180/24", "", ())
    assert "GATEWAY" not in found
    assert "DNS" not in found
    assert "DEFROUTE=no\n" in found


LINES = st.sampled_from(
    [
        *("BOOTPROTO=dhcp", "BOOTPROTO=static", "ONBOOT=no", "ONBOOT=yes", "IPADDR=1.2.3.4"),
        *("IPADDR0=1.2.3.4", "PREFIX=8", "NETMASK=255.0.0.0", "GATEWAY=1.2.3.5", "DNS1=8.8.8.8"),
        *("DNS2='8.8.4.4'", "DNS9=1.1.1.1", "DEFROUTE=no", "# a remark", "", "NAME=ens33", "words"),
    ]
)
OURS = ("BOOTPROTO", "ONBOOT", "IPADDR", "PREFIX", "NETMASK", "GATEWAY", "DNS", "DEFROUTE")


@given(st.lists(LINES, max_size=8))
def test_every_value_once_and_all_else_as_it_was(lines: list[str]) -> None:
    found = fixed("".join(f"{line}\n" for line in lines))
    rows = [line.partition("=") for line in found.splitlines() if line.startswith(OURS)]
    said = {key: value for key, _, value in rows}
    assert said | {"BOOTPROTO": "none"} == WANTED
    assert said["BOOTPROTO"] in ("none", "static")
    assert len(rows) == len(WANTED)
    others = [line for line in lines if not line.startswith(OURS)]
    assert [line for line in found.splitlines() if not line.startswith(OURS)] == others
    assert fixed(found) == found
