"""Which recorded command stands for one of this run."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui_installer.rehearsal import reference
from tui_installer.rehearsal.effect import Effect, Moment
from tui_installer.rehearsal.folder import About, RehearsalFolder
from tui_installer.rehearsal.reference import RecordedRun, adapted, in_words_of
from tui_installer.rehearsal.script import runs_for

THERE = {"hostname": "master01", "interface": "ens33", "address": "10.77.0.31"}
HERE = {"hostname": "node7", "interface": "eth0", "address": "192.168.40.7"}
YUM = ["yum", "-y", "--enablerepo=base", "install"]


def run(*changes: Effect) -> RecordedRun:
    return RecordedRun(1, "run", "0.1.0", "2026-11-25T05:00:00", "worker", THERE, list(changes))


def effect(*argv: str, **rest: object) -> Effect:
    return Effect("step", list(argv), **rest)  # type: ignore[arg-type]


def closest(*argv: str, changes: list[Effect], times: int = 0) -> Effect | None:
    found = reference.closest(argv, [("one", run(*changes))], HERE, times)
    return adapted(found[0], found[1].values, HERE) if found else None


def test_the_same_command_of_another_node() -> None:
    recorded = effect("hostnamectl", "set-hostname", "master01", seconds=2)
    found = closest("hostnamectl", "set-hostname", "node7", changes=[recorded])
    assert found is not None
    assert found.argv == ["hostnamectl", "set-hostname", "node7"]
    assert found.seconds == 2


def test_runs_are_read_one_after_the_other(tmp_path: Path) -> None:
    """What the recording names, then the usual one of the role; a command that is found reads no more."""
    rehearsal = RehearsalFolder(tmp_path)
    rehearsal.about = About({}, "x", "", "", runs=("options",))
    names = [name for name, _ in runs_for(rehearsal, "worker")]
    assert names[:2] == ["options", "worker"]
    assert sorted(names) == reference.names()
    reference.load.cache_clear()
    assert next(runs_for(rehearsal, "worker"))[0] == "options"
    assert reference.load.cache_info().currsize == 1


def test_the_second_time_it_does_what_it_did_then() -> None:
    first, second = effect("systemctl", "restart", "x", code=1), effect("systemctl", "restart", "x")
    found = [
        closest("systemctl", "restart", "x", changes=[first, second], times=n) for n in (0, 1, 5)
    ]
    assert [one.code for one in found if one] == [1, 0, 0]


def test_another_image_is_pulled_as_another() -> None:
    moment = Moment(1.0, {"Images": {"present": {"+": ["a.com/x/pause:3.8"]}}})
    recorded = effect("crictl", "pull", "a.com/x/pause:3.8", moments=[moment])
    found = closest("crictl", "pull", "b.org/pause:3.8", changes=[recorded])
    assert found is not None
    assert found.moments[0].facts == {"Images": {"present": {"+": ["b.org/pause:3.8"]}}}


@pytest.mark.parametrize(
    "argv",
    [
        ("systemctl", "stop", "chronyd.service"),
        ("systemctl", "start", "chronyd.service", "--now"),
        ("systemctl", "start", "--all"),
        ("firewall-cmd", "start", "chronyd.service"),
    ],
)
def test_another_verb_is_another_command(argv: tuple[str, ...]) -> None:
    assert closest(*argv, changes=[effect("systemctl", "start", "chronyd.service")]) is None


def test_the_value_of_an_option_may_be_another() -> None:
    moment = Moment(0.1, {"Firewall": {"trusted": {"+": ["source 10.244.0.0/16"]}}})
    recorded = effect("firewall-cmd", "--permanent", "--add-source=10.244.0.0/16", moments=[moment])
    found = closest("firewall-cmd", "--permanent", "--add-source=172.20.0.0/16", changes=[recorded])
    assert found is not None
    assert found.moments[0].facts == {"Firewall": {"trusted": {"+": ["source 172.20.0.0/16"]}}}
    assert closest("firewall-cmd", "--permanent", "--add-port=1/tcp", changes=[recorded]) is None


def test_another_unit_is_not_this_one() -> None:
    """What a unit does at its start is its own."""
    recorded = effect("systemctl", "restart", "containerd.service")
    assert closest("systemctl", "restart", "docker.service", changes=[recorded]) is None


def test_packages_are_found_in_the_transactions_that_hold_them() -> None:
    one = effect(*YUM, "a-1", "b-1")
    two = effect(*YUM, "b-1", "c-1", "d-1")
    runs = [("one", run(one)), ("two", run(two))]
    taken, unknown = reference.closest_install([*YUM, "a-1", "c-1"], runs)
    assert [found.effect for found, _ in taken] == [one, two]
    assert unknown == []
    taken, unknown = reference.closest_install([*YUM, "a-1", "e-1"], runs)
    assert [found.effect for found, _ in taken] == [one]
    assert unknown == ["e-1"]


@pytest.mark.parametrize(
    ("text", "here"),
    [
        ("master01 at 10.77.0.31", "node7 at 192.168.40.7"),
        ("10.77.0.31:6443", "192.168.40.7:6443"),
        ("10.77.0.310 and 110.77.0.31", "10.77.0.310 and 110.77.0.31"),
        ("etcd-master01", "etcd-node7"),
        ("master012", "master012"),
        ("dev ens33 proto", "dev eth0 proto"),
    ],
)
def test_names_and_addresses_of_the_recorded_node_become_those_of_this_one(
    text: str, here: str
) -> None:
    assert in_words_of(text, THERE, HERE) == here
