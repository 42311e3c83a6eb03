"""Effects of a change on a rehearsed machine: files, facts and answers, from the reference runs."""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from tui_installer.host import gate, machine
from tui_installer.model import places
from tui_installer.model.answers import QUESTIONS
from tui_installer.rehearsal import reference
from tui_installer.rehearsal.folder import RehearsalFolder
from tui_installer.rehearsal.kept import KeptFile, put
from tui_installer.rehearsal.reference import Moment, RecordedRun, adapted
from tui_installer.rehearsal.state import RehearsedState, change

# The runs with every suggestion accepted, by their roles.
USUAL = ("first-control-plane", "worker")


def runs_for(rehearsal: RehearsalFolder, role: str) -> Iterator[tuple[str, RecordedRun]]:
    """Yields the runs that the recording names, then those of the same role, the one with every default first.

    A run is read only when its turn comes: the first holds most commands, and all runs are a megabyte.
    """
    named, names = rehearsal.about.runs, reference.names()
    first = [name for name in names if name in named]
    usual = [name for name in names if name in USUAL and name == role and name not in first]
    rest = [name for name in names if name not in (*first, *usual)]
    for names in (first, usual, rest):
        loaded = [(name, reference.load(name)) for name in names]
        yield from sorted(loaded, key=lambda row: (row[1].role != role, row[0] not in USUAL))


def values_now(rehearsal: RehearsalFolder) -> dict[str, str]:
    """Returns this node's name, card, address and role, which replace those of a reference run's node."""
    try:
        node = tomllib.loads(machine.at(places.ANSWERS).read_text(encoding="utf-8"))["node"]
    except (OSError, ValueError, KeyError):
        return {}
    raw = {key: str(node.get(key, "")) for key in ("hostname", "interface", "address", "role")}
    # These words go into paths, so they must be valid in an answers file.
    valid = {k: v if QUESTIONS[f"node.{k}"].kind.wrong(v) is None else "" for k, v in raw.items()}
    nics = rehearsal.state.facts["Network"].get("nics", [])
    held: list[str] = next((n["addresses"] for n in nics if n["name"] == valid["interface"]), [])
    own = valid["address"] or next(iter(held), "")
    return {**valid, "address": own.partition("/")[0]}


def become(rehearsal: RehearsalFolder, moment: Moment) -> None:
    """Applies one moment of a reference run to the rehearsed machine."""
    for path, file in moment.files.items():
        if file is None:
            with suppress(OSError):
                gate.place(path).unlink()
        else:
            with suppress(places.Outside):
                put(rehearsal.root, path, _proved_now(file) if path == str(places.PROOF) else file)

    def how(state: RehearsedState) -> None:
        # A part of an unknown topic does not make it known.
        facts = {topic: value for topic, value in moment.facts.items() if topic in state.facts}
        state.change(facts, moment.commands)
        if "Calico" in facts:
            from tui_installer.rehearsal.as_applied import as_applied  # it loads slowly

            state.facts["Calico"] = as_applied(state.facts["Calico"])

    if moment.facts or moment.commands:
        change(rehearsal.folder, how)


def _proved_now(file: KeptFile) -> KeptFile:
    """Dates a recorded proof to the present, so that it covers the changes made so far."""
    # The import is local: a played command reads no journals, and should start at once.
    from tui_installer.host.runs import past

    try:
        document = json.loads("\n".join(file.text or []))
    except ValueError:
        return file

    document |= {"at": time.time(), "changed": past().changed}
    return replace(file, text=[json.dumps(document, ensure_ascii=False)])


def after_write(rehearsal: RehearsalFolder, path: str) -> None:
    """Applies the effects of a written file to the node."""
    now = values_now(rehearsal)
    if (
        effect_and_run := reference.of_file(path, runs_for(rehearsal, now.get("role", "")))
    ) is None:
        return
    for moment in adapted(effect_and_run[0], effect_and_run[1].values, now).moments:
        become(rehearsal, moment)
