"""The request carries everything to the engine, and its public half no secret."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.answers import ANSWERS
from tui_installer.model.facts import Person
from tui_installer.model.join import JoinCommand
from tui_installer.model.request import Request, load
from tui_installer.model.secret import Secret

TOKEN = "69eg2e.ocvsmlyx9u31mvue"
JOIN = JoinCommand("10.0.0.5:6443", Secret(TOKEN), ("sha256:" + "0" * 64,))
REQUESTS = st.builds(
    Request,
    ANSWERS,
    st.lists(st.sampled_from(["Mem", "NumCPU"]), unique=True).map(tuple),
    st.lists(
        st.builds(Person, st.text(max_size=8), st.integers(0, 9999), st.integers(0, 9999)),
        max_size=2,
    ).map(tuple),
    st.none() | st.just(JOIN),
    st.text(max_size=8),
)


@given(REQUESTS)
def test_a_request_comes_back(request: Request) -> None:
    assert load(request.dump()) == request


@given(REQUESTS)
def test_the_public_half_has_no_secret_and_is_enough_for_a_resume(request: Request) -> None:
    text = json.dumps(request.public())
    assert TOKEN[7:] not in text
    again = load(text)
    assert again.answers == request.answers
    assert again.join is None


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"answers": {}}', "3", '{"answers": 1}'])
def test_another_text_is_no_request(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        load(text)
