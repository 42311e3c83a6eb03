"""Those who only read see a run as far as its journal goes."""

from __future__ import annotations

import fcntl
import json
import pwd
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui_installer.engine.journal import Journal
from tui_installer.host import requests, runs
from tui_installer.host.machine import at, use
from tui_installer.host.runs import Follower
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.facts import Attempt, Past, Person
from tui_installer.model.join import JoinCommand
from tui_installer.model.request import Request
from tui_installer.model.secret import Redactor, Secret


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    use(ThisMachine(tmp_path))
    at(places.RUNS).mkdir(parents=True)
    at(places.VOLATILE).parent.mkdir()
    return tmp_path


def write(run: Path, *events: dict[str, Any]) -> Path:
    run.mkdir(parents=True, exist_ok=True)
    with (run / "journal.jsonl").open("a") as file:
        file.writelines(json.dumps(event) + "\n" for event in events)
    return run


def test_no_run(machine: Path) -> None:
    assert runs.latest() is None
    assert not runs.state(None).over
    assert runs.past() == Past()
    assert not runs.engine_at_work()
    assert runs.asked() is None


def test_the_newest_run_is_the_last_by_name(machine: Path) -> None:
    newest = write(at(places.RUNS) / "20261124T000000Z", {"kind": "run-started", "steps": []})
    write(at(places.RUNS) / "20261123T000000Z", {"kind": "run-started", "steps": []})
    (at(places.RUNS) / "20261125T000000Z").mkdir()
    assert runs.latest() == newest, "a folder without a journal is no run"


def test_what_runs_of_ours_have_made(machine: Path) -> None:
    write(
        at(places.RUNS) / "1",
        {"kind": "step-ended", "step": "swap", "outcome": "done"},
        {"kind": "step-ended", "step": "time", "outcome": "failed"},
    )
    init = {"argv": ["kubeadm", "init", "--config", "x"]}
    write(
        at(places.RUNS) / "2",
        {"kind": "step-ended", "step": "kernel", "outcome": "nothing to do"},
        {"kind": "change-started", "step": "kubeadm_init", "n": 1, "change": init},
    )
    unfinished, made = frozenset({"kubeadm_init"}), frozenset({"swap", "kernel"})
    attempt = Attempt("kubeadm_init")
    assert runs.past() == Past(unfinished, made, changed="2/1", attempt=attempt)


def test_a_node_is_made_once_its_kubeadm_has_ended_well(machine: Path) -> None:
    """Though a later change of its step has failed."""
    init = {"argv": ["kubeadm", "init", "--config", "x"]}
    write(
        at(places.RUNS) / "1",
        {"kind": "change-started", "step": "kubeadm_init", "n": 1, "change": init},
        {"kind": "change-ended", "step": "kubeadm_init", "n": 1, "code": 0},
        {"kind": "step-ended", "step": "kubeadm_init", "outcome": "failed"},
    )
    assert runs.past().made == {"kubeadm_init"}
    assert not runs.past().unfinished


def test_runs_are_ordered_by_their_number_whatever_the_clock_said(machine: Path) -> None:
    """Those of 0.1.0 are named by the time alone, and were before all that have a number."""
    began = {"kind": "run-started", "steps": []}
    names = [
        "20261123T000000Z",
        "20361124T000000Z",
        "r0001-20261123T080000Z",
        "r0002-20161123T000000Z",
    ]
    for name in reversed(names):
        write(at(places.RUNS) / name, began)
    assert [run.name for run in runs.every()] == names
    (at(places.RUNS) / "r0009-20261123T000000Z").mkdir()
    assert runs.new().name.startswith("r0010-"), "a number is not used twice"


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "change-started", "step": "swap"},
        {"kind": "change-started", "step": "swap", "n": "x", "change": []},
        {"kind": "child-started", "step": "swap", "n": 1},
        {"kind": "run-started", "steps": 3},
        {"kind": "step-ended", "step": "swap"},
        {"kind": "run-ended"},
        {"kind": ["run-ended"]},
    ],
)
def test_an_event_of_another_version_breaks_nothing(machine: Path, event: dict[str, Any]) -> None:
    run = write(at(places.RUNS) / "1", event, {"kind": "run-ended", "outcome": "done"})
    assert runs.state(run).outcome == "done"


def test_a_request_of_another_version_is_read(machine: Path) -> None:
    at(places.VOLATILE).mkdir()
    told = Request(Answers()).public()
    told["answers"]["options.invented_later"] = True
    told["people"][0]["shell"] = "/bin/zsh"
    at(places.REQUEST).write_text(json.dumps({**told, "later": 1}))
    assert runs.asked() == Request(Answers())


@pytest.mark.parametrize(
    "line", ['{"kind": "x"', "", "null", "3", "[]", '{"other": 1}', "\x00", '"kind"']
)
def test_a_line_that_is_no_event_is_passed_over(line: str) -> None:
    good = '{"kind": "a"}'
    assert [e["kind"] for e in runs.events(f"{good}\n{line}\n{good}\n")] == ["a", "a"]


