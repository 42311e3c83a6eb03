"""Discovery and order of steps, checks, proofs, causes and findings, by their file names."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from typing import Any

import tui_installer.causes
import tui_installer.checks
import tui_installer.images
import tui_installer.proofs
import tui_installer.steps
from tui_installer.model.cause import KnownCause
from tui_installer.model.check import Check
from tui_installer.model.image import KnownFinding
from tui_installer.model.kind import Kind
from tui_installer.model.step import Step


class RegistryError(Exception):
    """A file breaks the rules of its room: a developer's mistake, found at start."""


def discover(package: Any, name: str, *, first_word: str = "") -> dict[str, Any]:
    """Returns every value of that name in a package's modules by id, which must be the file's name.

    With `first_word` only the files are looked at whose names begin with it.
    """
    by_id = {}
    for module in modules(package, first_word):
        value, stem = getattr(module, name, None), module.__name__.rpartition(".")[2]
        if value is None:
            continue
        if value.id != stem:
            raise RegistryError(f"{stem}.py holds the id {value.id}")
        by_id[stem] = value
    return by_id


def modules(package: Any, first_word: str = "") -> list[Any]:
    """Imports every module of a package whose name begins with that word, in the order of names."""
    names = (info.name for info in pkgutil.iter_modules(package.__path__))
    names = (name for name in names if name.startswith(first_word))
    return [importlib.import_module(f"{package.__name__}.{name}") for name in names]


def sort(before: Mapping[str, Iterable[str]]) -> list[str]:
    """Sorts ids after those that they name; ties by id. Raises RegistryError for a cycle or an unknown id."""
    unknown = {name for names in before.values() for name in names if name not in before}
    if unknown:
        raise RegistryError(f"unknown ids: {', '.join(sorted(unknown))}")
    sorter = TopologicalSorter(before)
    try:
        sorter.prepare()
    except CycleError as error:
        raise RegistryError(f"a circle: {error.args[1]}") from error
    order: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        order += ready
        sorter.done(*ready)
    return order


def predecessors(step: Step) -> list[str]:
    """Returns the ids of the steps that must be done, or reach a milestone, before this one."""
    return [name.partition("/")[0] for name in step.after]


@cache
def _steps() -> dict[str, Step]:
    by_id: dict[str, Step] = discover(tui_installer.steps, "STEP")
    sort({s.id: predecessors(s) for s in by_id.values()})
    order = sort({s.id: [s.follows] if s.follows else [] for s in by_id.values()})
    return {name: by_id[name] for name in order}


@cache
def _checks() -> dict[str, Check]:
    return discover(tui_installer.checks, "CHECK")


@cache
def _proofs() -> dict[str, Check]:
    by_id: dict[str, Check] = discover(tui_installer.proofs, "PROOF")
    order = sort({p.id: [p.follows] if p.follows else [] for p in by_id.values()})
    return {name: by_id[name] for name in order}


def steps(kind: Kind | None = None) -> tuple[Step, ...]:
    """Returns the steps of a kind of run in the order of the screens; None: those of every kind."""
    return tuple(s for s in _steps().values() if kind is None or kind in s.kinds)


def step(name: str) -> Step:
    """Returns the step with that id. Raises KeyError."""
    return _steps()[name]


def find_step(name: str) -> Step | None:
    """Returns the step with that id, which may come from another version; None if there is none."""
    return _steps().get(name)


def checks() -> tuple[Check, ...]:
    """Returns every check, in the order of ids."""
    return tuple(_checks().values())


def check(name: str) -> Check:
    """Returns the check with that id. Raises KeyError."""
    return _checks()[name]


def find_check(name: str) -> Check | None:
    """Returns the check with that id, or None."""
    return _checks().get(name)


def proofs() -> tuple[Check, ...]:
    """Returns every proof, in the order in which they are made and shown."""
    return tuple(_proofs().values())


def find_proof(name: str) -> Check | None:
    """Returns the proof with that id, or None."""
    return _proofs().get(name)


def file_patterns(parts: Iterable[Step | Check]) -> tuple[str, ...]:
    """Returns the paths and patterns of the files that steps and checks use, each once."""
    return tuple(dict.fromkeys(pattern for part in parts for pattern in part.files))


@cache
def causes() -> tuple[KnownCause, ...]:
    """Returns every known cause; those of one program share a file, special ones first."""
    return tuple(s for module in modules(tui_installer.causes) for s in module.CAUSES)


@cache
def findings() -> tuple[KnownFinding, ...]:
    """Returns what can differ between the views of an image, in the order of ids."""
    return tuple(discover(tui_installer.images, "FINDING").values())
