"""yum's files point at sources that live, and dead ones are switched off."""

from __future__ import annotations

import configparser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.cases import text
from tui_installer import assets
from tui_installer.render.packages import repositories


def parsed(source: str) -> configparser.ConfigParser:
    """As yum 3 reads it."""
    parser = configparser.ConfigParser(interpolation=None, strict=True)
    parser.read_string(source)
    return parser


KEY = "file:///keys/of-the-maker"
MADE = [
    (need, name, builder(assets.location(need, name)))
    for need, builder in (
        ("centos", repositories.centos),
        ("docker_ce", lambda root: repositories.docker_ce(root, KEY)),
        ("kubernetes", lambda root: repositories.kubernetes(root, KEY)),
    )
    for name in assets.mirrors(need)
]


@pytest.mark.parametrize(("need", "name", "source"), MADE, ids=[f"{n}-{m}" for n, m, _ in MADE])
def test_a_source_of_ours(need: str, name: str, source: str) -> None:
    parser = parsed(source)
    for section in parser.sections():
        row = parser[section]
        assert row["baseurl"].startswith("https://")
        assert row["baseurl"].endswith("/")
        assert "$releasever" not in row["baseurl"], "/centos/7 is gone"
        assert row["enabled"] == "1"
        assert row["gpgcheck"] == "1", "nothing unsigned is installed"
        assert row["repo_gpgcheck"] == "0", "gnupg 2.0.22 cannot check the index"
        assert row["gpgkey"].startswith("file:///"), "never from where the packages come from"
        assert row["sslverify"] == "1", "whatever yum.conf says"
    assert repositories.disabled(source) == source, "not one of the dead ones"


def test_the_three_trees_of_centos() -> None:
    parser = parsed(repositories.centos("https://m/7.9.2009"))
    assert parser.sections() == ["base", "updates", "extras"]
    assert parser["base"]["baseurl"] == "https://m/7.9.2009/os/$basearch/"


def test_both_layouts_of_kubernetes() -> None:
    old = parsed(repositories.kubernetes("https://m/kubernetes/yum", KEY))["kubernetes"]
    assert old["gpgkey"] == KEY
    assert old["baseurl"] == "https://m/kubernetes/yum/repos/kubernetes-el7-$basearch/"
    new = parsed(repositories.kubernetes("https://pkgs.k8s.io/core:/stable:/v1.25/rpm", KEY))[
        "kubernetes"
    ]
    assert new["baseurl"] == "https://pkgs.k8s.io/core:/stable:/v1.25/rpm/"
    assert new["gpgkey"].endswith("/rpm/repodata/repomd.xml.key")


def test_the_stock_file_is_switched_off_whole() -> None:
    parser = parsed(repositories.disabled(text("@CentOS-Base.stock.repo")))
    assert parser.sections() == ["base", "updates", "extras", "centosplus"]
    assert all(parser[name]["enabled"] == "0" for name in parser.sections())


def test_epel() -> None:
    assert repositories.disabled(text("@epel.stock.repo")) == text("@epel.disabled.repo")


SECTIONS = st.lists(
    st.builds(
        lambda url, enabled, remark: f"{remark}name=x\n{url}\n{enabled}gpgcheck=1\n\n",
        st.sampled_from(
            [
                "baseurl=http://10.0.0.9/ours",
                "mirrorlist=http://mirrorlist.centos.org/?release=7",
                "metalink = https://mirrors.fedoraproject.org/metalink?repo=epel-7",
                "#mirrorlist=http://mirrorlist.centos.org/?release=7\nbaseurl=file:///media",
                "baseurl=https://packages.cloud.google.com/yum/repos/kubernetes-el7-x86_64",
            ]
        ),
        st.sampled_from(["", "enabled=1\n", "enabled = 0\n", "enabled=False\n"]),
        st.sampled_from(["", "# a remark\n"]),
    ),
    max_size=4,
).map(lambda rows: "".join(f"[r{i}]\n{row}" for i, row in enumerate(rows)))


@given(SECTIONS)
def test_what_is_dead_is_off_and_what_lives_stays_as_it_is(source: str) -> None:
    before, result = parsed(source), repositories.disabled(source)
    after = parsed(result)
    assert repositories.disabled(result) == result
    for name in before.sections():
        urls = [before[name].get(k, "") for k in ("mirrorlist", "metalink", "baseurl")]
        dead = any(h in u for u in urls for h in ("mirrorlist.", "fedoraproject", "google"))
        if dead:
            assert not after[name].getboolean("enabled")
        else:
            assert dict(after[name]) == dict(before[name])
        rest = {k: v for k, v in before[name].items() if k != "enabled"}
        assert {k: v for k, v in after[name].items() if k != "enabled"} == rest
