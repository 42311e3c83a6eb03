"""Texts of a width."""

from __future__ import annotations

import pytest

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
