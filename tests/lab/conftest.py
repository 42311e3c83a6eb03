"""Fixtures for tests on real nodes. All tests below this folder carry the marker `lab`.

They run where LAB=1 or CI=true says so; with CI=true what keeps them from running is a failure.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from . import matrix, product
from .groups import groups_of, without_group
from .lab import Lab, build, why_not
from .node import Node
from .recorder import Recorder
from .told import LabUnavailableError

HERE = Path(__file__).resolve().parent
IN_CI = os.environ.get("CI") == "true"
# Whether this process runs tests for another one, which tells their outcomes.
WORKER = "PYTEST_XDIST_WORKER" in os.environ
RECORDED = pytest.StashKey[matrix.Durations]()
PART = pytest.StashKey["matrix.Part | None"]()

# The last number of a node's two addresses, 10.77.0.N and 10.78.0.N.
NUMBERS = {"master01": 11, "worker01": 12, "worker02": 13, "master02": 21, "master03": 22}


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `tests/lab/durations.json` is made by."""
    parser.getgroup("lab").addoption(
        "--record-durations",
        action="store_true",
        help="keep how long each lab test took, in tests/lab/durations.json; needs MATRIX=all",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Before anything is collected: a wrong MATRIX is wrong usage."""
    recorded = matrix.Durations.read()
    asked = os.environ.get("MATRIX", "")
    try:
        part = matrix.chosen(asked, recorded, matrix.commit(HERE))
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None
    config.stash[RECORDED], config.stash[PART] = recorded, part
    if WORKER:
        return
    # The groups come in our order.
    config.option.loadscopereorder = False
    if config.getoption("record_durations", False):
        if part is not None:
            raise pytest.UsageError("--record-durations needs MATRIX=all")
        config.pluginmanager.register(Recorder(recorded))


def pytest_report_header(config: pytest.Config) -> str:
    """Which part of the matrix runs, and how to run all of it."""
    part = config.stash[PART]
    if part is None:
        return "matrix: all of it"
    return f"matrix: part {part}; MATRIX=all runs all of it, MATRIX={part} this part"


# Before xdist's own, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only our part of the matrix; tests that share a node in one process, and what takes longest first."""
    here = [item for item in items if item.path.is_relative_to(HERE)]  # pytest hands us all
    for item in here:
        item.add_marker(pytest.mark.lab)
    recorded = config.stash[RECORDED]
    of_matrix = {item.nodeid: item for item in here if item.get_closest_marker("matrix")}
    left = of_matrix.keys() - matrix.picked(config.stash[PART], sorted(of_matrix), recorded)
    if left:
        config.hook.pytest_deselected(items=[of_matrix[test] for test in sorted(left)])
        items[:] = [item for item in items if item.nodeid not in left]
    groups = groups_of([item for item in here if item.nodeid not in left])
    for item, group in groups.items():
        item.add_marker(pytest.mark.xdist_group(group))
    if WORKER:
        _longest_first(items, groups, recorded)


def _longest_first(
    items: list[pytest.Item], groups: dict[pytest.Item, str], recorded: matrix.Durations
) -> None:
    """By whole groups, so that all processes end together."""
    lengths: dict[str, int] = {}
    for item in items:
        group = groups.get(item, item.nodeid)
        lengths[group] = lengths.get(group, 0) + recorded.of(item.nodeid)
    items.sort(key=lambda item: -lengths[groups.get(item, item.nodeid)])


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test is told by the name that runs it again, without the group that xdist has put behind."""
    if not WORKER:
        report.nodeid = without_group(report.nodeid)


def _cannot(reason: str) -> None:
    if IN_CI:
        pytest.fail(f"CI=true, and the lab cannot run: {reason}", pytrace=False)
    pytest.skip(f"no lab: {reason}")


@pytest.fixture(scope="session")
def lab(request: pytest.FixtureRequest) -> Iterator[Lab]:
    """The built lab with its world running; each test process has one of its own."""
    if not IN_CI and os.environ.get("LAB") != "1":
        _cannot("LAB=1 asks for it")
    if WORKER and not request.config.getvalue("loadgroup"):
        _cannot("with -n it needs --dist loadgroup: tests on one node stand on each other")
    if reason := why_not():
        _cannot(reason)
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():  # a first build takes minutes: show it
            out = build()
        Lab.sweep_leftovers()
        lab = Lab(out)
    except LabUnavailableError as error:
        _cannot(str(error))
        raise
    with lab:
        lab.world()
        yield lab


class FreshNode(Protocol):
    """Boots a node nobody has touched; it is gone after the test."""

    def __call__(
        self, name: str = "master01", *, address: str | None = None, cards: int = 2
    ) -> Node: ...


Boot = Callable[[Lab, str, str, str | None], Node]


def _booting(lab: Lab, up: Boot) -> Iterator[FreshNode]:
    """With two cards ens33 is 10.77.0.N and ens34 10.78.0.N, which has the default route."""
    booted: list[Node] = []

    def boot(name: str = "master01", *, address: str | None = None, cards: int = 2) -> Node:
        first = address or f"10.77.0.{NUMBERS[name]}/24"
        second = first.replace("10.77.", "10.78.", 1) if cards == 2 else None
        booted.append(up(lab, name, first, second))
        return booted[-1]

    yield boot
    for node in booted:
        node.down()


@pytest.fixture
def fresh_node(lab: Lab) -> Iterator[FreshNode]:
    """Nodes without the program."""
    yield from _booting(lab, Lab.up)


@pytest.fixture
def fresh_server(lab: Lab) -> Iterator[FreshNode]:
    """Nodes on which the program is installed."""
    yield from _booting(lab, product.up)


@pytest.fixture
def node(fresh_node: FreshNode) -> Node:
    """A fresh master01 with two cards."""
    return fresh_node()


@pytest.fixture
def slow_world(lab: Lab) -> Iterator[None]:
    """Slow enough that a download can be met."""
    lab.world("6m")
    yield
    lab.world()
