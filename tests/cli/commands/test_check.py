"""`check` in lines and in JSON, with and without answers."""

from __future__ import annotations

import json

import pytest

from tests.support.calls import EN, answers
from tests.support.machine import Fake
from tui_installer.cli.commands import check
from tui_installer.exits import ExitCode
from tui_installer.model.facts import System


def test_check_as_json(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(EN, answers(machine), True) == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    assert told["version"] == 1
    assert {"id", "outcome", "detail", "cure"} <= set(told["checks"][0])
    assert {row["outcome"] for row in told["checks"]} <= {
        "ok",
        "warn",
        "FAIL",
        "planned",
        "unknown",
    }


def test_check_without_answers(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.run(EN, None, False) == ExitCode.DONE
    assert "master01" in capsys.readouterr().out


def test_a_fail_gives_one(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    machine.set(System(memory=1 << 30))
    assert check.run(EN, answers(machine), False) == ExitCode.FAILED
    out = capsys.readouterr().out
    assert out.startswith("FAIL ")
    assert "[memory]" in out
