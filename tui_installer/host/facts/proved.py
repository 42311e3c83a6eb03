"""Reader and writer of the last proof with traffic."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tui_installer.host import files
from tui_installer.host.look import Look
from tui_installer.model import places
from tui_installer.model.facts import ProofRow, Proved
from tui_installer.model.lenient import number, sentence, word
from tui_installer.model.outcome import outcome_of
from tui_installer.model.text import T, verbatim

TOPIC = Proved
# The reader uses files alone, so it works on a recorded machine too.
FILES = True


def parse(text: str) -> Proved:
    """Parses the proof's file; any other text gives an empty result."""
    try:
        document = json.loads(text)
    except ValueError:
        return Proved()
    if not isinstance(document, Mapping):
        return Proved()
    rows = document.get("rows")
    return Proved(
        number(document.get("at")) or 0.0,
        tuple(_row(row) for row in rows if isinstance(row, Mapping))
        if isinstance(rows, list)
        else (),
        bool(document.get("over")),
        word(document.get("changed")) if "changed" in document else None,
    )


def _row(row: Mapping[str, object]) -> ProofRow:
    return ProofRow(
        word(row.get("id")),
        sentence(row.get("title")) or verbatim(word(row.get("id"))),
        outcome_of(word(row.get("outcome"))),
        sentence(row.get("found")) or T("--"),
        sentence(row.get("why")),
        sentence(row.get("cure")),
        number(row.get("seconds")) or 0.0,
    )


def write(proved: Proved) -> None:
    """Saves a proof as far as it has come. Raises OSError."""
    rows = [
        {
            "id": row.id,
            "title": row.title.to_json(),
            "outcome": row.outcome,
            "found": row.found.to_json(),
            "why": row.why.to_json() if row.why else None,
            "cure": row.cure.to_json() if row.cure else None,
            "seconds": row.seconds,
        }
        for row in proved.rows
    ]
    document: dict[str, Any] = {"version": 1, "at": proved.at, "over": proved.over, "rows": rows}
    if proved.changed is not None:
        document["changed"] = proved.changed
    files.write(str(places.PROOF), json.dumps(document, ensure_ascii=False), mode=0o600)


def read(look: Look) -> Proved:
    """Returns an empty result where no proof is saved."""
    return parse(look.text(str(places.PROOF)))
