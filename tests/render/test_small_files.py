"""hosts, fstab, selinux, sysctl and the modules: small edits that leave all else as it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.facts import System
from tui_installer.render.fstab import MARK, without_swap
from tui_installer.render.hosts import hosts
from tui_installer.render.keys import selinux_config, sysctl, sysctl_overrides
from tui_installer.render.modules import load_at_boot, modules

ADDRESSES = st.sampled_from(["192.168.40.180", "127.0.0.1", "10.0.0.7", "::1", "fe80::1%lo0"])
WORDS = st.sampled_from(["master01", "MASTER01", "master01.lab", "localhost", "db", "node01"])
HOST_LINES = st.one_of(
    st.builds(lambda a, n: f"{a} {' '.join(n)}", ADDRESSES, st.lists(WORDS, max_size=3)),
    st.builds(lambda a, n: f"{a}\t{n}  # a remark", ADDRESSES, WORDS),
    st.sampled_from(["", "# 10.0.0.7 master01", "  "]),
)
TABLES = st.lists(HOST_LINES, max_size=6).map("\n".join)


def addresses(text: str, name: str) -> list[str]:
    """The IPv4 addresses that a resolver would find for that name, in order."""
    rows = (line.partition("#")[0].split() for line in text.splitlines())
    return [r[0] for r in rows if name.lower() in map(str.lower, r[1:]) and ":" not in r[0]]


@given(TABLES)
def test_the_name_has_exactly_one_address(table: str) -> None:
    result = hosts(table, "192.168.40.180", "master01")
    assert addresses(result, "master01") == ["192.168.40.180"]
    assert hosts(result, "192.168.40.180", "master01") == result
    assert result.endswith("\n")


@given(TABLES)
def test_every_other_name_keeps_its_addresses(table: str) -> None:
    result = hosts(table, "192.168.40.180", "master01")
    for name in ("localhost", "db", "node01", "master01.lab"):
        assert addresses(result, name) == addresses(table, name)
    assert [line for line in result.splitlines() if line.startswith("#")] == [
        line for line in table.splitlines() if line.startswith("#")
    ]


def test_a_line_of_ipv6_stays() -> None:
    assert "::1 master01\n" in hosts("::1 master01\n", "10.0.0.5", "master01")


def test_a_remark_stays_with_its_line() -> None:
    assert hosts("10.0.0.7 master01 db  # ours\n", "10.0.0.5", "master01") == (
        "10.0.0.7 db  # ours\n10.0.0.5 master01\n"
    )


def test_a_good_file_is_not_touched() -> None:
    table = "127.0.0.1   localhost\n10.0.0.5\tMaster01   db\n"
    assert hosts(table, "10.0.0.5", "master01") == table


FSTAB_LINES = st.sampled_from(
    [
        "/dev/mapper/centos-root /       xfs     defaults        0 0",
        "/dev/mapper/centos-swap swap    swap    defaults        0 0",
        "\t/swapfile none swap sw 0 0",
        "UUID=1 none\tswap\tsw,pri=1",
        "#/dev/sda2 swap swap defaults 0 0",
        "# swap",
        "/dev/sdb1 /swap ext4 defaults 0 0",
        "",
        "swap swap",
    ]
)


@given(st.lists(FSTAB_LINES, max_size=6), st.sampled_from(["\n", "\r\n"]))
def test_no_swap_is_left_in_fstab(lines: list[str], end: str) -> None:
    table = "".join(line + end for line in lines)
    result = without_swap(table)
    for line in result.splitlines():
        fields = line.split()
        assert line.startswith("#") or len(fields) < 3 or fields[2] != "swap"
    assert result.replace(MARK, "") == table, "taking the marks out gives the old file"
    assert without_swap(result) == result


def test_a_last_line_without_an_end() -> None:
    assert without_swap("/swapfile none swap sw") == f"{MARK}/swapfile none swap sw"


def test_selinux() -> None:
    table = "# SELINUX= can take\nSELINUX=enforcing  \nSELINUXTYPE=targeted\n"
    assert selinux_config(table, "permissive") == (
        "# SELINUX= can take\nSELINUX=permissive\nSELINUXTYPE=targeted\n"
    )


SETTINGS = {"net.ipv4.ip_forward": "1", "net.bridge.bridge-nf-call-iptables": "1"}


def test_a_file_of_settings() -> None:
    assert sysctl(SETTINGS) == ("net.ipv4.ip_forward = 1\nnet.bridge.bridge-nf-call-iptables = 1\n")


SYSCTL_LINES = st.sampled_from(
    [
        "net.ipv4.ip_forward=0",
        "net.ipv4.ip_forward = 1",
        "  net/ipv4/ip_forward = 0",
        "-net.ipv4.ip_forward=2",
        "#net.ipv4.ip_forward=0",
        "; net.ipv4.ip_forward=0",
        "vm.swappiness = 10",
        "net.bridge.bridge-nf-call-iptables = 0",
        "",
        "words",
    ]
)


@given(st.lists(SYSCTL_LINES, max_size=6))
def test_nothing_wins_over_our_settings(lines: list[str]) -> None:
    table = "".join(f"{line}\n" for line in lines)
    result = sysctl_overrides(table, SETTINGS)
    for line in result.splitlines():
        key, eq, value = line.partition("=")
        name = key.strip().lstrip("-").replace("/", ".")
        assert not eq or name not in SETTINGS or value.strip() == SETTINGS[name]
    assert sysctl_overrides(result, SETTINGS) == result
    assert len(result.splitlines()) == len(lines)
    assert [line for line in lines if "swappiness" in line] == [
        line for line in result.splitlines() if "swappiness" in line
    ]


def test_modules_by_kernel_and_mode() -> None:
    old, new = System(), System(kernel="4.19.12-1.el7.elrepo.x86_64")
    assert "nf_conntrack_ipv4" in modules(old, ipvs=True)
    assert "nf_conntrack_ipv4" not in modules(new, ipvs=True)
    assert "nf_conntrack" in modules(new, ipvs=True)
    assert modules(old, ipvs=False) == ("overlay", "br_netfilter")


def test_a_kernel_whose_version_cannot_be_read() -> None:
    assert System(kernel="custom").kernel_version == (0, 0)
    assert modules(System(kernel=""), ipvs=True)


def test_modules_at_boot() -> None:
    assert load_at_boot(("overlay", "br_netfilter")) == "overlay\nbr_netfilter\n"
