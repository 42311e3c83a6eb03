"""Puts a recorded machine in the place of this one, for as long as a rehearsal goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tui_installer import completion, registry
from tui_installer.exits import FAILED, USAGE
from tui_installer.host import files, runs
from tui_installer.host.gather import gather
from tui_installer.host.look import Look
from tui_installer.host.rehearsal import current
from tui_installer.model.change import WriteFile
from tui_installer.model.facts import Accepted, Joining, People, Sources
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T, Text

# The machine of a rehearsal that nobody has chosen another one for.
FIRST = "fresh"


class Refused(Exception):
    """There is no such rehearsal; `text` says why, `code` is the exit code."""

    def __init__(self, text: Text, code: int) -> None:
        super().__init__(str(text))
        self.text, self.code = text, code


@dataclass(frozen=True)
class Machine:
    """A recorded machine that can be rehearsed: its name, its title by language, and where it comes from."""

    name: str
    title: Mapping[str, str]
    origin: Text

    def title_in(self, language: str) -> str:
        """The title in that language, else in English."""
        return self.title.get(language) or self.title.get("en", self.name)


def stand_in() -> StandIn | None:
    """The recorded machine that stands in for the real one; None: this is the real one."""
    return current.shown()


def machines() -> list[Machine]:
    """Those that come with the program. Reads their files."""
    from tui_installer.host.rehearsal import recording

    found = []
    for name in recording.names():
        whole = recording.load(recording.place(name))
        origin = current.origin_of(whole.base, whole.recorded)
        found.append(Machine(name, whole.title, origin))
    return sorted(found, key=lambda machine: (machine.name != FIRST, machine.name))


def _make_again(left_out: list[str]) -> None:
    """Files that the program has made of its own, and that a recording leaves out, as they must have been."""
    before = completion.last_answers()
    if before is None or not left_out:
        return
    answers = before[1]
    steps = [step for step in registry.steps() if step.applies(answers)]
    patterns = tuple(dict.fromkeys(p for step in steps for p in step.files))
    facts = gather({t for step in steps for t in step.reads}, Look(answers, patterns))
    facts = facts.having(runs.past(), People(), Accepted(), Joining(), Sources())
    for change in (change for step in steps for change in step.changes(answers, facts)):
        if (
            isinstance(change, WriteFile)
            and change.path in left_out
            and isinstance(change.content, str)
        ):
            files.write(change.path, change.content, mode=change.mode)
    current.settle()


@contextmanager
def on(
    machine: str, speed: float = 1.0, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Everything is about that machine meanwhile: a name, or the path of a recording. Raises Refused."""
    from tui_installer.host.rehearsal import recording, scratch

    try:
        whole = recording.load(recording.place(machine))
    except recording.Unusable as unusable:
        raise Refused(unusable.text, USAGE) from unusable
    here = os.environ if environment is None else environment
    try:
        with scratch.made_of(whole, machine, speed, here) as rehearsal:
            current.stand_in(rehearsal)
            try:
                _make_again([p for p, file in whole.files.items() if file and file.text is None])
                yield
            finally:
                current.stand_in(None)
    except OSError as error:
        raise Refused(
            T(
                "the rehearsal needs a folder to play in, and it cannot be made in {place}: {reason}",
                place=str(scratch.home(here)),
                reason=error.strerror or str(error),
            ),
            FAILED,
        ) from error
