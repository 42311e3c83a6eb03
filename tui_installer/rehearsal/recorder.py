"""Recorder of this machine as a whole, for a rehearsal elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tui_installer import assets, registry
from tui_installer.host import drafts, last_answers, machine
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.model.answers import FIRST_CONTROL_PLANE, Answers
from tui_installer.model.answers_file import Given
from tui_installer.model.check import Check
from tui_installer.model.facts import Facts, Network, Sources, System
from tui_installer.model.step import Step
from tui_installer.preflight import completion


class NotRoot(Exception):
    """Only root can read all that a recording needs."""


def record(path: Path, environment: Mapping[str, str]) -> tuple[int, int]:
    """Writes the recording, readable by its owner alone; returns the number of its files and of its commands.

    Blocks while it asks the machine and the mirrors. Raises NotRoot, NotRead, FileExistsError or another
    OSError.
    """
    from tui_installer.rehearsal import record as taking

    local = gather(completion.LOCAL, Scope())
    if not local[System].root:
        raise NotRoot
    answers = _answers(local)
    people = machine.here().people(environment)
    parts: list[Step | Check] = [*registry.steps(), *registry.checks(), *registry.proofs()]
    patterns = registry.file_patterns(parts)
    recording = taking.take(Scope(_curious(answers, local), patterns, people), _sources(answers))
    drafts.put(path, recording.dump(), mode=0o600)
    return len(recording.files), len(recording.commands)


def _answers(local: Facts) -> Answers:
    """Returns the answers of the last run, or the suggested ones for a first control plane."""
    last = last_answers.last().answers
    given = Given({} if last else {"node.role": FIRST_CONTROL_PLANE})
    return completion.complete(given, local, last, Sources())


def _curious(answers: Answers, local: Facts) -> Answers:
    """Returns answers for which all facts are read: they keep firewalld's rules, and fix the address."""
    nic = local[Network].nic(answers.node.interface)
    own = next(iter(nic.addresses if nic else ()), "")
    return replace(
        answers,
        node=replace(answers.node, address=own),
        options=replace(answers.options, firewall="open-ports"),
    )


def _sources(answers: Answers) -> Sources:
    """Asks every known mirror."""
    release = assets.asked(answers.cluster.kubernetes, docker=True)
    wanted = {need: ["auto"] for need in assets.NEEDS}
    return machine.here().sources(wanted, release, lambda _need, _reply: None)
