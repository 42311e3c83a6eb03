"""`check`: whether this machine can become a node."""

from __future__ import annotations

import os
from pathlib import Path

from tui_installer.cli.command import JSON, Command, answers
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show_json


def run(say: Language, answers: Path | None, as_json: bool) -> int:
    """Returns 0 without a FAIL, else 1; refuses here what `apply` would refuse."""
    from tui_installer.cli import lines
    from tui_installer.cli.arguments import look, read_answers
    from tui_installer.host import machine
    from tui_installer.model.answers_file import Given
    from tui_installer.preflight import inspection
    from tui_installer.runs import launch

    file_answers = (
        read_answers(say, answers) if answers else Given({"node.role": "first-control-plane"})
    )
    asked = inspection.Asked(file_answers, people=machine.here().people(os.environ))
    preflight = look(say, str(answers or ""), asked)
    # Without a file there are no answers from which a node of a cluster could differ.
    fixed = launch.fixed(preflight) if answers else None
    if as_json:
        checks = [row.to_json(say) for row in preflight.judged]
        refused = {"refused": [say(fixed.text)]} if fixed else {}
        show_json({"version": 1, "checks": checks, **refused})
    else:
        lines.checks(preflight.judged, say)
    if fixed:
        raise Exit(ExitCode.REFUSED, fixed.text, told=as_json)
    return ExitCode.FAILED if preflight.failed else ExitCode.DONE


COMMAND = Command(
    run,
    T("Checks whether this machine can become a node. Changes nothing."),
    "tui-installer check --answers node.toml",
    (answers(required=False), JSON),
)
