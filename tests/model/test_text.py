"""Sentences travel as templates with parameters, and are put into words at the end."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.model.text import T, Text, say, text_from_json

VALUES = st.one_of(st.text(max_size=8), st.integers(), st.booleans(), st.none())
NAMES = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
TEXTS = st.recursive(
    st.builds(Text, st.text(max_size=20), st.dictionaries(NAMES, VALUES, max_size=3)),
    lambda inner: st.builds(
        Text, st.text(max_size=20), st.dictionaries(NAMES, VALUES | inner, max_size=3)
    ),
    max_leaves=5,
)


@given(TEXTS)
def test_a_text_comes_back_from_the_journal(text: Text) -> None:
    assert text_from_json(json.loads(json.dumps(text.to_json()))) == text


def test_parameters_are_put_in_after_translation() -> None:
    chinese = {"join {address}": "加入 {address}", "the API of {name}": "{name} 的 API"}
    text = T("join {address}", address=T("the API of {name}", name="master01"))
    assert say(text, chinese.__getitem__) == "加入 master01 的 API"
    assert str(text) == "join the API of master01"


def test_braces_stay_where_there_is_nothing_to_put_in() -> None:
    assert str(T("awk '{print $1}'")) == "awk '{print $1}'"


def test_braces_in_a_parameter_stay() -> None:
    assert str(T("found {found}", found="{0} {x}")) == "found {0} {x}"


@pytest.mark.parametrize("value", [None, 3, "words", [], {}, {"text": 3}])
def test_another_shape_is_shown_as_it_is(value: object) -> None:
    assert str(text_from_json(value)) == str(value)
