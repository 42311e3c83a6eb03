"""A command is played by a process of its own, which prints, writes and ends as the recorded one did."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tui_installer.host import files, shell
from tui_installer.host.gather import gather
from tui_installer.host.machine import use
from tui_installer.host.scope import Scope
from tui_installer.host.shell import Child
from tui_installer.model import places
from tui_installer.model.facts import HostName, Images, Packages, Services, Swap
from tui_installer.rehearsal import recording, scratch, taints
from tui_installer.rehearsal.play import NOT_RECORDED
from tui_installer.rehearsal.stand_in import Rehearsal
from tui_installer.rehearsal.state import RehearsedState

# Seconds; only a test that fails waits as long.
LONG = 120.0

ANSWERS = '[node]\nrole = "first-control-plane"\nhostname = "node7"\ninterface = "ens33"\n'
PULL = "registry.aliyuncs.com/google_containers/pause:3.8"


@pytest.fixture
def rehearsal(tmp_path: Path) -> Iterator[Rehearsal]:
    """The fresh machine, two hundred times as fast."""
    fresh = recording.load(recording.place("fresh"))
    with scratch.made_of(fresh, "fresh", 200, {"XDG_STATE_HOME": str(tmp_path)}) as found:
        use(found)
        files.write(str(places.ANSWERS), ANSWERS)
        yield found


def played(tmp_path: Path, *argv: str) -> tuple[int, str]:
    raw = tmp_path / "raw"
    child = Child(argv, raw, {})
    assert child.wait(LONG)
    return child.code, raw.read_text()


def test_what_a_command_brings_about(rehearsal: Rehearsal, tmp_path: Path) -> None:
    assert gather((Swap,), Scope())[Swap].devices
    assert played(tmp_path, "swapoff", "-a") == (0, "")
    assert gather((Swap,), Scope())[Swap].devices == ()


def test_it_prints_what_was_printed(rehearsal: Rehearsal, tmp_path: Path) -> None:
    code, said = played(tmp_path, "systemctl", "disable", "--now", "firewalld.service")
    assert code == 0
    assert "Removed" in said
    assert not gather((Services,), Scope())[Services]["firewalld.service"].running


def test_this_nodes_name_stands_in_the_place_of_the_recorded_one(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    assert played(tmp_path, "hostnamectl", "set-hostname", "node7")[0] == 0
    assert gather((HostName,), Scope())[HostName].current == "node7"


def test_an_image_is_fetched_where_its_bytes_are_counted(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    from tui_installer.host import meters

    read = meters.images([PULL])
    assert played(tmp_path, "crictl", "pull", PULL)[0] == 0
    reading = read("")
    assert reading.done == reading.total
    assert reading.done > 100_000
    assert [part.name for part in reading.parts] == [PULL]
    assert PULL in gather((Images,), Scope())[Images].present


def test_taints_are_put_on_and_taken_off_by_the_words_of_the_command() -> None:
    """Every turn: on, off, and on again; one that is there already, or is not, is an error as kubectl's."""
    key = "node-role.kubernetes.io/control-plane"
    other = {"key": "gpu", "effect": "NoExecute", "value": "yes"}
    node: dict[str, Any] = {"name": "n1", "schedulable": False, "taints": [other]}
    state = RehearsedState({"Workloads": {"nodes": [{"name": "n0", "taints": []}, node]}})

    def kubectl(*words: str) -> tuple[int, str]:
        argv = ("kubectl", "--kubeconfig=/f", "taint", "nodes", *words)
        assert taints.asked(argv)
        return taints.play(state, argv)

    assert kubectl("n1", f"{key}:NoSchedule", "a=b:NoSchedule") == (0, "node/n1 tainted\n")
    assert [taint["key"] for taint in node["taints"]] == ["gpu", key, "a"]
    assert kubectl("n1", f"{key}:NoSchedule")[0] == 1
    assert kubectl("n1", "a:NoSchedule-", f"{key}:NoSchedule-") == (0, "node/n1 untainted\n")
    assert (node["taints"], node["schedulable"]) == ([other], False)
    assert kubectl("n1", f"{key}:NoSchedule-")[0] == 1
    assert kubectl("n1", "gpu:NoExecute-")[0] == 0
    assert (node["taints"], node["schedulable"]) == ([], True)
    assert kubectl("n2", "gpu:NoExecute-")[0] == 1


def test_a_command_that_nobody_has_recorded_is_not_known(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    code, said = played(tmp_path, "frobnicate", "--all")
    assert code == NOT_RECORDED
    assert "no reference run holds this: frobnicate --all" in said
    argv = ("yum", "-y", "install", "nosuch-1.0")
    assert "nosuch-1.0" in played(tmp_path, *argv)[1]
    assert "nosuch" not in gather((Packages,), Scope())[Packages].installed


def test_a_question_that_nobody_has_recorded_is_not_answered(rehearsal: Rehearsal) -> None:
    said = shell.output("docker", "ps")
    assert said.code != 0
    assert "the recording does not say" in said.err


def test_files_are_those_of_the_machine(rehearsal: Rehearsal) -> None:
    hosts = files.read("/etc/hosts")
    assert hosts is not None
    assert hosts.text == (rehearsal.root / "etc/hosts").read_text()
    assert "10.77.0.2" in hosts.text


def test_nothing_of_this_machine_is_started(rehearsal: Rehearsal, tmp_path: Path) -> None:
    """`touch` is on every computer, and in no recording."""
    code, _ = played(tmp_path, "touch", str(tmp_path / "made"))
    assert code == NOT_RECORDED
    assert not (tmp_path / "made").exists()


def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    fresh = recording.load(recording.place("fresh"))
    with scratch.made_of(fresh, "fresh", 1, {"XDG_STATE_HOME": str(tmp_path)}) as found:
        assert (found.root / "etc/hosts").exists()
        told = json.loads((found.folder / "about.json").read_text())
        assert told["machine"] == "fresh"
        # A rehearsal that goes on is left alone by one that begins.
        scratch.sweep(found.folder.parent)
        assert found.folder.exists()
    assert not found.folder.exists()


@pytest.mark.parametrize("lock", [True, False], ids=["killed", "killed while it was removed"])
def test_one_that_was_killed_is_swept_by_the_next(tmp_path: Path, lock: bool) -> None:
    above = scratch.home({"XDG_STATE_HOME": str(tmp_path)})
    left = above / "at-killed"
    (left / "root").mkdir(parents=True)
    if lock:
        (left / "lock").touch()
    scratch.sweep(above)
    assert not left.exists()
