"""`plan` in its four forms, and the script that it prints."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.calls import EN, answers
from tests.support.machine import Fake
from tui_installer.cli.arguments import read_answers
from tui_installer.cli.commands import plan
from tui_installer.exits import ExitCode
from tui_installer.preflight import inspection


def printed_as(path: Path, form: str) -> int:
    return plan.run(EN, path, diff=form == "diff", shell=form == "shell", as_json=form == "json")


def test_plan_as_json(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_as(answers(machine), "json") == ExitCode.DONE
    told = json.loads(capsys.readouterr().out)
    steps = {row["id"]: row["changes"] for row in told["steps"]}
    assert steps["swap"] == []
    for change in (change for rows in steps.values() for change in rows):
        assert change["kind"] in ("write-file", "run-command")
        assert isinstance(change["summary"], str)
        assert "undo" in change
        assert ("path" in change) != ("argv" in change)


def test_plan_with_the_lines_of_files(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_as(answers(machine), "diff") == ExitCode.DONE
    out = capsys.readouterr().out
    assert "+192.168.40.180 master01" in out
    assert "$ kubeadm init --config" in out
    printed_as(answers(machine), "")
    assert "+192.168.40.180 master01" not in capsys.readouterr().out


def test_plan_as_a_script(machine: Fake, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed_as(answers(machine), "shell") == ExitCode.DONE
    script = capsys.readouterr().out
    assert script.startswith("#!/bin/bash\n")
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert "SystemdCgroup = true" in script


def test_the_files_of_a_script_are_those_of_the_plan(
    machine: Fake, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """The part of the script that writes files, run in a folder."""
    printed_as(answers(machine), "shell")
    script = capsys.readouterr().out
    root = tmp_path / "root"
    parts = re.findall(
        r"^mkdir -p \S+\ncat >\S+ <<'(?s:(\w+)'\n.*?\n\1)\nchmod \d+ \S+$", script, re.M
    )
    assert len(parts) > 5
    blocks = re.findall(r"(?ms)^(mkdir -p /.*?^chmod \d{4} \S+)$", script)
    here = re.sub(r"(?m)^(mkdir -p |cat >|chmod \d{4} )/", rf"\1{root}/", "\n".join(blocks))
    subprocess.run(["bash", "-e"], input=here, text=True, check=True)
    wanted = inspection.look(inspection.Asked(read_answers(EN, answers(machine)))).plan.files
    for file in wanted:
        assert isinstance(file.content, str)
        assert Path(f"{root}{file.path}").read_text() == file.content


def test_a_plan_of_a_worker_shows_no_token(
    machine: Fake, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("", "diff", "shell", "json"):
        assert printed_as(answers(machine, role="worker"), form) == ExitCode.DONE
    assert "/run/tui-installer/temporary/kubeadm-join.yaml" in capsys.readouterr().out
