"""Keeps how long each test took: durations.json, from which order and parts follow."""

from __future__ import annotations

import pytest

from .matrix import DURATIONS, Durations


class Recorder:
    """Listens to the outcomes of a run; a green one replaces what was known of the files that it ran."""

    def __init__(self, known: Durations) -> None:
        self._known = known
        self._took: dict[str, float] = {}
        self._matrix: set[str] = set()
        self._skipped = self._green = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Setup, call and teardown together."""
        self._skipped |= report.skipped
        self._took[report.nodeid] = self._took.get(report.nodeid, 0.0) + report.duration
        if "matrix" in report.keywords:
            self._matrix.add(report.nodeid)

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """What failed or did not run took another time than it will."""
        if exitstatus != pytest.ExitCode.OK or self._skipped:
            return
        self._green = True
        seconds = {test: round(took) for test, took in self._took.items()}
        newer = Durations(
            matrix={test: took for test, took in seconds.items() if test in self._matrix},
            others={test: took for test, took in seconds.items() if test not in self._matrix},
        )
        self._known.renewed_by(newer).write()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Whether the file is new."""
        told = f"{DURATIONS} written" if self._green else "durations not recorded: not all passed"
        terminalreporter.write_line(told)
