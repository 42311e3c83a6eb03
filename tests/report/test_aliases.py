"""The same stand-in for the same input; what belongs together still does."""

from __future__ import annotations

import re
from ipaddress import IPv4Address, ip_network

from hypothesis import given
from hypothesis import strategies as st

from tui_installer.report.aliases import Aliases

addresses = st.integers(0, 2**32 - 1).map(lambda n: str(IPv4Address(n)))


def aliases() -> Aliases:
    return Aliases(("db-07.prod.acme.lan", "web", "node", "localhost"), ("zhangsan", "root"))


def test_names_are_gone_and_common_words_stay() -> None:
    said = aliases()(
        "db-07 asked db-07.prod.acme.lan and cache.prod.acme.lan; the node is web, not webhook"
    )
    assert "acme" not in said
    assert "db-07" not in said
    assert re.fullmatch(
        r"(host-\d) asked \1\.(domain-1\.example) and cache\.\2; the node is host-\d, not webhook",
        said,
    )
    assert (
        aliases()("/home/zhangsan/.kube belongs to zhangsan")
        == "/home/user-1/.kube belongs to user-1"
    )
    for around in ("name%3D{}&limit", "{}_454ea43c", "kube-{}", 'to \\"{}\\n{}\\"'):
        assert "db-07" not in aliases()(around.format("db-07", "db-07"))
        assert "192.168.40.180" not in aliases()(around.format(*2 * ["192.168.40.180"]))
    assert aliases()("root@localhost") == "root@localhost"


def test_hosts_of_urls_are_learnt_but_for_those_of_the_whole_world() -> None:
    one = aliases()
    one.learn("https://harbor.acme.lan:8443/v2/ and https://registry.k8s.io/v2/")
    said = one("harbor.acme.lan:8443/app registry.k8s.io/pause:3.8")
    assert "acme" not in said
    assert "harbor" not in said
    assert (
        said.endswith(":8443/app registry.k8s.io/pause:3.8") or "registry.k8s.io/pause:3.8" in said
    )


def test_neighbours_stay_neighbours() -> None:
    one = aliases()
    first, second, other = (one(a) for a in ("192.168.40.180", "192.168.40.2", "192.168.41.2"))
    assert first.rpartition(".")[0] == second.rpartition(".")[0] != other.rpartition(".")[0]
    assert "40.180" not in first
    assert one("192.168.40.0/24") == f"{first.rpartition('.')[0]}.0/24"


def test_what_every_cluster_has_stays() -> None:
    for text in ("10.96.0.1", "10.244.0.0/16", "127.0.0.1", "0.0.0.0:6443", "255.255.255.0"):
        assert aliases()(text) == text
    for text in (
        "1.6.33-3.1.el7",
        "3.10.0-1160.el7.x86_64",
        "12:00:00",
        "00:00:00:00:00:00",
        "::1",
    ):
        assert aliases()(text) == text


def test_cards_and_addresses_of_version_6() -> None:
    one = aliases()
    said = one(
        "link/ether 52:54:00:AB:cd:ef inet6 fd12:3456::7/64, again 52:54:00:ab:cd:ef and [fd12:3456::7]:443"
    )
    assert "52:54" not in said.lower()
    assert "fd12" not in said
    assert said == one(
        said.replace("02:00:00:00:00:01", "52:54:00:ab:cd:ef").replace(
            "2001:db8::1", "fd12:3456::7"
        )
    )


@given(st.lists(addresses, min_size=1, max_size=30, unique=True))
def test_no_two_addresses_get_the_same_stand_in(found: list[str]) -> None:
    one = aliases()
    said = [one(a) for a in found]
    assert [one(a) for a in found] == said
    assert len(set(said)) == len(said)
    for a, b in zip(found, said, strict=True):
        default = any(
            IPv4Address(a) in ip_network(net) for net in ("10.96.0.0/12", "10.244.0.0/16")
        )
        same = any(IPv4Address(b) in ip_network(net) for net in ("10.96.0.0/12", "10.244.0.0/16"))
        assert default == same


def test_names_of_our_own_fields_stay() -> None:
    one = Aliases(("nics", "db-07"), ())
    said = one.within({"nics": [{"name": "db-07"}], "db-07:6443": "nics"})
    assert list(said) == ["nics", "host-1:6443"] or list(said) == ["nics", "host-2:6443"]
    assert said["nics"][0]["name"] in list(said)[1]
