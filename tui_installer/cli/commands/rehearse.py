"""`rehearse`: the whole program on a recorded machine, in its screens or in lines."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui_installer.cli.command import ACCEPT, JOIN, JSON, Command, answers, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.ending import Ending, ending_of
from tui_installer.model.stand_in import PARTING
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.stdout import show, show_json

if TYPE_CHECKING:
    from tui_installer.preflight.inspection import Asked, Preflight

ASSUMED = T("assumed")


@dataclass(frozen=True)
class RehearseOrder:
    """The arguments of `rehearse`."""

    machine: str
    answers: Path | None
    join: str | None
    accept: tuple[str, ...]
    speed: float
    as_json: bool


def run(say: Language, order: RehearseOrder) -> int:
    """Rehearses in lines if there are answers, else in the screens."""
    if order.answers is not None:
        return _in_lines(say, order, order.answers)
    if order.join or order.accept or order.as_json:
        raise click.UsageError(say(T("--join, --accept and --json need --answers")))
    from tui_installer.viewer import rehearsal

    return rehearsal(say, order.machine, order.speed)


def _in_lines(say: Language, order: RehearseOrder, answers: Path) -> int:
    """Prints checks, plan and a simulated run on a recorded machine; the exit code is that of the preflight alone."""
    from tui_installer.cli.arguments import known_checks, look, read_answers, read_join
    from tui_installer.preflight import inspection
    from tui_installer.rehearsal import machines

    file_answers = read_answers(say, answers)
    join = read_join(order.join)
    known_checks(order.accept)
    try:
        with machines.on(order.machine, order.speed):
            asked = inspection.Asked(file_answers, join, order.accept)
            return _checked(say, look(say, str(answers), asked), asked, as_json=order.as_json)
    except machines.RehearsalRefused as refused:
        raise Exit(refused.code, refused.text) from refused


def _checked(say: Language, preflight: Preflight, asked: Asked, *, as_json: bool) -> int:
    from tui_installer.cli import lines
    from tui_installer.runs import launch

    if not as_json:
        lines.checks(preflight.judged, say)
        lines.summary(preflight, say)
        lines.plan(preflight.plan, say, diff=False)
    refused = launch.refusals(preflight)
    outcome = None if refused else _assumed(say, preflight, asked, quiet=as_json)
    if as_json:
        show_json(
            {
                **preflight.plan.to_json(say),
                "checks": [row.to_json(say) for row in preflight.judged],
                "refused": [say(refusal.text) for refusal in refused],
                "assumed": outcome or None,
            }
        )
    if refused:
        raise Exit(ExitCode.REFUSED, refused[0].text, told=as_json)
    return ExitCode.DONE


def _assumed(say: Language, preflight: Preflight, asked: Asked, *, quiet: bool) -> Ending | None:
    """Returns the outcome of a run whose effects come from a reference run."""
    from tui_installer.cli.run_lines import Lines
    from tui_installer.runs import follow, launch

    telling = Lines(say, ASSUMED)
    if not quiet:
        show(
            say(
                T(
                    "From here on the effects of all commands are assumed: they come from a reference run."
                )
            )
        )
    outcome: Ending | None = None
    try:
        run, first = follow.wait_for_run(launch.launch(preflight, asked))
        for row in follow.events(run, first):
            outcome = ending_of(str(row["outcome"])) if "outcome" in row else None
            if not quiet:
                telling.tell(row)
    except launch.NotStarted as error:
        raise Exit(ExitCode.FAILED, error.text) from error
    except launch.Busy as busy:
        text = T("another run has begun in this rehearsal, by its screens or by its recording")
        raise Exit(ExitCode.FAILED, text) from busy
    except follow.EngineGone:
        outcome = Ending.STOPPED
    except KeyboardInterrupt as left:
        raise Exit(ExitCode.INTERRUPTED, PARTING) from left
    if outcome != Ending.DONE and not quiet:
        show(
            say(
                T(
                    "The preflight is passed. The assumed run did not come to its end: the lines above say why."
                )
            )
        )
    return outcome


def _machine(_say: Language) -> click.Argument:
    return click.Argument(["machine"], required=False, default="fresh", metavar="[MACHINE]")


COMMAND = Command(
    lambda say, **given: run(say, RehearseOrder(**given)),
    T(
        "The whole program on a recorded machine; changes nothing here. With --answers in plain lines: checks and plan of that machine, and a run whose effects are assumed."
    ),
    "tui-installer rehearse server1.json --answers node.toml",
    (
        _machine,
        answers(required=False),
        JOIN,
        ACCEPT,
        option(
            "--speed",
            type=click.FloatRange(0.1, 1000),
            default=1.0,
            metavar="N",
            text=T("So many times as fast as recorded."),
        ),
        JSON,
    ),
)
