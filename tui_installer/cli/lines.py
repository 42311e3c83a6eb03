"""Checks, plans and mistakes as lines that a person can follow."""

from __future__ import annotations

from datetime import datetime

from tui_installer.model.answers_file import Mistake
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.check import Judged
from tui_installer.model.ending import Ending
from tui_installer.model.outcome import Outcome
from tui_installer.model.plan import Plan
from tui_installer.model.text import T, Text
from tui_installer.model.trust import vouching
from tui_installer.node import health
from tui_installer.preflight.inspection import Preflight
from tui_installer.runs import summary as summing
from tui_installer.text import plan_text
from tui_installer.text.language import Language
from tui_installer.text.measure import pad, width, wrap
from tui_installer.text.stdout import show, show_script
from tui_installer.text.words import WORDS

# The width of the narrowest terminal.
COLUMNS = 80


def mistakes(rows: list[Mistake], say: Language, name: str) -> list[str]:
    """Prints every mistake of an answers file with its line; returns the printed lines."""
    printed = []
    for row in rows:
        where = f"{name}:{row.line}" if row.line else name
        correction = say(
            T("found {found}; right would be: {right}", found=row.found, right=row.right)
        )
        printed.append(f"{where}: {row.key + ': ' if row.key else ''}{correction}")
        show(printed[-1], error=True)
    return printed


def warning(say: Language, text: Text) -> None:
    """Prints a warning to stderr, so that it also reaches a person whose program reads the output."""
    show(say(T("warn: {text}", text=text)), error=True)


def checks(judged: tuple[Judged, ...], say: Language) -> None:
    """Prints the checks, worst first, with reason and cure for those that are not good."""
    for row in judged:
        check(row, say)
    _counts(judged, say)


def check(row: Judged, say: Language) -> None:
    """Prints one check or proof in a line, with reason and cure below it if it is not good."""
    verdict = row.verdict
    word, finding = say(WORDS[verdict.outcome]), say(verdict.found)
    finding = say(T("{found}; accepted", found=finding)) if row.accepted else finding
    wanted = say(T(" (wanted: {wanted})", wanted=verdict.wanted)) if verdict.wanted else ""
    show(f"{pad(word, 9)} {pad(say(row.check.title), 18)} {finding}{wanted}")
    if verdict.outcome in (Outcome.FAIL, Outcome.WARN):
        indent = " " * 29
        show(f"{indent}{say(verdict.why)}" if verdict.why else "")
        show(f"{indent}> {say(verdict.cure)}   [{row.check.id}]" if verdict.cure else "")


def _counts(judged: tuple[Judged, ...], say: Language) -> None:
    counts = {o: sum(r.verdict.outcome is o for r in judged) for o in Outcome}
    show(
        say(T("{total} checks:", total=len(judged)))
        + " "
        + ", ".join(f"{n} {say(WORDS[o])}" for o, n in counts.items() if n)
    )


def status(node_status: health.NodeStatus, say: Language, *, proofs_printed: bool) -> None:
    """Prints what the node is, its proofs unless they are printed already (`proofs_printed`), and the differences."""
    if not proofs_printed:
        for row in node_status.judged:
            check(row, say)
    _counts(node_status.judged, say)
    for step, changes in node_status.drift.items():
        for change in changes:
            text = T("differs in {step}: {what}", step=step, what=change.why)
            show(say(text))
            show(f"      {_place(change)}")
    if node_status.proved.at and not proofs_printed:
        when = datetime.fromtimestamp(node_status.proved.at).astimezone()
        show(say(T("traffic was last proved at {time}", time=f"{when:%Y-%m-%d %H:%M}")))


def summary(preflight: Preflight, say: Language) -> None:
    """Prints what the run makes of this machine, and an empty line; no line is longer than a terminal."""
    rows = summing.summary(preflight)
    labels = max(width(say(row.label)) for row in rows) + 2
    for row in rows:
        lines = [line for text in row.lines for line in wrap(say(text), COLUMNS - labels)]
        for number, line in enumerate(lines):
            show(pad(say(row.label) if not number else "", labels) + line)
    show("")


def plan(whole_plan: Plan, say: Language, *, diff: bool) -> None:
    """Prints every step with its changes; with `diff` also the lines of every file."""
    for number, planned in enumerate(whole_plan.steps, 1):
        title = pad(say(planned.step.title), 16)
        count = (
            say(T("changes: {count}", count=len(planned.changes)))
            if planned.changes
            else say(planned.unknown or WORDS[Ending.NOTHING])
        )
        show(f"{number:2}  {title}  {count}   [{planned.step.id}]")
        for change in planned.changes:
            show(f"      {_place(change)}")
            show(f"        {say(change.why)}")
            if (vouched := vouching(change)) is not None:
                show(f"        {say(vouched)}")
            if diff and isinstance(change, WriteFile):
                for line in plan_text.difference(change):
                    show(f"        {line}")
    files, commands = len(whole_plan.files), len(whole_plan.commands)
    show(
        say(
            T(
                "files: {files}, commands: {commands}; nothing has been changed",
                files=files,
                commands=commands,
            )
        )
    )


def _place(change: Change) -> str:
    if isinstance(change, WriteFile):
        return f"{change.path}  ({change.mode:04o})"
    return f"$ {change.line}"


def script(found: Plan, say: Language) -> None:
    """Prints the plan as a shell script that a person can read and run."""
    for line in plan_text.script(found, say):
        show_script(line)
