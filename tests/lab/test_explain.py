"""`explain` names what was broken for real, first of all that it names, and nothing on a healthy node."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tui_installer.help.tool_tasks import TASKS
from tui_installer.model.tool_task import Sample, Tool, filled

from .cluster import MASTER
from .conftest import FreshNode
from .faults import QUICK, SLOW, STRANGE, TOGETHER, Fault, Strange
from .lab import Lab
from .node import Node
from .product import apply, good, program, until, up
from .told import Result

# Seconds: a unit that does not run is judged by its words of the last two minutes, those of the fault before among them.
LONG = 180
# One of each runs always; all of them take half an hour.
AT_ONCE = ("containerd_config_toml-kubelet_down", "kubelet-feature_gate")


def shell(node: Node, line: str) -> Result:
    """Runs a line of a shell as a unit of the node."""
    return node.run("sh", "-c", line)


def explained(node: Node) -> tuple[int, dict[str, Any]]:
    """Returns the exit code and the object."""
    result = program(node, "explain", "--json")
    told: dict[str, Any] = json.loads(result.out)
    assert told["version"] == 1
    return result.code, told


def first(node: Node) -> str:
    """Returns the id of the first cause; empty if there is none."""
    causes = explained(node)[1]["causes"]
    return str(causes[0]["id"]) if causes else ""


@pytest.fixture(scope="module")
def master(lab: Lab) -> Iterator[Node]:
    """A control plane that carries its pods."""
    node = up(lab, "master01", "10.77.0.11/24", "10.78.0.11/24")
    good(apply(node, MASTER))
    yield node
    node.down()


def healthy(node: Node) -> bool:
    code, told = explained(node)
    return (code, told["causes"], told["unread"]) == (0, [], {})


def test_a_machine_without_a_cluster_has_no_causes(fresh_server: FreshNode) -> None:
    node = fresh_server("worker01")
    before = node.tree_state("/etc", "/var/lib", "/run/tui-installer")
    assert healthy(node), explained(node)
    assert node.tree_state("/etc", "/var/lib", "/run/tui-installer") == before


def test_a_control_plane_that_was_just_made_has_no_causes(master: Node) -> None:
    # The kubelet's log of the last minute still tells of the API server that it waited for.
    until(lambda: healthy(master), 120)
    said = program(master, "explain", "--lang", "zh")
    assert (said.code, said.err) == (0, "")


def test_what_diagnostics_runs_answers_and_changes_nothing(master: Node) -> None:
    """Each command of a task that only reads, with samples of the node, as the page runs it."""
    lists = (
        "ctr -n k8s.io images ls -q",
        "crictl ps -aq --no-trunc | sort",
        "ctr -n k8s.io content ls -q",
    )

    def state() -> tuple[object, ...]:
        told = (good(shell(master, line)).out for line in lists)
        return (*told, master.tree_state("/etc"))

    first = good(shell(master, "crictl images -o json")).out
    image = next(one for one in json.loads(first)["images"] if one["repoTags"])
    samples = {
        Sample.IMAGE: image["repoTags"][0],
        Sample.DIGEST: image["id"],
        Sample.CONTAINER: good(shell(master, "crictl ps -q")).out.split()[0],
        Sample.POD: good(shell(master, "crictl pods -q")).out.split()[0],
    }
    before = state()
    for task in TASKS:
        for tool in (Tool.CTR, Tool.CRICTL) if task.reads else ():
            for argv in task.usage(tool).commands:
                result = master.run(*filled(argv, samples))
                assert result.code == 0, (argv, result)
                assert result.out + result.err, argv
    assert state() == before


@pytest.mark.parametrize(
    "fault",
    [
        *(pytest.param(fault, id=fault.cause) for fault in QUICK),
        *(pytest.param(fault, id=fault.cause, marks=pytest.mark.matrix) for fault in SLOW),
    ],
)
def test_what_is_broken_comes_first(master: Node, fault: Fault) -> None:
    good(shell(master, fault.breaks))
    try:
        until(lambda: first(master) == fault.cause, 90)
        code, told = explained(master)
        cause = told["causes"][0]
        assert (code, cause["id"], cause["explained_by"]) == (fault.code, fault.cause, "")
        assert cause["evidence"]
        assert cause["cure"]
    finally:
        good(shell(master, fault.cure))
    until(lambda: healthy(master), 120)


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in AT_ONCE else pytest.mark.matrix) for name in TOGETHER],
)
def test_of_several_faults_the_one_that_explains_comes_first(master: Node, name: str) -> None:
    fault = TOGETHER[name]

    def named() -> bool:
        causes = explained(master)[1]["causes"]
        # What the others show may come a moment later.
        return len(causes) > 1 and (causes[0]["id"], causes[0]["explained_by"]) == (fault.cause, "")

    good(shell(master, fault.breaks))
    try:
        until(named, LONG)
    finally:
        good(shell(master, fault.cure))
    until(lambda: healthy(master), 180)


def shows(told: dict[str, Any], word: str) -> bool:
    """Tells whether a line beside the causes has the word."""
    return any(word in line for line in told["unexplained"])


@pytest.mark.parametrize(
    "strange",
    [
        pytest.param(one, id=one.id, marks=() if one.id in AT_ONCE else pytest.mark.matrix)
        for one in STRANGE
    ],
)
def test_what_has_no_entry_is_not_known_and_its_evidence_is_shown(
    master: Node, strange: Strange
) -> None:
    def not_known() -> bool:
        code, told = explained(master)
        assert len(told["unexplained"]) <= 12
        return (code, told["known"]) == (1, False) and shows(told, strange.word)

    good(shell(master, strange.breaks))
    try:
        until(not_known, LONG)
    finally:
        good(shell(master, strange.cure))
    until(lambda: healthy(master), 180)
