"""What each command does, in plain lines or JSON."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tui_installer import lines, plain, stdout
from tui_installer.exits import Exit, ExitCode
from tui_installer.given import known_checks, look, print_json, read_answers, read_join, tell
from tui_installer.host import callers, requests, runs, set_aside
from tui_installer.model import event, ownership, places
from tui_installer.model.answers import FIRST_CONTROL_PLANE, flat
from tui_installer.model.answers_file import Given
from tui_installer.model.check import Judged
from tui_installer.model.facts import NotRead
from tui_installer.model.request import Request
from tui_installer.model.text import T
from tui_installer.node import health
from tui_installer.preflight import inspection
from tui_installer.runs import follow, launch
from tui_installer.text import measure, words
from tui_installer.text.language import Language

_NEEDS_JOIN = T(
    "a worker needs its join command: --join FILE, or --join - to read it from stdin; "
    "on the control plane this prints it: kubeadm token create --print-join-command"
)
OUTCOMES = {
    event.DONE: ExitCode.DONE,
    event.FAILED: ExitCode.FAILED,
    event.STOPPED: ExitCode.INTERRUPTED,
}


@dataclass(frozen=True)
class Order:
    """The arguments of `apply`."""

    answers: Path
    join: str | None
    accept: tuple[str, ...]
    yes: bool = False
    detach: bool = False
    as_json: bool = False


def check(say: Language, path: Path | None, as_json: bool) -> int:
    """Exit 0 without a FAIL, else 1; what `apply` would refuse is refused here too."""
    given = read_answers(say, path) if path else Given({"node.role": FIRST_CONTROL_PLANE})
    found = look(say, str(path or ""), inspection.Asked(given, people=requests.people(os.environ)))
    # Without a file no answers are asked for that a node of a cluster could differ from.
    fixed = launch.fixed(found) if path else None
    if as_json:
        checks = [row.to_json(say) for row in found.judged]
        print_json({"version": 1, "checks": checks, **_refused(say, fixed)})
    else:
        plain.checks(found.judged, say)
    if fixed:
        raise Exit(ExitCode.REFUSED, fixed.text, told=as_json)
    return ExitCode.FAILED if found.failed else ExitCode.DONE


def _refused(say: Language, refusal: launch.Refusal | None) -> dict[str, Any]:
    """What an object that was asked for holds besides, where it is refused."""
    return {"refused": [say(refusal.text)]} if refusal else {}


def plan(say: Language, path: Path, form: str) -> int:
    """Prints the plan in one of its forms: "", "diff", "shell" or "json".

    One that `apply` would refuse, whatever it holds, is refused; checks that fail are `check`'s.
    """
    asked = inspection.Asked(read_answers(say, path), people=requests.people(os.environ))
    found = look(say, str(path), asked)
    fixed = launch.fixed(found)
    if form == "json":
        print_json({**found.plan.to_json(say), **_refused(say, fixed)})
    if fixed:
        raise Exit(ExitCode.REFUSED, fixed.text, told=form == "json")
    if form == "json":
        return ExitCode.DONE
    if form == "shell":
        plain.script(found.plan, say)
    else:
        plain.summary(found, say)
        plain.plan(found.plan, say, diff=form == "diff")
    return ExitCode.DONE


def apply(say: Language, order: Order) -> int:
    """Preflight, then the run; attaches to a run of the same answers that goes on already."""
    given = read_answers(say, order.answers)
    join = read_join(order.join)
    known_checks(order.accept)
    if (going := runs.asked()) is not None:
        return _join_run(say, given, going, order)
    if not order.yes and not sys.stdin.isatty():
        raise Exit(
            ExitCode.USAGE, T("nobody can be asked here: add --yes to start without a question")
        )
    asked = inspection.Asked(given, join, order.accept, requests.people(os.environ))
    found = look(say, str(order.answers), asked)
    refused = {refusal.kind: refusal.text for refusal in launch.refusals(found)}
    if launch.Obstacle.FIXED in refused:
        raise Exit(ExitCode.REFUSED, refused[launch.Obstacle.FIXED])
    if not order.as_json:
        plain.checks(found.judged, say)
    if launch.Obstacle.CHECKS in refused:
        raise Exit(_code_of(found), refused[launch.Obstacle.CHECKS])
    if found.converged:
        return _nothing_to_do(say, found, order)
    if launch.Obstacle.JOIN in refused:
        raise Exit(ExitCode.USAGE, _NEEDS_JOIN)
    _last_words(say, found, order)
    return _start(say, found, asked, order)


def _code_of(found: inspection.Preflight) -> ExitCode:
    """The exit code where checks fail; a run that waits for a person's decision alone can be taken up again."""
    kinds = [refusal.kind for refusal in launch.refusals(found)]
    alone = [row.check.id for row in found.failed] == [ownership.CHECK]
    return (
        ExitCode.INTERRUPTED
        if alone and kinds.count(launch.Obstacle.CHECKS) == 1
        else ExitCode.REFUSED
    )


