"""Files left out of a recording, which the program makes again on the rehearsed machine."""

from __future__ import annotations

from tui_installer import registry
from tui_installer.host import files, last_answers, runs
from tui_installer.host.gather import gather
from tui_installer.host.scope import Scope
from tui_installer.model.change import WriteFile
from tui_installer.model.facts import Accepted, Joining, People, Sources
from tui_installer.model.kind import Kind
from tui_installer.rehearsal.stand_in import Rehearsal


def make_again(rehearsal: Rehearsal, left_out: list[str]) -> None:
    """Writes the files that the answers of the machine's last run call for. Raises OSError."""
    answers = last_answers.last().answers
    if answers is None or not left_out:
        return
    steps = [step for step in registry.steps(Kind.INSTALL) if step.applies(answers)]
    patterns = registry.file_patterns(steps)
    facts = gather({t for step in steps for t in step.reads}, Scope(answers, patterns))
    facts = facts.having(runs.past(), People(), Accepted(), Joining(), Sources())
    for change in (change for step in steps for change in step.changes(answers, facts)):
        if (
            isinstance(change, WriteFile)
            and change.path in left_out
            and isinstance(change.content, str)
        ):
            files.write(change.path, change.content, mode=change.mode)
    rehearsal.settle()
