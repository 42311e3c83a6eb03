"""The lines of the Options page, as the steps declare them."""

from __future__ import annotations

import pytest

from tests.support.cases import answers_of, cases, facts_of
from tui_installer import registry
from tui_installer.model.answers import QUESTIONS, Answers, flat, keys_of
from tui_installer.model.facts import Facts
from tui_installer.model.preparation import NO, YES
from tui_installer.ui.pages.options_time_server import KEY
from tui_installer.ui.rows.preparations import lines

LINES = {line.id: line for line in lines()}
EVERY = pytest.mark.parametrize("name", LINES)
# What a line asks for is true or false where it is ticked, or has these words.
FLAGS = {YES: True, NO: False}


def test_every_option_has_its_line() -> None:
    """The time server alone is typed, below the line of its step."""
    asked = [line.key for line in LINES.values() if line.key]
    assert sorted([*asked, KEY]) == sorted(keys_of("options"))


@EVERY
def test_every_choice_is_an_answer_and_every_answer_a_choice(name: str) -> None:
    line = LINES[name]
    if line.key:
        words = [value for value, _ in line.record.choices] or [YES, NO]
        kind = QUESTIONS[line.key].kind
        assert [word for word in words if kind.wrong(FLAGS.get(word, word))] == []
        assert flat(Answers())[line.key] in [FLAGS.get(word, word) for word in words]
        # As many as the kind has: "one of" names its words in quotes.
        assert len(words) == (kind.words.count('"') // 2 or 2)
        assert QUESTIONS[line.key].help.step == line.step


@EVERY
def test_a_line_looks_at_nothing_but_what_its_step_reads(name: str) -> None:
    """By every case of the step, and before the machine has been looked at."""
    line = LINES[name]
    step = next(step for step in registry.steps() if step.id == line.step)
    values = [value for value, _ in line.record.choices] or [YES, ""]
    for case in (case for name, case in cases("steps").items() if name.startswith(f"{step.id}/")):
        facts, answers = facts_of(case, step.reads, step.files), answers_of(case)
        told = [line.record.now(facts), *(line.record.hint(answers, facts, v) for v in values)]
        assert all(str(text) for text in told)
        assert line.record.choices or str(line.record.tick(answers, facts))
    assert all(str(line.record.hint(None, None, value)) for value in values)
    assert line.record.choices or str(line.record.tick(Answers(), Facts()))
