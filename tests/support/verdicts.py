"""Common assertions on checks and proofs: a case is judged, and its result is explained."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from tests.support.cases import answers_of, facts_of
from tui_installer.model.check import Check, Verdict
from tui_installer.model.outcome import Outcome
from tui_installer.model.text import Text

WORDS = {"ok": "ok", "warn": "warn", "fail": "FAIL", "unknown": "unknown", "PLANNED": "planned"}


def judged(check: Check, case: Mapping[str, Any]) -> Verdict:
    """Returns the verdict on the machine of a case."""
    return check.judge(answers_of(case), facts_of(case, check.reads, check.files))


def values(text: Text) -> dict[str, Any]:
    """Returns the parameters of a text, including those of nested texts."""
    found: dict[str, Any] = {}
    for key, value in text.params.items():
        found |= values(value) if isinstance(value, Text) else {key: value}
    return found


def fits(verdict: Verdict, case: Mapping[str, Any]) -> None:
    """Asserts that outcome and finding are those of the case."""
    assert str(verdict.outcome) == case["outcome"]
    told = values(verdict.found)
    for key, value in case.get("found", {}).items():
        assert told[key] == value


def explained(verdict: Verdict) -> None:
    """Asserts that a bad outcome says why it matters and what to do."""
    assert str(verdict.found)
    if verdict.outcome in (Outcome.FAIL, Outcome.WARN):
        assert verdict.why is not None
        assert verdict.cure is not None
        assert str(verdict.why)
        assert str(verdict.cure)
    if verdict.outcome is Outcome.FAIL:
        assert verdict.wanted is not None
        assert str(verdict.wanted)


def outcomes_in(module: ModuleType) -> set[str]:
    """Returns the outcomes that a source can give."""
    tree = ast.parse(inspect.getsource(module))
    called = {
        n.func.id
        for n in ast.walk(tree)
        if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)
    }
    named = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute)}
    return {WORDS[name] for name in called | named if name in WORDS}
