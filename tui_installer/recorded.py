"""The commands about recorded machines: records one, and rehearses on one in plain lines."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from tui_installer import lines, plain, recorder, rehearsing, stdout
from tui_installer.exits import Exit, ExitCode
from tui_installer.given import known_checks, look, print_json, read_answers, read_join
from tui_installer.model import event
from tui_installer.model.facts import NotRead
from tui_installer.model.stand_in import PARTING
from tui_installer.model.text import T
from tui_installer.preflight import inspection
from tui_installer.runs import follow, launch
from tui_installer.text.language import Language

ASSUMED = T("assumed")


@dataclass(frozen=True)
class Rehearsal:
    """The arguments of `rehearse --answers`."""

    machine: str
    answers: Path
    join: str | None = None
    accept: tuple[str, ...] = ()
    speed: float = 1.0
    as_json: bool = False


def rehearse(say: Language, order: Rehearsal) -> int:
    """Checks, plan and an assumed run on a recorded machine; the exit code speaks of its preflight alone."""
    given = read_answers(say, order.answers)
    join = read_join(order.join)
    known_checks(order.accept)
    try:
        with rehearsing.on(order.machine, order.speed):
            return _rehearse(say, inspection.Asked(given, join, order.accept), order)
    except rehearsing.Refused as refused:
        raise Exit(refused.code, refused.text) from refused


def _rehearse(say: Language, asked: inspection.Asked, order: Rehearsal) -> int:
    found = look(say, str(order.answers), asked)
    if not order.as_json:
        plain.checks(found.judged, say)
        plain.summary(found, say)
        plain.plan(found.plan, say, diff=False)
    refused = launch.refusals(found)
    outcome = "" if refused else _assumed(say, found, asked, quiet=order.as_json)
    if order.as_json:
        print_json(
            {
                **found.plan.to_json(say),
                "checks": [row.to_json(say) for row in found.judged],
                "refused": [say(refusal.text) for refusal in refused],
                "assumed": outcome or None,
            }
        )
    if refused:
        raise Exit(ExitCode.REFUSED, refused[0].text, told=order.as_json)
    return ExitCode.DONE


def _assumed(
    say: Language, found: inspection.Preflight, asked: inspection.Asked, *, quiet: bool
) -> str:
    """The outcome of a run whose effects come from a reference run."""
    telling = lines.Lines(say, ASSUMED)
    if not quiet:
        stdout.show(
            say(
                T(
                    "From here on the effects of all commands are assumed: they come from a reference run."
                )
            )
        )
    outcome = ""
    try:
        run, first = follow.wait_for_run(launch.launch(found, asked))
        for row in follow.events(run, first):
            outcome = str(row.get("outcome", ""))
            if not quiet:
                telling.tell(row)
    except launch.NotStarted as error:
        raise Exit(ExitCode.FAILED, error.text) from error
    except launch.Busy as busy:
        text = T("another run has begun in this rehearsal, by its screens or by its recording")
        raise Exit(ExitCode.FAILED, text) from busy
    except follow.EngineGone:
        outcome = event.STOPPED
    except KeyboardInterrupt as left:
        raise Exit(ExitCode.INTERRUPTED, PARTING) from left
    if outcome != event.DONE and not quiet:
        stdout.show(
            say(
                T(
                    "The preflight is passed. The assumed run did not come to its end: the lines above say why."
                )
            )
        )
    return outcome


def record(say: Language, path: Path, as_json: bool) -> int:
    """Exit 0 once the recording is written; an existing file stays as it is."""
    try:
        files, commands = recorder.record(path, os.environ)
    except recorder.NotRoot as error:
        raise Exit(ExitCode.REFUSED, T("run it again with: sudo tui-installer")) from error
    except NotRead as error:
        raise Exit(ExitCode.REFUSED, error.unread.text) from error
    except FileExistsError as error:
        text = T("{path} is there already and stays as it is; give another name", path=str(path))
        raise Exit(ExitCode.USAGE, text) from error
    except OSError as error:
        text = T("{path} cannot be written: {reason}", path=str(path), reason=error.strerror or "")
        raise Exit(ExitCode.USAGE, text) from error
    if as_json:
        print_json({"version": 1, "path": str(path), "files": files, "commands": commands})
    else:
        stdout.show(
            say(
                T(
                    "{path}: {files} files and the answers of {commands} commands; keys, passwords and tokens are left out. Read it before you hand it on.",
                    path=str(path),
                    files=files,
                    commands=commands,
                )
            )
        )
    return ExitCode.DONE
