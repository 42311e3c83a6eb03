"""What holds for every test: with CI=true nothing may be skipped."""

import fcntl
import gc
import os
import signal
import sys
from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tui_installer.host import machine
from tui_installer.host.this_machine import ThisMachine

IN_CI = os.environ.get("CI") == "true"
# No time is asserted in a test. Few examples for those who wait; with a second Python CI asks for few too.
settings.register_profile("few", deadline=None, max_examples=30)
settings.register_profile("many", deadline=None, max_examples=100)
settings.load_profile("many" if IN_CI else "few")


HERE = Path(__file__).parent
machine.use(ThisMachine())
# What can depend on the interpreter that runs it: processes, signals, sockets, threads, files, a terminal, the start of
# the program, and one walk through every page and screen. A second interpreter runs these folders and files, and none
# but these; the one that is shipped runs all.
AGAIN = (
    "engine",
    "host",
    "rehearsal",
    "flows/test_every_screen.py",
    "ui/test_console.py",
    "ui/test_opening.py",
    "test_again.py",
    "cli/test_main.py",
    "test_entry.py",
    "test_faults.py",
    "runs/test_launch.py",
    "test_tty1.py",
    "cli/commands/test_apply.py",
    "cli/commands/test_attach.py",
    "cli/commands/test_stop.py",
)
# Of these, what repeats on data what others of them do with the interpreter; single cases carry the mark `once`.
ONCE = ("rehearsal/test_hostile.py", "rehearsal/test_patch.py", "rehearsal/test_scrub.py")


@cache
def runs_once(path: Path) -> bool:
    """Whether a second interpreter passes over a file of tests."""
    below = path.relative_to(HERE).as_posix()
    again = any(below == name or below.startswith(f"{name}/") for name in AGAIN)
    return below in ONCE or not again


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what a second interpreter passes over with -m "not once"."""
    for item in items:
        if runs_once(item.path):
            item.add_marker(pytest.mark.once)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What is passed over need not be loaded."""
    passed_over = config.option.markexpr == "not once" and collection_path.suffix == ".py"
    return True if passed_over and runs_once(collection_path) else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Let one process compile the tests; those beside it wait for it, and load what it has compiled.

    That is two thirds of what it costs to load them all for the first time.
    """
    if sys.dont_write_bytecode or "PYTEST_XDIST_WORKER" not in os.environ:
        return (yield)
    with Path(__file__).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(lock, fcntl.LOCK_SH)
        return (yield)


def pytest_configure() -> None:
    """A script's job in the background is born deaf to Ctrl+C, and so would be every program that a test starts."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Thousands of tests that live to the end are no garbage: every look for some goes past them."""
    gc.freeze()


@pytest.fixture(autouse=True)
def machine_before() -> Iterator[None]:
    """A test may put another machine in use; the next one finds that of before."""
    with machine.instead(machine.here()):
        yield


@pytest.fixture(autouse=True, scope="module")
def machine_before_the_file() -> Iterator[None]:
    """The same of a fixture that all tests of a file share."""
    with machine.instead(machine.here()):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one; an expected failure stays what it is."""
    report = yield
    if IN_CI and report.skipped and not hasattr(report, "wasxfail"):
        report.longrepr = _refusal(item.nodeid, report)
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a whole module that skips itself into a failed collection."""
    report = yield
    if IN_CI and report.skipped:
        report.longrepr = _refusal(collector.nodeid, report)
        report.outcome = "failed"
    return report


def _refusal(what: str, report: pytest.TestReport | pytest.CollectReport) -> str:
    why = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return f"{what} was skipped, and CI=true allows no skip: {why}"
