"""`apply`: checks the machine, starts the run and follows it."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_installer.cli.command import ACCEPT, JOIN, JSON, Command, answers, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.ending import Ending
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show, show_json

if TYPE_CHECKING:
    from tui_installer.model.answers_file import Given
    from tui_installer.model.request import Request
    from tui_installer.preflight.inspection import Asked, Preflight
    from tui_installer.runs.launch import Refusal

_NEEDS_JOIN = T(
    "a worker needs its join command: --join FILE, or --join - to read it from stdin; "
    "on the control plane this prints it: kubeadm token create --print-join-command"
)


@dataclass(frozen=True)
class ApplyOrder:
    """The arguments of `apply`."""

    answers: Path
    join: str | None
    accept: tuple[str, ...]
    yes: bool = False
    detach: bool = False
    as_json: bool = False


def run(say: Language, order: ApplyOrder) -> int:
    """Runs the preflight, then the run; attaches to a run of the same answers that is in progress."""
    from tui_installer.cli import lines
    from tui_installer.cli.arguments import known_checks, look, read_answers, read_join
    from tui_installer.host import machine, runs
    from tui_installer.preflight import inspection
    from tui_installer.runs import launch

    file_answers = read_answers(say, order.answers)
    join = read_join(order.join)
    known_checks(order.accept)
    if (going := runs.asked()) is not None:
        return _join_run(say, file_answers, going, order)
    if not order.yes and not sys.stdin.isatty():
        raise Exit(
            ExitCode.USAGE, T("nobody can be asked here: add --yes to start without a question")
        )
    asked = inspection.Asked(file_answers, join, order.accept, machine.here().people(os.environ))
    preflight = look(say, str(order.answers), asked)
    refusals = launch.refusals(preflight)
    refused = {refusal.kind: refusal.text for refusal in refusals}
    if launch.Obstacle.FIXED in refused:
        raise Exit(ExitCode.REFUSED, refused[launch.Obstacle.FIXED])
    if not order.as_json:
        lines.checks(preflight.judged, say)
    if launch.Obstacle.CHECKS in refused:
        raise Exit(_code_of(preflight, refusals), refused[launch.Obstacle.CHECKS])
    if preflight.converged:
        return _nothing_to_do(say, preflight, order)
    if launch.Obstacle.JOIN in refused:
        raise Exit(ExitCode.USAGE, _NEEDS_JOIN)
    _last_words(say, preflight, order)
    return _start(say, preflight, asked, order)


def _code_of(preflight: Preflight, refusals: Sequence[Refusal]) -> ExitCode:
    """Returns the exit code for failed checks; a run that waits only for a person's decision can be resumed."""
    from tui_installer.model import ownership
    from tui_installer.runs.launch import Obstacle

    kinds = [refusal.kind for refusal in refusals]
    alone = [row.check.id for row in preflight.failed] == [ownership.CHECK]
    return ExitCode.INTERRUPTED if alone and kinds.count(Obstacle.CHECKS) == 1 else ExitCode.REFUSED


def _last_words(say: Language, preflight: Preflight, order: ApplyOrder) -> None:
    """Prints the summary before the run, and asks for confirmation."""
    from tui_installer.cli import lines
    from tui_installer.host import machine
    from tui_installer.runs import launch

    if not order.yes:
        lines.summary(preflight, say)
        lines.plan(preflight.plan, say, diff=False)
    risk = launch.line_at_risk(preflight, machine.here().ssh_line(os.environ))
    for text in (*risk.changed, *risk.back) if risk else ():
        # A reader of JSON gets this too, on stderr.
        show(say(text), error=order.as_json)
    if risk and not order.yes:
        click.confirm(
            say(T("Change the network card that carries this ssh connection?")), abort=True
        )
    if not order.yes:
        click.confirm(say(T("Start?")), abort=True)


def _join_run(say: Language, file_answers: Given, going: Request, order: ApplyOrder) -> int:
    """Handles a run in progress: follows it if the answers are the same, refuses others."""
    from tui_installer.cli.run_lines import follow_newest
    from tui_installer.model.answers import flat
    from tui_installer.runs import launch

    now = flat(going.answers)
    other = [key for key, value in file_answers.values.items() if value not in ("auto", now[key])]
    if other:
        raise Exit(
            ExitCode.BUSY,
            T(
                "a run with other answers is in progress here (different: {keys}); follow it with: tui-installer attach",
                keys=", ".join(other),
            ),
        )
    try:
        launch.wake()
    except launch.NotStarted as error:
        raise Exit(ExitCode.REFUSED, error.text) from error
    return ExitCode.DONE if order.detach else follow_newest(say, order.as_json)


def _nothing_to_do(say: Language, preflight: Preflight, order: ApplyOrder) -> int:
    from tui_installer.text import measure, words

    for planned in preflight.plan.steps:
        row = {
            "version": 1,
            "kind": "step-ended",
            "step": planned.step.id,
            "outcome": Ending.NOTHING,
        }
        if order.as_json:
            show_json(row)
        else:
            show(f"{measure.pad(say(planned.step.title), 18)} {say(words.WORDS[Ending.NOTHING])}")
    if order.as_json:
        show_json({"version": 1, "kind": "run-ended", "outcome": Ending.DONE})
    return ExitCode.DONE


def _start(say: Language, preflight: Preflight, asked: Asked, order: ApplyOrder) -> int:
    from tui_installer.cli.run_lines import engine_gone, follow_run
    from tui_installer.runs import follow, launch

    try:
        since = launch.launch(preflight, asked)
        folder, first = follow.wait_for_run(since)
        return ExitCode.DONE if order.detach else follow_run(say, folder, first, order.as_json)
    except launch.Busy as busy:
        raise Exit(
            ExitCode.BUSY,
            T("another run has just started here; follow it with: tui-installer attach"),
        ) from busy
    except launch.NotStarted as error:
        raise Exit(ExitCode.REFUSED, error.text) from error
    except follow.EngineGone as gone:
        raise engine_gone(say) from gone


COMMAND = Command(
    lambda say, **given: run(say, ApplyOrder(**given)),
    T(
        "Checks the machine and makes it a node. A closed window or a lost connection does not stop the run."
    ),
    "tui-installer apply --answers node.toml --yes",
    (
        answers(required=True),
        JOIN,
        ACCEPT,
        option("--yes", is_flag=True, text=T("Starts without a question; accepts no FAIL.")),
        option("--detach", is_flag=True, text=T("Returns as soon as the run has started.")),
        JSON,
    ),
)
