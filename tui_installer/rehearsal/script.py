"""Script of a played command: its effects in the reference runs, chosen where the command is started.

The process that starts commands has read the answers and the runs already; thirty players need not.
"""

from __future__ import annotations

import json
import tempfile
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from tui_installer.host import machine
from tui_installer.model import places
from tui_installer.model.answers import QUESTIONS
from tui_installer.model.change import Argv
from tui_installer.rehearsal import reference, taints
from tui_installer.rehearsal.as_applied import Applied, applied_now
from tui_installer.rehearsal.effect import Effect, Moment
from tui_installer.rehearsal.effects import become
from tui_installer.rehearsal.folder import RehearsalFolder
from tui_installer.rehearsal.reference import RecordedRun, adapted
from tui_installer.rehearsal.state import changing
from tui_installer.render.packages import installs

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


def written(rehearsal: RehearsalFolder, argv: Argv) -> Path:
    """Writes the effects of a command, and the packages that no run installs, for its player; returns the file.

    Raises OSError or ValueError.
    """
    # A taint is played by the command's own words.
    effects, unknown = ([], []) if taints.asked(argv) else _effects(rehearsal, argv)
    script = {
        "effects": [asdict(effect) for effect in effects],
        "unknown": unknown,
        "calico": _calico([moment for effect in effects for moment in effect.moments]),
    }
    with tempfile.NamedTemporaryFile(
        "w", prefix="script-", dir=rehearsal.folder, delete=False, encoding="utf-8"
    ) as file:
        json.dump(script, file)
    return Path(file.name)


def _calico(moments: list[Moment]) -> Applied:
    """Returns what the node's manifest says, for moments that change the pod network."""
    return applied_now() if any("Calico" in moment.facts for moment in moments) else {}


def _effects(rehearsal: RehearsalFolder, argv: Argv) -> tuple[list[Effect], list[str]]:
    """Returns the effects to play, and the unknown packages."""
    now = values_now(rehearsal)
    role = now.get("role", "")
    key = "\0".join(argv)
    with changing(rehearsal.folder) as state:
        times = state.played.get(key, 0)
        state.played[key] = times + 1
    if closest := reference.closest(argv, runs_for(rehearsal, role), now, times):
        return [adapted(closest[0], closest[1].values, now)], []
    several, unknown = reference.closest_install(argv, runs_for(rehearsal, role))
    return [_only(adapted(f, run.values, now), argv) for f, run in several], unknown


def _only(effect: Effect, argv: Argv) -> Effect:
    """Removes the other packages from the effect of a transaction that installed more."""
    more = {_name(p) for p in installs(effect.argv)} - {_name(p) for p in installs(argv)}
    return replace(
        effect, moments=[replace(m, facts=_without(m.facts, more)) for m in effect.moments]
    )


def _name(package: str) -> str:
    """Returns the name of NAME-VERSION."""
    return package.rpartition("-")[0] or package


def _without(facts: dict[str, Any], names: set[str]) -> dict[str, Any]:
    installed = facts.get("Packages", {}).get("installed")
    if not isinstance(installed, dict):
        return facts
    remaining = {name: value for name, value in installed.items() if name not in names}
    return {**facts, "Packages": {**facts["Packages"], "installed": remaining}}


def after_write(rehearsal: RehearsalFolder, path: str) -> None:
    """Applies the effects of a written file to the node."""
    now = values_now(rehearsal)
    if (
        effect_and_run := reference.of_file(path, runs_for(rehearsal, now.get("role", "")))
    ) is None:
        return
    moments = adapted(effect_and_run[0], effect_and_run[1].values, now).moments
    calico = _calico(moments)
    for moment in moments:
        become(rehearsal, moment, calico)
