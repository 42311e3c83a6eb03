"""The twenty tasks: what is run changes nothing, and all fits its place in both languages."""

from __future__ import annotations

import pytest

from tui_installer.help.tool_tasks import TASKS, find_task
from tui_installer.help.tool_usages import OF_DOCKER, OF_THE_KUBELET, PROGRAMS, VERSIONS
from tui_installer.model.change import Argv
from tui_installer.model.tool_task import Sample, Tool, filled, samples_of
from tui_installer.text.language import Language
from tui_installer.text.measure import width, wrap
from tui_installer.ui.rows.tool_tasks import COLUMNS, TASK

ENGLISH, CHINESE = Language("en"), Language("zh")
# The commands of each tool that change nothing and end by themselves; a new one needs a look into its manual.
READING = {
    Tool.CTR: {
        "containers info",
        "containers ls",
        "content active",
        "content get",
        "images check",
        "images ls",
        "namespaces ls",
        "plugins ls",
        "snapshots usage",
        "tasks ls",
        "tasks metrics",
        "version",
    },
    Tool.CRICTL: {
        "--version",
        "imagefsinfo",
        "images",
        "info",
        "inspect",
        "inspecti",
        "inspectp",
        "logs",
        "pods",
        "ps",
        "stats",
        "version",
    },
    Tool.NERDCTL: {
        "image inspect",
        "images",
        "info",
        "inspect",
        "logs",
        "namespace ls",
        "ps",
        "stats --no-stream",
        "version",
    },
    Tool.DOCKER: {
        "image inspect",
        "images",
        "info",
        "inspect",
        "logs",
        "ps",
        "stats --no-stream",
        "system df",
        "version",
    },
}


def words(argv: Argv) -> str:
    """The command of its tool, without program, namespace and arguments."""
    rest = argv[1:] if argv[1:3] != ("-n", "k8s.io") else argv[3:]
    return " ".join(rest)


def reads(tool: Tool, argv: Argv) -> bool:
    said = f"{words(argv)} "
    return argv[0] == tool and any(said.startswith(f"{known} ") for known in READING[tool])


def test_there_are_twenty() -> None:
    assert len({task.id for task in TASKS}) == len(TASKS) == 20
    assert find_task("pods") in TASKS
    assert find_task("nothing") is None


def test_what_is_run_changes_nothing() -> None:
    run = [
        (tool, argv)
        for task in TASKS
        for tool in Tool
        for argv in task.usage(tool).commands
        if task.reads
    ]
    assert len(run) > 30
    assert [argv for tool, argv in run if not reads(tool, argv)] == []
    lists = [*OF_THE_KUBELET.values(), *OF_DOCKER.values(), *VERSIONS.values()]
    assert [
        argv for argv in lists if not (reads(Tool(argv[0]), argv) or argv[1:] == ("--version",))
    ] == []


def test_what_changes_something_is_never_run() -> None:
    changing = {
        argv
        for task in TASKS
        if not task.reads
        for u in task.usages.values()
        for argv in u.commands
    }
    assert ("crictl", "rmi", "--prune") in changing
    assert [argv for argv in changing if reads(Tool(argv[0]), argv)] == []


def test_ctr_and_nerdctl_ask_where_kubernetes_is() -> None:
    asked = [
        argv
        for task in TASKS
        for tool in (Tool.CTR, Tool.NERDCTL)
        for argv in task.usage(tool).commands
        if task.id != "namespaces"
    ]
    assert all(argv[:3] == PROGRAMS[Tool(argv[0])] for argv in asked)


def test_samples_take_the_places_of_their_words() -> None:
    argv = ("ctr", "images", "check", "name==IMAGE")
    assert samples_of(argv) == (Sample.IMAGE,)
    assert filled(argv, {Sample.IMAGE: "a/b:1"}) == ("ctr", "images", "check", "name==a/b:1")
    assert filled(argv, {Sample.POD: "x"}) == argv


@pytest.mark.parametrize("say", [ENGLISH, CHINESE], ids=["en", "zh"])
def test_every_text_fits_its_place(say: Language) -> None:
    """One cell of each column stays empty; of the five rows below the table one stays for the counts."""
    for task in TASKS:
        assert width(say(task.title)) < TASK, task.id
        assert len(wrap(say(task.why), 78)) <= 4, task.id
        for tool in Tool:
            assert width(say(task.usage(tool).short)) < COLUMNS[tool], (task.id, tool)
