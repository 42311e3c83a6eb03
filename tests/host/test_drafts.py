"""Answers outlive the program that they were given to."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from tui_installer.host import drafts, set_aside
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers, Cluster, Mirrors, Node, from_flat
from tui_installer.model.answers_file import parse
from tui_installer.model.text import T


@pytest.fixture(autouse=True)
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use(ThisMachine(tmp_path))
    return tmp_path


VALUES = {
    "mirrors.docker_io": ("https://docker.m.daocloud.io",),
    "mirrors.centos": "auto",
    "node.hostname": "master01",
    "options.time_sync": False,
}


def test_a_draft_is_found_again() -> None:
    assert drafts.load() is None
    drafts.save(VALUES)
    given = drafts.load()
    assert given is not None
    assert given.values == {**VALUES, "mirrors.docker_io": ["https://docker.m.daocloud.io"]}
    drafts.save({"node.role": "worker"})
    again = drafts.load()
    assert again is not None
    assert again.values == {"node.role": "worker"}


def test_a_draft_is_its_owners_alone(state: Path) -> None:
    drafts.save(VALUES)
    assert at(places.DRAFT).stat().st_mode & 0o777 == 0o600
    assert at(places.STATE).stat().st_mode & 0o777 == 0o700
    assert list(at(places.STATE).iterdir()) == [at(places.DRAFT)]


@pytest.mark.parametrize("text", ['[node]\nzone = "a"\n', "{", '[node]\nrole = "boss"\n'])
def test_a_draft_that_cannot_be_used_is_kept_and_told_of(text: str) -> None:
    for number in (1, 2):
        at(places.STATE).mkdir(parents=True, exist_ok=True)
        at(places.DRAFT).write_text(f"{text}{drafts.AFTER}none\n")
        assert drafts.load() is None
        assert not at(places.DRAFT).exists()
        kept = at(places.STATE) / f"draft-{number}.toml"
        assert kept.read_text().startswith(text)
        assert str(kept) in str(set_aside.notes()[-1])
    assert drafts.load() is None
    assert len(set_aside.notes()) == 2
    set_aside.forget()
    assert set_aside.notes() == []


@pytest.mark.parametrize("line", ["", "{", "[]", "7", '{"text": "{a} {b.c}", "params": {"a": 1}}'])
def test_notes_that_are_none_are_passed_over(line: str) -> None:
    set_aside.note(T("first"))
    with at(places.SET_ASIDE).open("a") as file:
        file.write(f"{line}\n")
    set_aside.note(T("last"))
    said = [str(text) for text in set_aside.notes()]
    assert (said[0], said[-1]) == ("first", "last")


def test_a_draft_of_nothing() -> None:
    drafts.save({})
    given = drafts.load()
    assert given is not None
    assert given.values == {}


def test_a_forgotten_draft_is_gone() -> None:
    drafts.forget()
    drafts.save(VALUES)
    drafts.forget()
    assert drafts.load() is None
    assert list(at(places.STATE).iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[node]\nrole = 'boss'\n", "[node]\nx = 1\n"])
def test_a_draft_that_cannot_be_used_is_none(text: str) -> None:
    drafts.save(VALUES)
    at(places.DRAFT).write_text(text)
    assert drafts.load() is None


@pytest.mark.parametrize("hours", [-8, 8])
def test_no_clock_tells_whether_a_run_came_after_a_draft(state: Path, hours: int) -> None:
    """What was typed is not lost by a clock that was set, and what a run has overtaken does not come back."""
    at(places.ANSWERS).parent.mkdir(parents=True, exist_ok=True)
    at(places.ANSWERS).write_text("of a run")
    drafts.save(VALUES)
    then = time.time() + 3600 * hours
    os.utime(at(places.ANSWERS), (then, then))
    assert drafts.load() is not None
    at(places.ANSWERS).write_text("of the next run")
    os.utime(at(places.ANSWERS), (then, then))
    assert drafts.load() is None
    at(places.ANSWERS).unlink()
    drafts.save(VALUES)
    assert drafts.load() is not None


def test_a_draft_that_cannot_be_written(state: Path) -> None:
    (state / "var").write_text("a file in the place of the folder")
    with pytest.raises(OSError):
        drafts.save(VALUES)


ANSWERS = Answers(
    Node(hostname="master01", interface="ens33"),
    Mirrors("aliyun", "aliyun", "tuna", "aliyun", ("https://docker.m.daocloud.io",)),
    Cluster(pod_subnet="172.16.0.0/16"),
)


def test_answers_for_another_machine(state: Path) -> None:
    path = state / "node.toml"
    drafts.export(path, ANSWERS)
    assert from_flat(parse(path.read_bytes()).values) == ANSWERS
    assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_is_overwritten_unasked(state: Path) -> None:
    path = state / "node.toml"
    path.write_text("mine")
    with pytest.raises(FileExistsError) as error:
        drafts.export(path, ANSWERS)
    assert error.value.filename == str(path)
    assert path.read_text() == "mine"
    drafts.export(path, ANSWERS, replace=True)
    assert from_flat(parse(path.read_bytes()).values) == ANSWERS


def test_a_link_to_nothing_is_something(state: Path) -> None:
    path = state / "node.toml"
    path.symlink_to(state / "elsewhere.toml")
    with pytest.raises(FileExistsError):
        drafts.export(path, ANSWERS)


def test_no_folder_is_made_by_a_slip_of_the_keyboard(state: Path) -> None:
    with pytest.raises(FileNotFoundError):
        drafts.export(state / "rooot/node.toml", ANSWERS)
    assert list(state.iterdir()) == []
    with pytest.raises(OSError):
        drafts.export(state, ANSWERS, replace=True)
