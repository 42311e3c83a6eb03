"""The preflight as tests run it, on a machine that the test makes."""

from __future__ import annotations

from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.answers_file import Given, dump, parse
from tui_installer.model.outcome import Outcome
from tui_installer.preflight import inspection
from tui_installer.preflight.inspection import Asked, Preflight


def given(rest: str = "", role: str = "first-control-plane") -> Given:
    return parse(f'[node]\nrole = "{role}"\n{rest}'.encode())


def look(
    rest: str = "", *, accept: tuple[str, ...] = (), role: str = "first-control-plane"
) -> Preflight:
    return inspection.look(Asked(given(rest, role), accept=accept))


def outcomes(found: Preflight) -> dict[str, Outcome]:
    return {row.check.id: row.verdict.outcome for row in found.judged}


def remember(answers: Answers) -> None:
    at(places.ANSWERS).write_text(dump(answers))
