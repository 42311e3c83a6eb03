"""A tree that version 0.1.0 has left on a node is read, gone on with, and added to."""

from __future__ import annotations

import tarfile
from pathlib import Path

import pytest

from tests.engine.test_main import House, house
from tui_installer.cli.run_lines import Lines
from tui_installer.engine.main import main
from tui_installer.host import drafts, last_answers, runs
from tui_installer.host.facts import proved
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.ending import Ending
from tui_installer.model.facts import Facts, Workloads
from tui_installer.model.standing import standing_of
from tui_installer.steps import proof
from tui_installer.text.language import Language

__all__ = ["house"]
TREES = Path(__file__).parent / "data/tree-0.1.0"
ROLE, NAME = "first-control-plane", "master01"


def laid(house: House, tree: str) -> House:
    """The files of a tree in the places that the test has for them."""
    whole = house.folder / "whole"
    with tarfile.open(TREES / f"{tree}.tar.gz") as archive:
        archive.extractall(whole, filter="data")
    at(places.STATE).joinpath("runs").rmdir()
    at(places.STATE).rmdir()
    (whole / "var/lib/tui-installer").rename(at(places.STATE))
    (whole / "etc/tui-installer/answers.toml").rename(at(places.ANSWERS))
    if (whole / "run/tui-installer").exists():
        at(places.VOLATILE).rmdir()
        (whole / "run/tui-installer").rename(at(places.VOLATILE))
    return house


@pytest.fixture
def finished(house: House) -> House:
    return laid(house, "finished")


@pytest.fixture
def cut_off(house: House) -> House:
    return laid(house, "cut-off")


def test_its_runs_are_read(finished: House, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = runs.every()
    for run, outcome in ((first, Ending.DONE), (second, Ending.NOTHING)):
        state = runs.state(run)
        assert state.outcome == Ending.DONE
        assert state.ended["kubeadm_init"] == outcome
        assert not state.open and not state.unfinished
    standing = standing_of(runs.read_events(first))
    assert (standing.outcome, standing.done) == (Ending.DONE, len(standing.steps))
    assert not standing.newer
    for language in ("en", "zh"):
        lines = Lines(Language(language))
        for event in runs.read_events(first):
            lines.tell(event)
    told = capsys.readouterr().out
    assert (
        "make the control plane" in told and "制作" not in told.split("make the control plane")[0]
    )
    assert "done: this node is what the answers ask for" in told


def test_its_requests_and_answers_are_read(finished: House) -> None:
    answers = last_answers.last().answers
    assert answers is not None
    assert (answers.node.role, answers.node.hostname) == (ROLE, NAME)
    for run in runs.every():
        asked = runs.request_of(run)
        assert asked is not None
        assert asked.answers == answers


def test_its_draft_is_taken_up_and_overtaken_by_the_next_run(finished: House) -> None:
    found = drafts.load()
    assert found is not None
    assert found.values == {
        "node.hostname": "master02",
        "cluster.pod_subnet": "172.20.0.0/16",
        "options.docker": True,
    }
    drafts.save(found.values)
    again = drafts.load()
    assert again is not None and again.values == found.values
    at(places.ANSWERS).write_text(at(places.ANSWERS).read_text().replace(NAME, "master03"))
    assert drafts.load() is None


def test_its_proof_still_holds(finished: House) -> None:
    found = proved.parse(at(places.PROOF).read_text())
    assert found.good and found.rows
    facts = Facts().having(found, runs.past(), Workloads())
    assert list(proof.changes(Answers(), facts)) == []


def test_the_next_run_is_ordered_behind_them(finished: House) -> None:
    before = runs.every()
    after = runs.new()
    assert after.name.startswith("r0001-")
    after.mkdir()
    (after / "journal.jsonl").write_text('{"kind": "run-started", "steps": []}\n')
    assert runs.every() == [*before, after]
    assert runs.latest() == after


def test_a_run_that_was_cut_off_is_taken_up(cut_off: House) -> None:
    (run,) = runs.every()
    state = runs.state(run)
    assert "kubeadm_init" in state.unfinished
    (child,) = state.open.values()
    assert child.argv[:2] == ("kubeadm", "init")
    at(places.REQUEST).unlink()
    at(places.BOOTED).unlink()
    assert main() == 0
    assert runs.every() == [run], "the same run"
    assert runs.state(run).outcome == Ending.DONE
    assert cut_off.marks == {"first", "second"}
    assert not runs.state(run).open
    assert not at(places.UNFINISHED).exists()
    assert list(at(places.RAW).iterdir()) == []


def test_without_a_reboot_its_request_and_output_are_taken_up(cut_off: House) -> None:
    raw = at(places.RAW) / "kubeadm_init-3"
    with raw.open("a") as file:
        file.write("[certs] Generating\n")
    assert main() == 0
    (run,) = runs.every()
    log = (run / "output/kubeadm_init.log").read_text()
    assert log.endswith("[certs] Generating\n")
    assert log.count("[preflight] Running pre-flight checks") == 1, "no line twice"
    assert runs.state(run).outcome == Ending.DONE
