"""Rows of the tasks: the table of all tools, the commands of one task, and what they printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui_installer.help.tool_tasks import TASKS
from tui_installer.model.change import Argv
from tui_installer.model.text import T, Text, listed, verbatim
from tui_installer.model.tool_task import Tool, ToolTask
from tui_installer.node.tool_answers import LIMIT, SeenTools, ToolAnswer
from tui_installer.text import measure
from tui_installer.ui.rows.cells import Row, Say, broken, lines, rows_of

# Cells of the task's name, and of each tool's column.
TASK = 19
COLUMNS = {Tool.CTR: 34, Tool.CRICTL: 24, Tool.NERDCTL: 24, Tool.DOCKER: 27}
# Of these the narrow screen has no column.
WIDER = (Tool.NERDCTL, Tool.DOCKER)


def tools_in(width: int) -> tuple[Tool, ...]:
    """Returns the tools for whose columns there is room; the first two always have one."""
    room = width - TASK - sum(COLUMNS.values())
    return tuple(tool for tool in Tool if room >= 0 or tool not in WIDER)


def heads(seen: SeenTools | None, say: Say, width: int) -> Row:
    """Returns the column titles: each tool with its version."""
    row: Row = [(measure.fit(say(T("Task")), TASK), "bold")]
    for tool in tools_in(width):
        title = say(_head(seen, tool))
        row.append((measure.fit(measure.cut(title, COLUMNS[tool] - 1), COLUMNS[tool]), "bold"))
    return row


def _head(seen: SeenTools | None, tool: Tool) -> Text:
    if seen is None:
        return verbatim(tool)
    if not seen.has(tool):
        return T("{tool}: not installed", tool=tool)
    version = seen.versions[tool]
    if tool is Tool.CTR:
        return T("{tool} {version}, always -n k8s.io", tool=tool, version=version)
    return verbatim(f"{tool} {version}".rstrip())


def task_row(task: ToolTask, say: Say, width: int) -> Row:
    """Returns the task, and the short form of its commands in each tool."""
    row: Row = [(measure.fit(say(task.title), TASK), "")]
    for tool in tools_in(width):
        short = measure.cut(say(task.usage(tool).short), COLUMNS[tool] - 1)
        row.append((measure.fit(short, COLUMNS[tool]), ""))
    return row


def searched(task: ToolTask, say: Say) -> str:
    """Returns the words of a task that `/` searches: its name, and the commands of every tool."""
    commands = (" ".join(argv) for tool in Tool for argv in task.usage(tool).commands)
    return " ".join((say(task.title), *commands))


def counts(task: ToolTask, seen: SeenTools) -> list[Text]:
    """Returns how many things each command of a counted task lists on this machine."""
    told = []
    for argv in seen.commands_of(task):
        answer = seen.answers.get(argv)
        if task.counted and answer is not None and answer.things is not None:
            command = " ".join(argv)
            told.append(verbatim(f"{command}: {answer.things}"))
    return told


def hint(task: ToolTask, seen: SeenTools | None) -> Text:
    """Returns why the answers differ, and what this machine lists."""
    told = counts(task, seen) if seen is not None else []
    if not told:
        return task.why
    return lines([task.why, T("Rows on this machine: {told}", told=listed(told))])


def commands(task: ToolTask, say: Say, width: int, *, note: Text | None = None) -> list[Row]:
    """Returns the whole commands of a task, tool by tool, and why they differ; commands begin in the first column."""
    rows: list[Row] = [[], *rows_of(say(note), width, indent=0), []] if note is not None else [[]]
    for tool in Tool:
        rows.append([(tool, "bold")])
        written = [" ".join(argv) for argv in task.usage(tool).commands]
        if not written:
            rows.append([(say(task.usage(tool).short), "")])
        rows += [[(piece, "")] for line in written for piece in broken(line, width)]
        rows.append([])
    return [*rows, *rows_of(say(task.why), width, indent=0)]


def as_text(say: Say, width: int) -> list[Row]:
    """Returns all tasks with their whole commands."""
    rows: list[Row] = []
    for task in TASKS:
        rows += [[], [(say(task.title), "bold")]]
        written = [" ".join(argv) for tool in Tool for argv in task.usage(tool).commands]
        rows += [[(piece, "")] for line in written for piece in broken(line, width)]
        rows += rows_of(say(task.why), width, indent=0)
    return rows[1:]


@dataclass
class Trial:
    """One command of a task while it is tried: `answered` once it has ended; None as answer: nothing to try it on."""

    argv: Argv
    answered: bool = False
    answer: ToolAnswer | None = None


def outputs(
    task: ToolTask,
    seen: SeenTools,
    trials: Sequence[Trial],
    *,
    seconds: int,
    recorded: bool,
    say: Say,
    width: int,
) -> list[Row]:
    """Returns each command with what it printed, one above the other; then why the answers differ."""
    rows: list[Row] = [[]]
    for trial in trials:
        argv = trial.answer.argv if trial.answer is not None else trial.argv
        rows += [[(piece, "bold")] for piece in broken("$ " + " ".join(argv), width)]
        rows += rows_of(say(_ended(trial, seconds, recorded)), width, indent=0)
        printed = trial.answer.lines if trial.answer and not trial.answer.missing else ()
        rows += [[(piece, "")] for line in printed for piece in broken(line, width)]
        rows.append([])
    for tool in (Tool.CTR, Tool.CRICTL):
        if not task.usage(tool).commands:
            rows += rows_of(say(T("{tool} has no command for this.", tool=tool)), width, indent=0)
        elif not seen.has(tool):
            rows += rows_of(say(T("{tool}: not installed", tool=tool)), width, indent=0)
    return [*rows, *rows_of(say(task.why), width, indent=0)]


def _ended(trial: Trial, seconds: int, recorded: bool) -> Text:
    """Returns how a command ended."""
    answer = trial.answer
    if not trial.answered:
        return T(
            "It is asked, {seconds} s of {limit} s at most.", seconds=seconds, limit=int(LIMIT)
        )
    if answer is None:
        return T("Not run: this machine lists nothing on which it could be tried.")
    if answer.missing:
        said = T("The recording of this machine does not hold its answer.")
        return said if recorded else T("Not installed on this machine.")
    if answer.late:
        return T("No answer in {limit} s; it was ended. Does containerd run?", limit=int(LIMIT))
    if answer.count > len(answer.lines):
        shown = len(answer.lines)
        return T(
            "exit code {code}; the first {shown} of {count} lines",
            code=answer.code,
            shown=shown,
            count=answer.count,
        )
    return T("exit code {code}; lines: {count}", code=answer.code, count=answer.count)
