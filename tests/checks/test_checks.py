"""Every check by its cases, and what holds for all of them."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from tests.support.cases import answers_of, cases
from tests.support.verdicts import explained, fits, judged, outcomes_in
from tui_installer import registry
from tui_installer.checks import package_mirrors
from tui_installer.model.check import Check, Judged, Verdict, broken, unknown
from tui_installer.model.outcome import WORST_FIRST, Outcome
from tui_installer.model.text import T

CHECKS = {check.id: check for check in registry.checks()}
STEPS = {step.id for step in registry.steps()}
CASES = cases("checks")
EVERY = pytest.mark.parametrize("name", CASES)


def verdict_of(name: str) -> tuple[Check, Verdict]:
    check = CHECKS[name.partition("/")[0]]
    return check, judged(check, CASES[name])


@EVERY
def test_a_case(name: str) -> None:
    check, verdict = verdict_of(name)
    wanted = CASES[name]
    fits(verdict, wanted)
    assert verdict.step == wanted.get("step", "")
    assert verdict.answer == wanted.get("answer", "")
    assert verdict.answer in {"", *check.asks}
    assert check.applies(answers_of(wanted))
    explained(verdict)
    assert verdict.step in STEPS | {""}
    has_a_row_of_json(check, verdict)


def has_a_row_of_json(check: Check, verdict: Verdict) -> None:
    row = Judged(check, verdict).to_json(str)
    assert {"id", "outcome", "detail", "cure"} <= set(row)
    assert row["id"] == check.id
    assert row["detail"] == str(verdict.found)
    assert bool(row["cure"]) or verdict.outcome not in (Outcome.FAIL, Outcome.WARN)


def test_a_check_has_a_case_for_every_outcome() -> None:
    for check in CHECKS.values():
        found = {case["outcome"] for name, case in CASES.items() if name.startswith(f"{check.id}/")}
        module = package_mirrors if check.id == "image_mirrors" else inspect.getmodule(check.judge)
        assert module is not None
        assert found >= outcomes_in(module) | {"ok"}, f"tests/checks/{check.id}/*.json"
        assert len(found) >= 2, check.id


def test_no_case_is_left_over() -> None:
    assert {name.partition("/")[0] for name in CASES} <= set(CHECKS)


def test_an_id_is_its_files_name() -> None:
    for check in CHECKS.values():
        assert Path(inspect.getsourcefile(check.judge) or "").stem == check.id
        assert str(check.title)


def test_a_check_that_breaks_is_unknown_and_never_good() -> None:
    verdict = broken(ZeroDivisionError("a mistake"))
    assert verdict.outcome is Outcome.UNKNOWN
    assert "ZeroDivisionError: a mistake" in str(verdict.found)


def test_the_worst_comes_first() -> None:
    assert WORST_FIRST[0] is Outcome.FAIL
    assert WORST_FIRST[-1] is Outcome.OK
    assert set(WORST_FIRST) == set(Outcome)


def test_planned_keeps_what_was_found() -> None:
    verdict = Verdict(Outcome.FAIL, T("on"), T("off"), T("why"), T("cure"), "swap").planned()
    assert verdict.outcome is Outcome.PLANNED
    assert (verdict.found, verdict.step) == (T("on"), "swap")
    assert unknown(T("x")).outcome is Outcome.UNKNOWN
