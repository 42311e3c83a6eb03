"""`plan`: every change that a run would make."""

from __future__ import annotations

import os
from pathlib import Path

from tui_installer.cli.command import JSON, Command, answers, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show_json


def run(say: Language, answers: Path, diff: bool, shell: bool, as_json: bool) -> int:
    """Prints the plan in one form: JSON, else a script, else lines.

    Refuses every plan that `apply` would refuse, regardless of its content; failed checks are the business of `check`.
    """
    from tui_installer.cli import lines
    from tui_installer.cli.arguments import look, read_answers
    from tui_installer.host import machine
    from tui_installer.preflight import inspection
    from tui_installer.runs import launch

    asked = inspection.Asked(read_answers(say, answers), people=machine.here().people(os.environ))
    preflight = look(say, str(answers), asked)
    fixed = launch.fixed(preflight)
    if as_json:
        refused = {"refused": [say(fixed.text)]} if fixed else {}
        show_json({**preflight.plan.to_json(say), **refused})
    if fixed:
        raise Exit(ExitCode.REFUSED, fixed.text, told=as_json)
    if as_json:
        return ExitCode.DONE
    if shell:
        lines.script(preflight.plan, say)
    else:
        lines.summary(preflight, say)
        lines.plan(preflight.plan, say, diff=diff)
    return ExitCode.DONE


COMMAND = Command(
    run,
    T("Shows every file and command of a run. Changes nothing."),
    "tui-installer plan --answers node.toml --diff",
    (
        answers(required=True),
        option("--diff", is_flag=True, text=T("Shows the changed lines of each file.")),
        option("--shell", is_flag=True, text=T("Prints a shell script to read and to run.")),
        JSON,
    ),
)
