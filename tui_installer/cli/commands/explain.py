"""`explain`: the causes of what does not work on this machine, or on the one of a support bundle."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from tui_installer.cli.command import JSON, Command, option
from tui_installer.exits import Exit, ExitCode
from tui_installer.model.text import T
from tui_installer.text.language import Language
from tui_installer.text.measure import pad
from tui_installer.text.stdout import show, show_json
from tui_installer.text.words import VERDICT, WORDS

if TYPE_CHECKING:
    from tui_installer.model.cause import Cause
    from tui_installer.model.diagnosis import Diagnosis

# Lines of evidence for one cause; more of them say the same.
LINES = 3
INCOMPLETE = T(
    "no cause is found, but not everything could be read; run it as root, or again in a minute"
)
INCOMPLETE_BUNDLE = T(
    "no cause is found, but the bundle does not hold everything; make another one there, as root"
)


def run(say: Language, bundle: Path | None, as_json: bool) -> int:
    """Returns 0 if nothing fails, else 1; 3 if nothing fails as far as one can see, and part of it cannot be seen."""
    from tui_installer.node import diagnosis

    found = diagnosis.look() if bundle is None else _elsewhere(bundle)
    if as_json:
        show_json(_json(say, found))
    else:
        _lines(say, found)
    if found.failing:
        return ExitCode.FAILED
    if found.unread:
        incomplete = INCOMPLETE if bundle is None else INCOMPLETE_BUNDLE
        raise Exit(ExitCode.REFUSED, incomplete, told=as_json)
    return ExitCode.DONE


def _elsewhere(path: Path) -> Diagnosis:
    """Returns the diagnosis of the machine that a bundle is of. Raises Exit for a file that is none."""
    from tui_installer.node import diagnosis
    from tui_installer.report import bundle
    from tui_installer.report.facts import NoBundle

    try:
        return diagnosis.diagnosed(bundle.facts_of(path))
    except NoBundle as error:
        raise Exit(ExitCode.USAGE, error.text) from error


def _json(say: Language, found: Diagnosis) -> dict[str, Any]:
    return {
        "version": 1,
        "causes": [
            {
                "id": cause.id,
                "title": say(cause.title),
                "severity": cause.severity,
                "evidence": list(cause.evidence),
                "cure": say(cause.cure),
                "explained_by": cause.explained_by,
            }
            for cause in found.causes
        ],
        "known": found.known,
        "unexplained": list(found.unexplained),
        "unread": {source: say(why) for source, why in found.unread.items()},
    }


def _lines(say: Language, found: Diagnosis) -> None:
    depth: dict[str, int] = {}
    for cause in found.causes:
        depth[cause.id] = depth.get(cause.explained_by, -1) + 1
        _cause(say, cause, depth[cause.id])
    if not found.causes and not found.unread:
        show(say(T("Nothing fails that this program knows.")))
    if found.unexplained:
        show(say(found.above_errors))
        for line in found.unexplained:
            show(f"  | {line}")
    reasons: dict[str, list[str]] = {}
    for source, why in found.unread.items():
        reasons.setdefault(say(why), []).append(source)
    for reason, sources in reasons.items():
        show(f"{pad(say(WORDS['unknown']), VERDICT)} {', '.join(sources)}: {reason}")


def _cause(say: Language, cause: Cause, depth: int) -> None:
    """Prints a cause with its evidence and its cure; one that another explains stands further right."""
    left = "    " * depth
    sign = say(T("from it follows:")) if depth else pad(say(WORDS[cause.severity]), VERDICT)
    show(f"{left}{sign} {say(cause.title)}   [{cause.id}]")
    for line in cause.evidence[:LINES]:
        show(f"{left}    | {line}")
    show(f"{left}    > {say(cause.cure)}")


COMMAND = Command(
    run,
    T(
        "Names the causes of what does not work on this machine, with evidence and cure. Changes nothing."
    ),
    "tui-installer explain",
    (
        option(
            "--bundle",
            type=click.Path(path_type=Path),
            metavar="F",
            text=T("A support bundle, made by report: the causes on its machine, not on this one."),
        ),
        JSON,
    ),
)
