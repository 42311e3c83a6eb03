"""Machines that were recorded: their list, and their use in a rehearsal."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from tui_installer.exits import ExitCode
from tui_installer.host import machine
from tui_installer.model.explained import Explained
from tui_installer.model.stand_in import StandIn
from tui_installer.model.text import T, Text
from tui_installer.rehearsal.stand_in import origin_of

# The machine of a rehearsal without a choice.
FIRST = "fresh"


class RehearsalRefused(Explained):
    """There is no such rehearsal; `text` says why, `code` is the exit code."""

    def __init__(self, text: Text, code: ExitCode) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True)
class RecordedMachine:
    """A recorded machine for rehearsals: its name, its title by language, and its origin."""

    name: str
    title: Mapping[str, str]
    origin: Text

    def title_in(self, language: str) -> str:
        """Returns the title in that language, else in English."""
        return self.title.get(language) or self.title.get("en", self.name)


def stand_in() -> StandIn | None:
    """Returns the description of the recorded machine; None on the real one."""
    return machine.here().stand_in


def every() -> list[RecordedMachine]:
    """Lists the machines that come with the program. Reads their files."""
    from tui_installer.rehearsal import recording

    machines = []
    for name in recording.names():
        whole = recording.load(recording.place(name))
        origin = origin_of(whole.base, whole.recorded)
        machines.append(RecordedMachine(name, whole.title, origin))
    return sorted(machines, key=lambda one: (one.name != FIRST, one.name))


@contextmanager
def on(
    name: str, speed: float = 1.0, environment: Mapping[str, str] | None = None
) -> Iterator[None]:
    """Uses a recorded machine within the block: one of ours by its name, or a recording by its path.

    Raises RehearsalRefused.
    """
    # The imports are local: at their first paint the screens only ask whether this is a rehearsal.
    from tui_installer.rehearsal import recording, scratch
    from tui_installer.rehearsal.left_out import make_again

    try:
        whole = recording.load(recording.place(name))
    except recording.Unusable as unusable:
        raise RehearsalRefused(unusable.text, ExitCode.USAGE) from unusable
    here = os.environ if environment is None else environment
    try:
        with scratch.made_of(whole, name, speed, here) as rehearsal, machine.instead(rehearsal):
            left_out = [path for path, file in whole.files.items() if file and file.text is None]
            make_again(rehearsal, left_out)
            yield
    except OSError as error:
        raise RehearsalRefused(
            T(
                "the rehearsal needs a folder to play in, and it cannot be made in {place}: {reason}",
                place=str(scratch.home(here)),
                reason=error.strerror or str(error),
            ),
            ExitCode.FAILED,
        ) from error
