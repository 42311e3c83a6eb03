"""Fixtures for tests on real nodes. All tests below this folder carry the marker `lab`.

They run where LAB=1 or CI=true says so; with CI=true what keeps them from running is a failure.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from .lab import Lab, build, why_not
from .node import Node
from .told import LabUnavailableError

HERE = Path(__file__).resolve().parent
IN_CI = os.environ.get("CI") == "true"
# Whether this process runs tests for another one, which tells their outcomes.
WORKER = "PYTEST_XDIST_WORKER" in os.environ

# The last number of a node's two addresses, 10.77.0.N and 10.78.0.N.
NUMBERS = {"master01": 11, "worker01": 12, "worker02": 13, "master02": 21, "master03": 22}


# Before xdist's own, which reads the groups.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that share a node of their module stay in one process; the rest go where there is room."""
    for item in items:  # pytest hands every conftest all items
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.lab)
            if _shares_a_node(item):
                item.add_marker(pytest.mark.xdist_group(item.path.stem))
    if WORKER:
        # xdist begins with the largest group; the short tests come last, so that all end together.
        items.sort(key=lambda item: item.path.name == "test_lab.py")


def _shares_a_node(item: pytest.Item) -> bool:
    if not isinstance(item, pytest.Function):
        return False
    found = item._fixtureinfo.name2fixturedefs.values()
    return any(fixture.scope == "module" for same in found for fixture in same)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test is told by the name that runs it again, without the group that xdist has put behind."""
    if not WORKER:
        report.nodeid = report.nodeid.removesuffix(f"@{Path(report.location[0]).stem}")


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


@pytest.fixture
def fresh_node(lab: Lab) -> Iterator[FreshNode]:
    """With two cards ens33 is 10.77.0.N and ens34 10.78.0.N, which has the default route."""
    booted: list[Node] = []

    def boot(name: str = "master01", *, address: str | None = None, cards: int = 2) -> Node:
        first = address or f"10.77.0.{NUMBERS[name]}/24"
        second = first.replace("10.77.", "10.78.", 1) if cards == 2 else None
        booted.append(lab.up(name, first, second))
        return booted[-1]

    yield boot
    for node in booted:
        node.down()


@pytest.fixture
def node(fresh_node: FreshNode) -> Node:
    """A fresh master01 with two cards."""
    return fresh_node()
