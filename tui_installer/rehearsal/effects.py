"""Effects of a change on a rehearsed machine: files, facts and answers."""

from __future__ import annotations

import json
import time
from contextlib import suppress
from dataclasses import replace

from tui_installer.host import gate
from tui_installer.model import places
from tui_installer.rehearsal.as_applied import Applied, as_applied
from tui_installer.rehearsal.effect import Moment
from tui_installer.rehearsal.folder import RehearsalFolder
from tui_installer.rehearsal.kept import KeptFile, put
from tui_installer.rehearsal.state import RehearsedState, change


def become(rehearsal: RehearsalFolder, moment: Moment, calico: Applied) -> None:
    """Applies one moment of a reference run to the rehearsed machine, whose manifest says `calico`."""
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
            state.facts["Calico"] = as_applied(state.facts["Calico"], calico)

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