def _last_words(say: Language, found: inspection.Preflight, order: Order) -> None:
    """What is said before the run, and the question."""
    if not order.yes:
        plain.summary(found, say)
        plain.plan(found.plan, say, diff=False)
    risk = launch.line_at_risk(found, callers.ssh_connection(os.environ))
    for text in (*risk.changed, *risk.back) if risk else ():
        # Who reads JSON is told too, beside it.
        stdout.show(say(text), error=order.as_json)
    if risk and not order.yes:
        click.confirm(
            say(T("Change the network card that carries this ssh connection?")), abort=True
        )
    if not order.yes:
        click.confirm(say(T("Start?")), abort=True)


def _join_run(say: Language, given: Given, going: Request, order: Order) -> int:
    """A run goes on: the same answers follow it, others are refused."""
    now = flat(going.answers)
    other = [key for key, value in given.values.items() if value not in ("auto", now[key])]
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
    return ExitCode.DONE if order.detach else attach(say, order.as_json)


def _nothing_to_do(say: Language, found: inspection.Preflight, order: Order) -> int:
    for planned in found.plan.steps:
        row = {
            "version": 1,
            "kind": "step-ended",
            "step": planned.step.id,
            "outcome": event.NOTHING,
        }
        if order.as_json:
            print_json(row)
        else:
            stdout.show(
                f"{measure.pad(say(planned.step.title), 18)} {say(words.WORDS[event.NOTHING])}"
            )
    if order.as_json:
        print_json({"version": 1, "kind": "run-ended", "outcome": event.DONE})
    return ExitCode.DONE


def _start(
    say: Language, found: inspection.Preflight, asked: inspection.Asked, order: Order
) -> int:
    try:
        since = launch.launch(found, asked)
        run, first = follow.wait_for_run(since)
        return ExitCode.DONE if order.detach else _follow(say, run, first, order.as_json)
    except launch.Busy as busy:
        raise Exit(
            ExitCode.BUSY,
            T("another run has just started here; follow it with: tui-installer attach"),
        ) from busy
    except launch.NotStarted as error:
        raise Exit(ExitCode.REFUSED, error.text) from error
    except follow.EngineGone as gone:
        raise _gone(say) from gone


def _gone(say: Language) -> Exit:
    for text in set_aside.notes():
        tell(say, text)
    return Exit(
        ExitCode.INTERRUPTED,
        T(
            "the engine has ended and was not started again; its log: journalctl -u {unit}. Apply the same answers again to go on from here.",
            unit=places.UNIT,
        ),
    )


def _follow(say: Language, run: Path, first: int, as_json: bool) -> int:
    telling = lines.Lines(say)
    try:
        for row in follow.events(run, first):
            if as_json:
                print_json(dict(row))
            else:
                telling.tell(row)
            if row["kind"] == "run-ended":
                return OUTCOMES.get(str(row["outcome"]), ExitCode.FAILED)
    except KeyboardInterrupt as left:
        raise Exit(
            ExitCode.INTERRUPTED,
            T("the run goes on without this window; follow it again with: tui-installer attach"),
        ) from left
    return ExitCode.FAILED


def _refuse_strangers() -> None:
    """Runs are root's: who may not look into their folder would be told that there are none."""
    if places.STATE.exists() and not os.access(places.STATE, os.R_OK | os.X_OK):
        raise Exit(ExitCode.REFUSED, T("run it again with: sudo tui-installer"))


def attach(say: Language, as_json: bool) -> int:
    """Follows the newest run from the start of its last pass; one that is over is printed."""
    _refuse_strangers()
    run = runs.latest()
    if run is None:
        raise Exit(ExitCode.DONE, T("there has been no run on this machine"))
    try:
        return _follow(say, run, follow.last_segment(run), as_json)
    except follow.EngineGone as gone:
        raise _gone(say) from gone


def status(say: Language, *, prove: bool, as_json: bool) -> int:
    """Exit 0 if nothing fails, else 1; 0 as well on a machine that is no node."""
    if os.geteuid() != 0:
        raise Exit(ExitCode.REFUSED, T("run it again with: sudo tui-installer"))

    def tell(row: Judged) -> None:
        if not as_json:
            plain.check(row, say)

    try:
        found = health.prove(tell) if prove else health.look()
    except NotRead as error:
        raise Exit(ExitCode.FAILED, error.unread.text) from error
    if as_json:
        print_json(_status_json(say, found))
    elif found.answers is None:
        stdout.show(say(T("this machine is no node of a cluster")))
    else:
        plain.status(found, say, told=prove)
    return ExitCode.DONE if found.healthy or found.answers is None else ExitCode.FAILED


def _status_json(say: Language, found: health.Status) -> dict[str, Any]:
    drift = [
        {"step": step, "changes": [{**c.to_json(), "summary": say(c.why)} for c in changes]}
        for step, changes in found.drift.items()
    ]
    checks = [row.to_json(say) for row in found.judged]
    return {
        "version": 1,
        "role": found.role,
        "healthy": found.healthy,
        "checks": checks,
        "drift": drift,
    }


def stop(say: Language) -> int:
    """Leaves a word for the engine; it ends at the next safe point."""
    _refuse_strangers()
    if not runs.engine_at_work():
        raise Exit(ExitCode.DONE, T("no run is in progress"))
    requests.ask_to_stop()
    stdout.show(
        say(T("the run stops at the next safe point; follow it with: tui-installer attach"))
    )
    return ExitCode.DONE