def test_a_missing_journal_has_no_events(machine: Path) -> None:
    assert runs.read_events(at(places.RUNS) / "nosuch") == []
    assert Follower(at(places.RUNS) / "nosuch").new() == []


@given(text=st.text(max_size=30), cut=st.integers(0, 400))
def test_a_follower_gives_each_event_once_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, text: str, cut: int
) -> None:
    run = tmp_path_factory.mktemp("run")
    journal = Journal(run / "whole", Redactor())
    for number in range(3):
        journal.write("waiting", n=number, what=text)
    journal.close()
    raw = (run / "whole").read_bytes()
    path = run / "journal.jsonl"
    follower = Follower(run)
    path.write_bytes(raw[:cut])
    first = follower.new()
    with path.open("ab") as file:
        file.write(raw[cut:])
    events = [*first, *follower.new()]
    assert [event["n"] for event in events] == [0, 1, 2]
    assert len(first) == raw[:cut].count(b"\n")
    assert follower.new() == []
    assert runs.read_events(run) == events


def test_a_text_with_strange_line_ends_stays_one_event(machine: Path) -> None:
    run = at(places.RUNS) / "1"
    run.mkdir()
    journal = Journal(run / "journal.jsonl", Redactor())
    journal.write("step-ended", tail=["a\u2028b\u2029c\x85d\x0be\x1cf"])
    journal.close()
    assert runs.read_events(run)[0]["tail"] == ["a\u2028b\u2029c\x85d\x0be\x1cf"]
    assert len(Follower(run).new()) == 1


def test_an_engine_at_work_holds_the_lock(machine: Path) -> None:
    at(places.LOCK).parent.mkdir()
    with at(places.LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert runs.engine_at_work()
    assert not runs.engine_at_work()


REQUEST = Request(
    Answers(),
    join=JoinCommand("10.0.0.5:6443", Secret("69eg2e.ocvsmlyx9u31mvue"), ("sha256:" + "0" * 64,)),
)


def test_a_request_is_readable_by_root_alone(machine: Path) -> None:
    requests.submit(REQUEST)
    assert runs.asked() == REQUEST
    assert at(places.REQUEST).stat().st_mode & 0o777 == 0o600
    assert at(places.VOLATILE).stat().st_mode & 0o777 == 0o700
    assert list(at(places.VOLATILE).iterdir()) == [at(places.REQUEST)]


def test_only_one_request_at_a_time(machine: Path) -> None:
    requests.submit(REQUEST)
    with pytest.raises(requests.Taken):
        requests.submit(Request(Answers()))
    assert runs.asked() == REQUEST
    assert list(at(places.VOLATILE).iterdir()) == [at(places.REQUEST)]
    requests.withdraw()
    requests.withdraw()
    assert runs.asked() is None


def test_a_request_that_cannot_be_read_is_none(machine: Path) -> None:
    at(places.VOLATILE).mkdir()
    for text in ("", "{", "[]", '{"answers": {}}'):
        at(places.REQUEST).write_text(text)
        assert runs.asked() is None


def test_the_word_to_stop(machine: Path) -> None:
    at(places.VOLATILE).mkdir()
    requests.ask_to_stop()
    assert at(places.STOP).exists()


def test_people() -> None:
    assert requests.people({}) == (Person(),)
    assert requests.people({"SUDO_USER": "root"}) == (Person(),)
    assert requests.people({"SUDO_USER": "no-such-user-at-all"}) == (Person(),)


def ada(monkeypatch: pytest.MonkeyPatch, home: str) -> tuple[Person, ...]:
    """Who gets a kubeconfig when ada calls sudo."""
    entry = pwd.struct_passwd(("ada", "x", 1000, 100, "", home, "/bin/bash"))
    monkeypatch.setattr(pwd, "getpwnam", {"ada": entry}.__getitem__)
    return requests.people({"SUDO_USER": "ada"})


def test_the_user_who_called_sudo(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = str(tmp_path)
    assert ada(monkeypatch, home) == (Person(), Person("ada", 1000, 100, home))


@pytest.mark.parametrize("home", ["", "/", "/root", "/root/", "/nowhere/ada", "/etc/passwd"])
def test_a_user_without_a_home_of_their_own(monkeypatch: pytest.MonkeyPatch, home: str) -> None:
    assert ada(monkeypatch, home) == (Person(),)


def test_a_request_that_was_cut_off_does_not_stay(machine: Path) -> None:
    """It may hold a token."""
    at(places.VOLATILE).mkdir(exist_ok=True)
    old, new = (at(places.VOLATILE) / f"{requests.BEGUN}{name}" for name in ("old", "new"))
    for left in (old, new):
        left.write_text("{")
    with new.open("rb") as writing:
        fcntl.flock(writing, fcntl.LOCK_EX)
        requests.forget_begun()
    assert not old.exists()
    assert new.exists(), "somebody is writing on it"
