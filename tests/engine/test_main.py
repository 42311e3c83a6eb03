"""The engine's whole life: a request taken up, carried out, and put away; or taken up again."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.engine.conftest import Marks, shell, step
from tests.support.machine import Fake, fake
from tui_installer import registry
from tui_installer.engine.main import main
from tui_installer.host import last_answers, requests, runs, set_aside
from tui_installer.host import shell as shell_module
from tui_installer.host.machine import at, use
from tui_installer.host.scope import Scope
from tui_installer.model import places
from tui_installer.model.answers import Answers, Mirrors, Node
from tui_installer.model.answers_file import dump
from tui_installer.model.change import Change, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts, Joining, People, Person
from tui_installer.model.join import JoinCommand
from tui_installer.model.request import Request
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step
from tui_installer.model.text import T

TOKEN = "zktp5j.fgb53hon9hd6xs29"
ANSWERS = Answers(
    Node(hostname="master01", interface="ens33"),
    Mirrors("aliyun", "aliyun", "aliyun", "aliyun"),
)
REQUEST = Request(
    ANSWERS,
    ("Mem",),
    (Person(), Person("ada", 1000, 100, "/home/ada")),
    JoinCommand("10.0.0.5:6443", Secret(TOKEN), ("sha256:" + "0" * 64,)),
    "ada",
)


class House(Fake):
    """The engine's places, and the steps that it finds."""

    steps: list[Step]

    @property
    def marks(self) -> frozenset[str]:
        return frozenset(path.name for path in (self.folder / "marks").iterdir())

    def facts(self, topics: Collection[type], scope: Scope) -> Facts:
        return Facts().having(Marks(self.marks))

    def marking(self, name: str, script: str = ":", reads: tuple[type, ...] = ()) -> Step:
        def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
            if name in facts[Marks].names:
                return ()
            for topic in reads:
                assert facts[topic]
            return (shell(f"{script} && touch {self.folder}/marks/{name}"),)

        return step(name, changes)

    @property
    def run(self) -> Path:
        found = runs.latest()
        assert found is not None
        return found

    def kinds(self) -> list[str]:
        return [event["kind"] for event in runs.read_events(self.run)]


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    fake(tmp_path, monkeypatch)
    found = House(tmp_path)
    use(found)
    (tmp_path / "marks").mkdir()
    found.steps = [found.marking("first"), found.marking("second")]
    monkeypatch.setattr(registry, "steps", lambda _kind=None: tuple(found.steps))
    return found


def test_nothing_to_do(house: House) -> None:
    assert main() == 0
    assert runs.latest() is None


def test_a_request_from_its_beginning_to_its_end(house: House) -> None:
    seen: list[Facts] = []

    def look(_answers: Answers, facts: Facts) -> Sequence[Change]:
        seen.append(facts)
        return ()

    house.steps.append(step("looking", look))
    requests.submit(REQUEST)
    assert main() == 0
    assert house.marks == {"first", "second"}
    state = runs.state(house.run)
    assert state.outcome == Ending.DONE
    assert state.steps == ("first", "second", "looking")
    begun = runs.read_events(house.run)[0]
    assert (begun["by"], begun["resumed"], begun["run"]) == ("ada", False, house.run.name)
    assert seen[0][Joining].command == REQUEST.join
    assert seen[0][People].people == REQUEST.people
    for path in (at(places.REQUEST), at(places.UNFINISHED), at(places.STOP)):
        assert not path.exists()


def test_what_is_left_holds_no_secret(house: House) -> None:
    house.steps = [house.marking("first", f"echo {TOKEN}")]
    requests.submit(REQUEST)
    main()
    left = [path for path in house.folder.rglob("*") if path.is_file()]
    assert len(left) > 4
    assert not [path for path in left if TOKEN[7:] in path.read_text()]
    for path in left:
        if path.is_relative_to(at(places.STATE)):
            assert path.stat().st_mode & 0o077 == 0 or path.parent.name == "output"
    assert house.run.stat().st_mode & 0o777 == 0o700


def test_the_answers_are_kept_for_the_next_time(house: House) -> None:
    requests.submit(REQUEST)
    main()
    assert last_answers.last().answers == ANSWERS
    assert (house.run / "answers.toml").read_text() == at(places.ANSWERS).read_text()


