"""Everything that can be asked about has its help, in both languages, and fits its column."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import tui_installer.ui.dialogs
import tui_installer.ui.pages
import tui_installer.ui.screens
from tui_installer import registry
from tui_installer.help.book import ANSWERS, PLACES
from tui_installer.help.keys import KEYS
from tui_installer.help.words import WORDS
from tui_installer.model import places
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.check import Check
from tui_installer.model.help import Help
from tui_installer.model.outcome import Outcome
from tui_installer.model.step import Step
from tui_installer.model.text import Text
from tui_installer.text import words
from tui_installer.text.language import Language
from tui_installer.text.measure import width
from tui_installer.ui.frame.screen import Frame

ENGLISH, CHINESE = Language("en"), Language("zh")
PARTS: list[Step | Check] = [*registry.steps(), *registry.checks(), *registry.proofs()]
BOOK = {**ANSWERS, **PLACES}
# Cells of the columns that hold these titles, on the screens and in plain lines.
STEP_TITLE, CHECK_TITLE = 14, 18
DRAFT, RUNS = str(places.DRAFT), str(places.RUNS)


def shown_alone() -> Iterator[str]:
    """The names of the files of all pages and screens that have a frame of their own."""
    for room in (tui_installer.ui.pages, tui_installer.ui.screens, tui_installer.ui.dialogs):
        for info in pkgutil.iter_modules(room.__path__):
            module = importlib.import_module(f"{room.__name__}.{info.name}")
            frames = [
                value
                for value in vars(module).values()
                if isinstance(value, type)
                and issubclass(value, Frame)
                and value.__module__ == module.__name__
                and not value.__subclasses__()  # what others are built on is never shown itself
            ]
            if frames:
                yield info.name


def sentences(found: Help) -> list[Text]:
    return [t for t in (found.what, found.allowed, found.why) if t is not None]


def teaches(text: Text) -> bool:
    """A sentence in English, and one of its own in Chinese."""
    return (
        len(ENGLISH(text).split()) > 3 and re.search(r"[\u4e00-\u9fff]", CHINESE(text)) is not None
    )


def test_every_key_of_the_answers_has_its_help() -> None:
    assert set(ANSWERS) == set(QUESTIONS)


def test_every_page_and_screen_has_its_help() -> None:
    assert set(PLACES) == set(shown_alone())


def test_help_is_told_in_both_languages() -> None:
    for name, found in BOOK.items():
        assert ENGLISH(found.title), name
        assert CHINESE(found.title), name
        told = [text for text in sentences(found) if ENGLISH(text) not in ("false", "none")]
        assert [text for text in told if not teaches(text)] == []
        assert found.look, name


def test_help_of_an_answer_says_what_is_allowed_and_why() -> None:
    steps = {"", *(step.id for step in registry.steps())}
    for name, found in ANSWERS.items():
        assert found.allowed, name
        assert found.why, name
        assert found.step in steps, name


def test_every_step_check_and_proof_teaches_in_both_languages() -> None:
    for part in PARTS:
        assert teaches(part.about), part.id
        assert ENGLISH(part.about).endswith("."), part.id
        assert CHINESE(part.about).endswith("。"), part.id


def test_keys_and_words_are_explained_in_both_languages() -> None:
    for term, meaning in (*KEYS, *WORDS):
        assert CHINESE(term)
        assert ENGLISH(meaning), term
        assert re.search(r"[\u4e00-\u9fff]", CHINESE(meaning)), term


def test_the_places_that_help_names_are_those_of_the_program() -> None:
    kept = {PLACES[name].kept for name in ("start", "run", "log")}
    assert kept == {DRAFT, RUNS}


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_words_and_titles_fit_their_columns(say: Language) -> None:
    """One cell of each column stays empty, or two words would be read as one."""
    verdicts = [words.WORDS[outcome] for outcome in Outcome]
    states = [word for state, word in words.WORDS.items() if state not in list(Outcome)]
    columns = (
        (words.VERDICT, verdicts),
        (words.STATE, states),
        (STEP_TITLE, [step.title for step in registry.steps()]),
        (CHECK_TITLE, [check.title for check in (*registry.checks(), *registry.proofs())]),
    )
    for cells, texts in columns:
        assert texts
        assert [say(text) for text in texts if width(say(text)) >= cells] == []
