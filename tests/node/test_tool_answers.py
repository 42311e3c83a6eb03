"""Which tools are here, and what they answer to questions that change nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.machine import Fake, fake
from tests.support.tools import VERSIONS, Tools
from tui_installer.help.tool_tasks import TASKS, find_task
from tui_installer.host.shell import TIMED_OUT, Output
from tui_installer.model.change import Argv
from tui_installer.model.facts import Packages, System
from tui_installer.model.tool_task import Tool
from tui_installer.node.tool_answers import MOST, ToolAnswer, ask, ask_all, count, look

IMAGES = {
    "images": [
        {"id": "sha256:9b75", "repoTags": []},
        {"id": "sha256:820f", "repoTags": ["r/etcd:3"]},
    ]
}


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    return fake(tmp_path, monkeypatch)


def test_the_tools_that_are_here_with_their_versions(machine: Fake) -> None:
    machine.prints = Tools(*VERSIONS)
    found = {Tool.CTR: "1.6.6", Tool.CRICTL: "1.26.0", Tool.NERDCTL: "1.5.0"}
    assert look().versions == {**found, Tool.DOCKER: "20.10.24+dfsg1"}
    machine.prints = Tools("ctr")
    assert look().versions == {Tool.CTR: "1.6.6"}
    machine.prints = Tools()
    assert look().versions == {}


def test_where_no_tool_answers_its_package_tells(machine: Fake) -> None:
    """So it is on a recorded machine."""
    machine.prints = Tools()
    machine.set(Packages({"containerd.io": "1.6.6-3.1.el7", "cri-tools": "1.25.0-0"}))
    assert look().versions == {Tool.CTR: "1.6.6", Tool.CRICTL: "1.25.0"}


def test_what_is_listed_is_counted(machine: Fake) -> None:
    machine.prints = Tools(
        "ctr",
        "crictl",
        listed={
            "crictl images": Output(1, "", "connect: no such file"),
            "crictl pods": Output(0, "HEAD\n"),
        },
    )
    answers = count(look()).answers
    assert answers["ctr", "-n", "k8s.io", "images", "ls"].things == 2
    assert answers["crictl", "pods"].things == 0
    assert answers["crictl", "images"].things is None


def test_without_root_nothing_is_asked(machine: Fake) -> None:
    machine.prints = tools = Tools("ctr", "crictl")
    machine.set(System(root=False))
    seen = count(look())
    assert (seen.root, seen.answers) == (False, {})
    assert {argv[1:] for argv in tools.asked} == {("--version",)}


def told(task: str) -> dict[Argv, ToolAnswer | None]:
    """The answers of a task, by the commands as its table has them."""
    answers: dict[Argv, ToolAnswer | None] = {}
    found = find_task(task)
    assert found is not None
    ask_all(look().commands_of(found), lambda argv, answer: answers.update({argv: answer}))
    return answers


def test_commands_take_their_samples_from_this_machine(machine: Fake) -> None:
    machine.prints = tools = Tools(
        "ctr",
        "crictl",
    )
    tools.printed["crictl images -o json"] = Output(0, json.dumps(IMAGES))
    told("inspect_image")
    assert ("ctr", "-n", "k8s.io", "images", "check", "name==r/etcd:3") in tools.asked
    assert ("ctr", "-n", "k8s.io", "content", "get", "sha256:820f") in tools.asked
    assert ("crictl", "inspecti", "r/etcd:3") in tools.asked
    tools.printed["crictl ps -q"] = Output(0, "44fc\nb4a4\n")
    told("logs")
    assert ("crictl", "logs", "--tail", "50", "44fc") in tools.asked


def test_without_a_sample_a_command_is_not_run(machine: Fake) -> None:
    machine.prints = tools = Tools("ctr", "crictl", "docker")
    for said in (Output(0, ""), Output(1, "44fc\n"), Output(0, "--all\n")):
        tools.printed["crictl ps -q"] = tools.printed["docker ps -q"] = said
        tools.asked = []
        assert set(told("logs").values()) == {None}
        assert not [argv for argv in tools.asked if "logs" in argv]
    for said in (Output(0, "{"), Output(0, "{}"), Output(0, '{"images": [{}]}'), Output(0, "[]")):
        tools.printed["crictl images -o json"] = said
        assert told("inspect_image")["crictl", "inspecti", "IMAGE"] is None


def test_an_answer_is_kept_without_secrets_and_not_without_end(machine: Fake) -> None:
    token = "6hhzv0.0123456789abcdef"
    line = f"\x1b[2Jkubeadm join --token {token} http://me:pass@proxy:3128"
    machine.prints = Tools(
        "crictl", listed={"crictl info": Output(0, f"{line}\n" * (MOST + 1), "warning\n")}
    )
    answer = ask(("crictl", "info"))
    assert answer.lines[0] == f"kubeadm join --token 6hhzv0.{'*' * 16} http://{'*' * 16}@proxy:3128"
    assert (len(answer.lines), answer.count) == (MOST, MOST + 2)
    assert answer.listed == MOST + 1


def test_what_hangs_is_ended(machine: Fake) -> None:
    machine.prints = Tools(
        "ctr", listed={"ctr version": Output(TIMED_OUT, "", "ctr: no answer in 10 s")}
    )
    answer = ask(("ctr", "-n", "k8s.io", "version"))
    assert (answer.late, answer.missing, answer.things) == (True, False, None)


def test_every_reading_command_can_be_run(machine: Fake) -> None:
    """The commands reach the machine as lists of words."""
    machine.prints = tools = Tools(*VERSIONS)
    tools.printed["crictl images -o json"] = Output(0, json.dumps(IMAGES))
    for task in TASKS:
        if task.reads:
            assert None not in told(task.id).values(), task.id
    assert not [word for argv in tools.asked for word in argv if " " in word or not word]
