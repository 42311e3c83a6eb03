"""One server in the place of the others; everything else in chrony.conf stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.render.chrony import STOCK, sources, with_server

LINES = st.sampled_from(
    [
        "",
        "# a comment",
        "driftfile /var/lib/chrony/drift",
        "server 0.centos.pool.ntp.org iburst",
        "  Pool 2.pool.ntp.org iburst maxsources 4",
        "peer 10.0.0.7",
        "server ntp.example.org minpoll 4",
        "#server old.example.org",
        "serverless",
    ]
)


@given(st.lists(LINES, max_size=8))
def test_it_is_the_only_one_and_nothing_else_changes(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    found = with_server(text, "ntp.example.org")
    assert sources(found) == ["ntp.example.org"]
    assert with_server(found, "ntp.example.org") == found
    kept = [line for line in lines if not sources(line)]
    assert [line for line in found.splitlines() if line in kept] == kept
    # Whatever was in use can be read in a comment, in its place.
    off = [line for line in lines if sources(line) not in ([], ["ntp.example.org"])]
    assert [line[1:] for line in found.splitlines() if line[1:] in off and line[0] == "#"] == off


def test_it_stands_where_the_others_stood() -> None:
    assert with_server("a\nserver b\nserver c\nd\n", "x").splitlines() == [
        "a",
        "server x iburst",
        "#server b",
        "#server c",
        "d",
    ]


def test_a_line_with_options_of_its_own_stays() -> None:
    text = "server b\nserver x key 7 iburst\n"
    assert with_server(text, "x") == "#server b\nserver x key 7 iburst\n"


@pytest.mark.parametrize("text", ["", STOCK])
def test_a_file_without_a_source(text: str) -> None:
    assert with_server(text, "x").splitlines()[0] == "server x iburst"