def test_only_one_engine_works(house: House) -> None:
    requests.submit(REQUEST)
    with at(places.LOCK).open("wb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert main() == 0
    assert runs.latest() is None
    assert runs.asked() == REQUEST


def test_a_failed_run_is_gone_on_with_by_the_next_request(house: House) -> None:
    house.steps = [house.marking("first", f"[ -e {house.folder}/cured ]")]
    requests.submit(REQUEST)
    main()
    assert runs.state(house.run).outcome == Ending.FAILED
    first = house.run
    (house.folder / "cured").touch()
    requests.submit(REQUEST)
    main()
    assert house.run == first, "one run, one folder"
    state = runs.state(house.run)
    assert state.outcome == Ending.DONE
    assert state.numbers == {"first": 2}, "no number twice"
    second = [e for e in runs.read_events(house.run) if e["kind"] == "run-started"][1]
    assert second["resumed"]


def test_what_a_person_edits_before_a_failed_run_goes_on_is_not_lost(house: House) -> None:
    """The run goes on in its own folder, in another process, and has kept the first text there long ago."""
    conf = house.folder / "daemon.json"
    conf.write_text("first")
    wanted = "ours"

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        now = conf.read_text()
        return () if now == wanted else (WriteFile(str(conf), wanted, T("x"), before=now),)

    failing = house.marking("failing", f"[ -e {house.folder}/cured ]").changes
    house.steps = [step("docker", changes), step("failing", failing, ("docker",))]
    requests.submit(REQUEST)
    main()
    conf.write_text("edited")
    requests.submit(REQUEST)
    main()
    wanted = "with other answers"
    (house.folder / "cured").touch()
    requests.submit(REQUEST)
    main()
    assert conf.read_text() == wanted
    assert runs.state(house.run).outcome == Ending.DONE
    kept = (house.run / "originals" / str(conf).lstrip("/")).parent
    found = {file.name: file.read_text() for file in kept.iterdir()}
    assert found == {"daemon.json": "first", "daemon.json.~1~": "edited"}


def killed(house: House, *events: dict[str, Any]) -> Path:
    """What an engine leaves that was killed in the middle of a run."""
    run = at(places.RUNS) / "20261123T101212Z"
    (run / "output").mkdir(parents=True)
    (run / "request.json").write_text(json.dumps(REQUEST.public()))
    (run / "journal.jsonl").write_text("".join(json.dumps(e) + "\n" for e in events))
    at(places.UNFINISHED).write_text(run.name)
    return run


def test_a_run_that_was_cut_off_is_taken_up_without_being_asked(house: House) -> None:
    run = killed(
        house,
        {"kind": "run-started", "steps": ["first", "second"]},
        {"kind": "change-started", "step": "first", "n": 1, "change": {"argv": ["/bin/sh"]}},
    )
    assert main() == 0
    assert house.run == run
    assert runs.state(run).outcome == Ending.DONE
    assert runs.state(run).numbers["first"] == 2
    assert not at(places.UNFINISHED).exists()


def test_the_join_command_does_not_outlive_a_power_cut(house: House) -> None:
    seen: list[Facts] = []

    def look(_answers: Answers, facts: Facts) -> Sequence[Change]:
        seen.append(facts)
        return ()

    house.steps = [step("looking", look)]
    killed(house, {"kind": "run-started", "steps": ["looking"]})
    main()
    assert seen[0][Joining].command is None


def test_what_a_child_printed_after_its_engine_was_killed_is_taken_over(house: House) -> None:
    run = killed(house, {"kind": "run-started", "steps": ["first"]})
    at(places.RAW).mkdir()
    (at(places.RAW) / "first-1").write_text(f"half\nUsing token: {TOKEN}\n")
    (at(places.RAW) / "first-1.at").write_text("5")
    main()
    assert (run / "output/first.log").read_text() == "Using token: zktp5j.****************\n"
    assert list(at(places.RAW).iterdir()) == []


def test_a_kubelet_that_a_killed_engine_had_stopped_runs_again_before_anything_is_read(
    house: House,
) -> None:
    """Its node may be complete by now: then no step has a reason to start it."""
    called: list[tuple[str, ...]] = []

    def output(*argv: str) -> shell_module.Output:
        called.append(argv)
        return shell_module.Output(0)

    house.prints = output
    config = at("/var/lib/kubelet/config.yaml")
    config.parent.mkdir(parents=True)
    config.touch()
    seen: list[int] = []

    def look(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        seen.append(len(called))
        return ()

    house.steps = [step("looking", look)]
    killed(house, {"kind": "run-started", "steps": ["looking"]})
    at(places.KUBELET_STOPPED).touch()
    main()
    assert called == [("systemctl", "start", "--no-block", "kubelet.service")]
    assert seen == [1]
    assert not at(places.KUBELET_STOPPED).exists()


def test_a_stopped_run(house: House) -> None:
    journal = f"$(ls {at(places.RUNS)}/*/journal.jsonl)"
    house.steps = [
        house.marking("first", f"touch {at(places.STOP)}; grep -q change-started {journal}"),
        step("second", house.marking("second").changes, ("first",)),
    ]
    requests.submit(REQUEST)
    main()
    assert runs.state(house.run).outcome == Ending.STOPPED
    assert house.marks == {"first"}
    assert not at(places.STOP).exists()
    requests.submit(REQUEST)
    main()
    assert house.marks == {"first", "second"}


def test_an_unfinished_run_whose_folder_is_gone(house: House) -> None:
    at(places.UNFINISHED).write_text("20261123T101212Z")
    assert main() == 0
    assert runs.latest() is None


def test_a_request_of_another_version_is_set_aside(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    at(places.VOLATILE).mkdir(exist_ok=True)
    at(places.REQUEST).write_text('{"answers": 3}')
    run = killed(house, {"kind": "run-started", "steps": ["first"]})
    (run / "request.json").write_text("[[[")
    assert main() == 0
    assert not at(places.REQUEST).exists()
    assert not at(places.UNFINISHED).exists()
    told = capsys.readouterr().err
    assert "apply again" in told
    notes = [str(text) for text in set_aside.notes()]
    assert len(notes) == 2, "whoever looks next reads of both"
    assert all(note in told for note in notes)
    requests.submit(REQUEST)
    assert main() == 0
    assert house.run == run, "the next request goes on with it"
    assert runs.state(run).outcome == Ending.DONE
    assert set_aside.notes() == []


def asks_for(path: Path, kind: str) -> None:
    path.write_text(json.dumps({**json.loads(REQUEST.dump()), "kind": kind}))


def test_a_request_for_a_kind_of_run_that_is_not_known_is_named_and_put_away(house: House) -> None:
    at(places.VOLATILE).mkdir(exist_ok=True)
    asks_for(at(places.REQUEST), "defrost")
    assert main() == 0
    assert not at(places.REQUEST).exists()
    assert runs.every() == []
    (note,) = map(str, set_aside.notes())
    assert "defrost" in note


def test_a_run_of_a_kind_that_is_not_known_does_not_go_on(house: House) -> None:
    """Neither by itself, nor with what was asked for after it."""
    run = killed(house, {"kind": "run-started", "run_kind": "defrost", "steps": ["first"]})
    asks_for(run / "request.json", "defrost")
    before = (run / "journal.jsonl").read_text()
    assert main() == 0
    (note,) = map(str, set_aside.notes())
    assert "defrost" in note
    requests.submit(REQUEST)
    assert main() == 0
    assert (run / "journal.jsonl").read_text() == before
    assert runs.latest() != run
    assert runs.state(runs.latest()).outcome == Ending.DONE


@pytest.mark.parametrize("text", ['[node]\nrole = "worker"\nzone = "a"\n', "{", ""])
def test_answers_of_another_version_are_kept_before_they_are_written_anew(
    house: House, text: str
) -> None:
    at(places.ANSWERS).write_text(text)
    requests.submit(REQUEST)
    main()
    assert last_answers.last().answers == ANSWERS
    kept = house.run / "originals" / str(places.ANSWERS).lstrip("/")
    assert kept.read_text() == text


def test_answers_of_a_run_before_are_in_its_own_folder(house: House) -> None:
    at(places.ANSWERS).write_text(dump(replace(ANSWERS, node=replace(ANSWERS.node, hostname="a"))))
    requests.submit(REQUEST)
    main()
    assert not (house.run / "originals").exists()


def test_a_clock_that_was_ahead_hides_no_later_run(house: House) -> None:
    old = at(places.RUNS) / "20991231T000000Z"
    old.mkdir(parents=True)
    (old / "journal.jsonl").write_text('{"kind": "run-ended", "outcome": "done"}\n')
    requests.submit(REQUEST)
    main()
    assert house.run.name.startswith("r0001-")
