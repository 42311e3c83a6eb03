"""Texts of a width, sizes and durations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.text import measure


@pytest.mark.parametrize(
    ("text", "cells", "wanted"),
    [
        ("coredns-c676cc86f-6xqfl", 23, "coredns-c676cc86f-6xqfl"),
        ("coredns-c676cc86f-6xqfl", 22, "coredns-c6~cc86f-6xqfl"),
        ("calico-kube-controllers-74677b4c5f-9ld5z", 31, "calico-kube-contro~7b4c5f-9ld5z"),
        ("abcdef", 3, "a~f"),
        ("第一台主机", 8, "第~主机"),
    ],
)
def test_a_name_keeps_both_ends(text: str, cells: int, wanted: str) -> None:
    found = measure.middle(text, cells)
    assert measure.width(found) <= cells
    assert found == wanted


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (311_000, "311 kB"), (34_200_000, "34.2 MB"), (2e9, "2.00 GB")],
)
def test_sizes(count: float, text: str) -> None:
    assert measure.size(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (59.6, "1:00"), (75, "1:15"), (3600, "60:00")]
)
def test_durations(seconds: float, text: str) -> None:
    assert measure.duration(seconds) == text


def test_chinese_takes_two_cells() -> None:
    assert measure.width("ab") == 2
    assert measure.width("安装") == 4
    assert measure.pad("安装", 6) == "安装  "
    assert measure.pad("long enough", 3) == "long enough"


@given(st.text(max_size=20), st.integers(0, 30))
def test_padding_reaches_its_width(text: str, cells: int) -> None:
    assert measure.width(measure.pad(text, cells)) == max(cells, measure.width(text))
