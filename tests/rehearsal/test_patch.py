"""Differences of facts: what is made of them is what they were made from, and they fit other machines too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui_installer.rehearsal.patch import applied, difference

WORDS = st.text("abc", min_size=1, max_size=2)
SCALARS = st.none() | st.booleans() | st.integers(0, 3) | WORDS
# As facts are: a list holds things of one kind, each once, by its name where it has one.
NAMED = st.dictionaries(WORDS, st.integers(0, 3), max_size=3).map(
    lambda rows: [{"name": name, "value": value} for name, value in rows.items()]
)
LISTS = st.lists(WORDS, unique=True, max_size=4) | NAMED
VALUES = st.recursive(
    SCALARS | LISTS, lambda inner: st.dictionaries(WORDS, inner, max_size=3), max_leaves=8
)


def same(one: Any, other: Any) -> bool:
    """Lists are sets, or are searched: their order is nothing."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[k], other[k]) for k in one)
    if isinstance(one, list) and isinstance(other, list):
        return sorted(map(json.dumps, one)) == sorted(map(json.dumps, other))
    return bool(one == other) and type(one) is type(other)


@given(st.dictionaries(WORDS, VALUES, max_size=4), st.dictionaries(WORDS, VALUES, max_size=4))
@example({"a": False}, {"a": 0})
@example({"a": [{"name": "a", "value": 1}]}, {"a": [{"name": "a", "value": True}]})
def test_a_difference_makes_the_new_value_of_the_old_one(old: Any, new: Any) -> None:
    change = difference(old, new)
    assert same(old if change is None else applied(change, old), new)


@given(st.dictionaries(WORDS, VALUES, max_size=4))
def test_nothing_is_other(value: Any) -> None:
    assert difference(value, value) is None


@pytest.mark.parametrize(
    ("change", "old", "new"),
    [
        ({"a": 2}, {"a": 1, "b": 1}, {"a": 2, "b": 1}),
        ({"-": ["a"]}, {"a": 1, "b": 1}, {"b": 1}),
        ({"units": {"x": {"active": "active"}}}, {}, {"units": {"x": {"active": "active"}}}),
        ({"+": ["c"], "-": ["a"]}, ["a", "b"], ["b", "c"]),
        ({"+": ["c"]}, None, ["c"]),
        ({"-": ["a"]}, ["a"], []),
        ({"=": {"a": 1}}, {"b": 2}, {"a": 1}),
        ({"=": None}, {"b": 2}, None),
        (
            {"+": [{"name": "x", "ready": 1}]},
            [{"name": "x", "ready": 0}, {"name": "y", "ready": 1}],
            [{"name": "y", "ready": 1}, {"name": "x", "ready": 1}],
        ),
    ],
)
def test_it_fits_a_machine_that_was_otherwise(change: Any, old: Any, new: Any) -> None:
    assert applied(change, old) == new
