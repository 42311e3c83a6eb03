"""`attach` on a run that is over, and without one."""

from __future__ import annotations

import json

import pytest

from tests.support.calls import EN, ends
from tests.support.machine import Fake
from tui_installer.cli.commands import attach
from tui_installer.exits import ExitCode
from tui_installer.host.machine import at
from tui_installer.model import places


def test_attach_to_nothing(machine: Fake) -> None:
    code, told = ends(lambda: attach.run(EN, False))
    assert code == ExitCode.DONE
    assert told


def test_attach_prints_the_last_pass_of_the_last_run(
    machine: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    run = at(places.RUNS) / "1"
    run.mkdir()
    rows = [
        {"kind": "run-started", "run": "1", "steps": []},
        {"kind": "run-ended", "outcome": "stopped"},
        {"kind": "run-started", "run": "1", "steps": [], "resumed": True},
        {"kind": "run-ended", "outcome": "failed"},
    ]
    (run / "journal.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert attach.run(EN, True) == ExitCode.FAILED
    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row.get("outcome") for row in printed] == [None, "failed"]
