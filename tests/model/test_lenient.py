"""Values of a journal of any shape become values that can be shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from tests.support.odd import JSON
from tui_installer.model.lenient import count, moment, number, sentence, word, words
from tui_installer.model.text import T
from tui_installer.text.language import Language


@given(JSON)
def test_nothing_is_an_error(value: Any) -> None:
    for line in (word(value), *words(value, 3)):
        line.encode()
        assert not {"\n", "\x1b", "\x00"} & set(line)
    assert number(value) is None or (number(value) or 0) >= 0
    assert count(value) is None or isinstance(count(value), int)
    if when := moment(value):
        assert when.tzinfo is UTC
        when.astimezone()
    for language in ("en", "zh"):
        if text := sentence(value):
            Language(language)(text).encode()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("plain", "plain"),
        ("two\nlines", "two lines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("half \ud800", "half ?"),
        ("中文", "中文"),
        (3, ""),
        (None, ""),
    ],
)
def test_words(value: object, wanted: str) -> None:
    assert word(value) == wanted


@pytest.mark.parametrize("value", [True, -1, float("nan"), float("inf"), 10**400, "3", None, []])
def test_no_number(value: object) -> None:
    assert number(value) is None
    assert count(value) is None


def test_numbers() -> None:
    assert number(2.5) == 2.5
    assert count(2.5) == 2


def test_the_last_words_of_a_list() -> None:
    assert words(["a", 1, "b", "c"], 2) == ("b", "c")
    assert words("abc", 2) == ()


@pytest.mark.parametrize(
    "value",
    ["2026-11-23T10:12:00.000Z", "2026-11-23T18:12:00+08:00", "2026-11-23T10:12:00"],
)
def test_times(value: str) -> None:
    assert moment(value) == datetime(2026, 11, 23, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["", "yesterday", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", 3]
)
def test_no_time(value: object) -> None:
    assert moment(value) is None


def test_a_sentence_comes_back_from_the_journal() -> None:
    inner = T("the API of {name}", name="master01")
    for text in (T("join {address}", address=inner), T("ended with {code}", code=-1), T("a {b}")):
        assert sentence(text.to_json()) == text


@pytest.mark.parametrize(
    "template",
    [
        "{unknown}",
        "{name.__class__}",
        "{name[0]}",
        "{name:>99999999}",
        "{name!r}",
        "{",
        "{}",
        "{0}",
    ],
)
def test_a_template_that_could_not_be_filled_in_is_shown_itself(template: str) -> None:
    text = sentence({"text": template, "params": {"name": "x"}})
    assert str(text) == template


def test_something_else_than_a_sentence() -> None:
    assert str(sentence("a plain line")) == "a plain line"
    assert sentence(None) is None
    assert sentence({}) is None
    assert str(sentence({"text": "\x1b[2Jgone {x}", "params": {"x": "\x07bell"}})) == "gone bell"


def test_sentences_in_sentences_for_ever() -> None:
    value: dict[str, Any] = {"text": "end"}
    for _ in range(100):
        value = {"text": "{inner}", "params": {"inner": value}}
    assert str(sentence(value)) == ""
