"""docs/examples/: what they hold is valid, and every call of the program in them could be typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from tests.docs.test_docs import of_installer, typed
from tests.support.pages import PAGES, ROOT, calls
from tui_installer.model.answers_file import parse

FOLDER = ROOT / "docs/examples"
FILES = sorted(FOLDER.iterdir())
YAMLS = [path for path in FILES if path.suffix == ".yml"]
TOMLS = [path for path in FILES if path.suffix == ".toml"]
# One of two texts, by a condition.
CHOICE = re.compile(r"\{\{ '([^']*)' if [^}]* else '([^']*)' \}\}")


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def texts(value: Any) -> Iterator[str]:
    """Every text but conditions, line by line, with each of its choices; a list of words is one."""
    if isinstance(value, dict):
        for key, one in value.items():
            if not key.endswith("when"):
                yield from texts(one)
    elif isinstance(value, list):
        if value and all(isinstance(word, str) for word in value):
            yield " ".join(value)
        for one in value:
            yield from texts(one)
    elif isinstance(value, str):
        for line in value.splitlines():
            yield from {CHOICE.sub(r"\1", line), CHOICE.sub(r"\2", line)}


def typed_in(path: Path) -> list[list[str]]:
    return [call for line in texts(load(path)) for call in calls(line)]


def answers_in(value: Any) -> Iterator[str]:
    """Answers that are written by a document."""
    if isinstance(value, dict):
        if str(value.get("path", "")).endswith(".toml"):
            yield value["content"]
        for one in value.values():
            yield from answers_in(one)
    elif isinstance(value, list):
        for one in value:
            yield from answers_in(one)


def test_there_are_examples() -> None:
    assert len(YAMLS) >= 2
    assert len(TOMLS) >= 2
    assert set(YAMLS) | set(TOMLS) == set(FILES)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_a_page_shows_it_or_leads_to_it(path: Path) -> None:
    led: set[Path] = set()
    for page in PAGES:
        names = [target for target, _ in page.links]
        names += [block.info.split()[-1] for block in page.blocks if block.info]
        led |= {(page.path.parent / name).resolve() for name in names}
    assert path in led


@pytest.mark.parametrize("path", TOMLS, ids=lambda path: path.name)
def test_answers_are_taken(path: Path) -> None:
    assert parse(path.read_bytes()).values["node.role"] == path.stem


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.name)
def test_every_call_could_be_typed(path: Path) -> None:
    found = [call for call in typed_in(path) if call]
    assert any(call[0] == "apply" for call in found)
    for call in found:
        typed(call)


@pytest.mark.parametrize("path", YAMLS, ids=lambda path: path.name)
def test_the_installer_is_called_as_it_can_be(path: Path) -> None:
    lines = [line for line in texts(load(path)) if "install.sh" in line]
    assert lines
    for line in lines:
        assert set(re.findall(r"--[a-z-]+", line.partition("install.sh")[2])) <= of_installer()


def test_answers_in_cloud_init_are_taken() -> None:
    found = list(answers_in(load(FOLDER / "cloud-init.yml")))
    assert found
    assert all(parse(text.encode()).values for text in found)


def test_cloud_init_is_known_by_its_first_line() -> None:
    text = (FOLDER / "cloud-init.yml").read_text(encoding="utf-8")
    assert text.startswith("#cloud-config\n")


# ---- Ansible ----


def tasks() -> list[dict[str, Any]]:
    return [task for play in load(FOLDER / "ansible-node.yml") for task in play["tasks"]]


def command(task: dict[str, Any]) -> str:
    value = task.get("ansible.builtin.command", "")
    return str(value["cmd"] if isinstance(value, dict) else value)


def test_what_holds_a_token_is_not_logged() -> None:
    secret = [
        task
        for task in tasks()
        if "kubeadm token create" in command(task)
        or "stdin" in str(task.get("ansible.builtin.command"))
    ]
    assert len(secret) == 2
    assert all(task["no_log"] is True for task in secret)


def test_no_token_is_on_a_command_line() -> None:
    joins = [command(task) for task in tasks() if "--join" in command(task)]
    assert joins
    assert all("--join -" in line and "join.stdout" not in line for line in joins)


def test_every_run_ends_well_or_fails_its_task() -> None:
    runs = [task for task in tasks() if re.search(r"tui-installer (apply|attach)", command(task))]
    assert len(runs) == 3
    for task in runs:
        assert "--json" in command(task)
        detached = "--detach" in command(task)
        assert task["failed_when"] is False if detached else ".rc" in task["failed_when"]
        assert detached or "change-started" in task["changed_when"]
