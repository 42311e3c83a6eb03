"""The record of one known failure: its symptom in a tool's output, and the cure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from tui_installer.model.text import T, Text


@dataclass(frozen=True)
class Symptom:
    """A known failure.

    The pattern `shows` is searched in the last lines of `program`; its named groups go into the texts.
    """

    id: str
    program: str
    shows: re.Pattern[str]
    title: Text
    cure: Text


@dataclass(frozen=True)
class Cause:
    """The cause of a failed command, in our words."""

    id: str
    title: Text
    cure: Text


def known_cause(symptoms: Iterable[Symptom], program: str, lines: Iterable[str]) -> Cause | None:
    """Returns the cause of the first symptom in the lines; None if there is none."""
    text = "\n".join(lines)
    for symptom in symptoms:
        if symptom.program == program and (match := symptom.shows.search(text)):
            values = {k: v or "" for k, v in match.groupdict().items()}
            return Cause(
                symptom.id,
                Text(symptom.title.template, {**symptom.title.params, **values}),
                Text(symptom.cure.template, {**symptom.cure.params, **values}),
            )
    return None


def name_cause(symptoms: Iterable[Symptom], program: str, lines: Iterable[str]) -> Cause:
    """Returns the cause of the first symptom in the lines; a cause that says so if it is unknown."""
    return known_cause(symptoms, program, lines) or Cause(
        "unknown",
        T("{program} failed; the cause is not known to this program", program=program),
        T("read its last lines, fix what they name, then apply the same answers again"),
    )
