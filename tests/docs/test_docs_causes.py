"""docs/troubleshooting.md: every known failure has its entry, in the program's own words, and no other has one."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache

import pytest

from tests.support.cases import cases
from tests.support.pages import ROOT, Page, nodes_of
from tests.support.verdicts import judged
from tui_installer import registry
from tui_installer.model.cause import Telltale, known_cause
from tui_installer.model.check import Check, Verdict
from tui_installer.model.outcome import Outcome

PAGE = Page(ROOT / "docs/troubleshooting.md")
CHECKS = {check.id: check for check in registry.checks()}
PROOFS = {proof.id: proof for proof in registry.proofs()}
ROOMS = {"checks": ("check", CHECKS), "proofs": ("proof", PROOFS)}


def form(template: str) -> str:
    """A sentence as the page has it: words in capitals where something is put in, one for several in a row."""
    return re.sub(r"\{(\w+)\}(?:\{\w+\})*", lambda found: found[1].upper(), template)


def plain(text: str) -> str:
    """Without the marks of code."""
    return text.replace("`", "")


@cache
def sentences() -> set[str]:
    """All that the program says, in that form."""
    return {
        form(node.args[0].value)
        for node in nodes_of("")
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "T"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }


# ---- causes ----


@dataclass(frozen=True)
class Entry:
    """One known failure on the page."""

    id: str
    title: str
    shows: str
    why: str
    cure: str


ENTRY = re.compile(
    r"### (?P<title>.+)\n\n`(?P<id>\w+)`, it shows as `(?P<shows>[^\n]+)`\n\n(?P<why>[^#]+?)\n\nDo: (?P<cure>[^\n]+)\.\n"
)
ENTRIES = [Entry(**found.groupdict()) for found in ENTRY.finditer(PAGE.text)]


def test_every_entry_is_read() -> None:
    assert len(ENTRIES) == PAGE.text.count("\n### ")
    assert len(ENTRIES) > 40


def test_every_cause_has_one_entry_and_every_entry_its_cause() -> None:
    assert sorted(entry.id for entry in ENTRIES) == sorted(s.id for s in registry.causes())


def test_an_entry_says_what_the_program_says() -> None:
    for cause in registry.causes():
        entry = next(entry for entry in ENTRIES if entry.id == cause.id)
        assert plain(entry.title) == form(cause.title.template)
        assert plain(entry.cure) == form(cause.cure.template)
        assert len(entry.why.split()) > 5, entry.id


def test_what_an_entry_shows_is_known_by_it() -> None:
    for known in registry.causes():
        sources = {tell.source for tell in known.tells if isinstance(tell, Telltale)}
        entry = next(entry for entry in ENTRIES if entry.id == known.id)
        told = [known_cause(registry.causes(), source, [entry.shows]) for source in sources]
        assert not sources or known.id in [cause.id for cause in told if cause], entry.id


# ---- checks and proofs that fail ----


def failed(room: str) -> list[tuple[Check, Verdict]]:
    """Every FAIL that the cases know and that no step of the run puts right."""
    parts = ROOMS[room][1]
    found = [
        (parts[name.partition("/")[0]], case)
        for name, case in cases(room).items()
        if case["outcome"] == "FAIL"
    ]
    verdicts = [(check, judged(check, case)) for check, case in found]
    return [(check, verdict) for check, verdict in verdicts if not verdict.step]


def has_words(text: str) -> bool:
    """More than what is put in."""
    return len(re.findall(r"[a-z]{2,}", re.sub(r"\{\w+\}", "", text))) > 1


def cures_of_causes() -> set[str]:
    return {form(cause.cure.template) for cause in registry.causes()}


@pytest.mark.parametrize("room", ROOMS)
def test_every_fail_has_its_row(room: str) -> None:
    rows = [tuple(map(plain, row)) for row in PAGE.table(ROOMS[room][0], "it says")]
    missing = []
    for check, verdict in failed(room):
        assert verdict.cure is not None
        found, cure = form(verdict.found.template), form(verdict.cure.template)
        mine = [row for row in rows if row[0] == check.id and row[2] == cure]
        if has_words(verdict.found.template):
            mine = [row for row in mine if row[1] == found]
        if not mine and cure not in cures_of_causes():
            missing.append((check.id, found, cure))
    assert missing == []


@pytest.mark.parametrize("room", ROOMS)
def test_every_row_is_of_something_that_fails(room: str) -> None:
    rows = PAGE.table(ROOMS[room][0], "it says")
    ids = {check.id for check, verdict in failed(room) if verdict.outcome is Outcome.FAIL}
    assert {plain(row[0]) for row in rows} == ids
    assert [row for row in rows if plain(row[2]) not in sentences()] == []


@pytest.mark.parametrize("room", ROOMS)
def test_what_never_fails_is_said_to(room: str) -> None:
    fails = {
        name.partition("/")[0] for name, case in cases(room).items() if case["outcome"] == "FAIL"
    }
    never = set(ROOMS[room][1]) - fails
    listed = re.findall(r"((?:`\w+`(?:, | and )?)+) never fail", PAGE.prose)
    assert set(re.findall(r"`(\w+)`", " ".join(listed))) >= never
    assert set(re.findall(r"`(\w+)`", " ".join(listed))).isdisjoint(fails)


# ---- what the program itself says ----


def test_the_engines_words_are_its_words() -> None:
    rows = PAGE.table("The program says")
    assert len(rows) > 3
    assert [row[0] for row in rows if plain(row[0]) not in sentences()] == []
    assert [row[2] for row in rows if "`" not in row[2] and row[2] not in sentences()] == []


def test_what_one_sees_is_what_the_program_says() -> None:
    """A cell that begins with code quotes the program, and may cut its sentence short."""
    quoted = [
        found[1]
        for row in PAGE.table("You see", "Why")
        if (found := re.match(r"`([^`]+)`", row[0]))
    ]
    assert len(quoted) > 4
    assert [text for text in quoted if not any(text in said for said in sentences())] == []
