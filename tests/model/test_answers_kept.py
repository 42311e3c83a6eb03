"""Answers that are written are read back as they were; a name that is offered is taken."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from tests.support.answers import ANSWERS, HOSTNAMES
from tui_installer.model.answers import QUESTIONS, SECTIONS, Answers, flat, from_flat
from tui_installer.model.answers_file import (
    AnswersError,
    dump,
    dump_values,
    parse,
)
from tui_installer.model.fields import hostname_problem, offered_hostname


@given(ANSWERS)
def test_what_is_written_is_read_back(answers: Answers) -> None:
    text = dump(answers)
    assert from_flat(parse(text.encode()).values) == answers
    assert set(tomllib.loads(text)) == set(SECTIONS)


@given(ANSWERS, st.sets(st.sampled_from(sorted(QUESTIONS))))
def test_some_answers_are_read_back(answers: Answers, keys: set[str]) -> None:
    some = {key: value for key, value in flat(answers).items() if key in keys}
    given = {key: value for key, value in some.items() if value is not None}
    try:
        assert parse(dump_values(some).encode(), whole=False).values == given
    except AnswersError as error:
        # One subnet alone may overlap the default of the other.
        assert {row.key for row in error.mistakes} <= {
            "cluster.pod_subnet",
            "cluster.service_subnet",
        }


def test_a_draft_needs_no_role() -> None:
    assert parse(b"[node]\nhostname = 'a'\n", whole=False).values == {"node.hostname": "a"}
    assert parse(b"", whole=False).values == {}


@given(ANSWERS)
def test_flat_and_back(answers: Answers) -> None:
    assert from_flat(flat(answers)) == answers


@given(st.text(max_size=300))
def test_an_offered_name_is_one_that_is_taken(name: str) -> None:
    offer = offered_hostname(name)
    assert offer == "" or hostname_problem(offer) is None


@given(HOSTNAMES)
def test_a_good_name_is_offered_as_it_is(name: str) -> None:
    assert hostname_problem(name) is None
    assert offered_hostname(name) == name
