"""What is told of a change, in `plan --json` and in the journal."""

from __future__ import annotations

import json

from tui_installer.model.change import RunCommand, WriteFile, edit
from tui_installer.model.facts import File, Files
from tui_installer.model.plan import Plan, PlannedStep
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step
from tui_installer.model.text import T, Text

WHY = T("because of {thing}", thing="it")


def test_a_file_is_told_with_how_it_is_undone() -> None:
    new = WriteFile("/etc/x", "text", WHY)
    assert new.to_json() == {
        "kind": "write-file",
        "summary": {"text": "because of {thing}", "params": {"thing": "it"}},
        "path": "/etc/x",
        "mode": "0644",
        "undo": "remove",
    }
    assert WriteFile("/etc/x", "text", WHY, before="").to_json()["undo"] == "restore"
    assert WriteFile("/run/x", "text", WHY, temporary=True).to_json()["undo"] == "temporary"


def test_the_content_of_a_file_is_never_told() -> None:
    secret = WriteFile("/run/x", Secret("fgb53hon9hd6xs29"), WHY, mode=0o600)
    assert "fgb53hon9hd6xs29" not in json.dumps(secret.to_json()) + repr(secret)


def test_a_command_is_told_with_its_undo() -> None:
    change = RunCommand(("swapoff", "-a"), WHY, undo=(("swapon", "/dev/dm-1"),))
    told = change.to_json()
    assert told["argv"] == ["swapoff", "-a"]
    assert told["undo"] == [["swapon", "/dev/dm-1"]]
    assert json.loads(json.dumps(told)) == told


def test_an_edited_file_keeps_its_mode_and_its_owner() -> None:
    files = Files({"/etc/x": File("old", 0o600, 7, 8)})
    assert edit(files, "/etc/x", "new", WHY) == WriteFile("/etc/x", "new", WHY, "old", 0o600, 7, 8)
    assert edit(files, "/etc/y", "new", WHY) == WriteFile("/etc/y", "new", WHY)


def test_a_plan_in_json() -> None:
    step = Step("swap", T("Swap"), T("about"), lambda _answers, _facts: (), ())
    write, run = WriteFile("/etc/fstab", "", WHY), RunCommand(("swapoff", "-a"), WHY)
    plan = Plan((PlannedStep(step, (write, run)),))
    told = plan.to_json(lambda text: f"<{text.template}>")
    assert told["version"] == 1
    assert told["steps"][0]["id"] == "swap"
    assert [row["kind"] for row in told["steps"][0]["changes"]] == ["write-file", "run-command"]
    assert told["steps"][0]["changes"][0]["summary"] == "<because of {thing}>"
    assert plan.files == [write]
    assert plan.commands == [run]
    assert plan.changes_of("swap") == (write, run)
    assert plan.changes_of("nosuch") == ()


def test_an_empty_list_means_nothing_to_do() -> None:
    step = Step("swap", T("Swap"), T("about"), lambda _answers, _facts: (), ())
    told = Plan((PlannedStep(step, ()),)).to_json(Text.__str__)
    assert told["steps"][0]["changes"] == []
