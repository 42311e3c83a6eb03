"""Every step by its cases, and what holds for all of them."""

from __future__ import annotations

import inspect
import json
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.support.cases import Watched, answers_of, cases, facts_of, text
from tui_installer import registry
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, WriteFile, acting_as
from tui_installer.model.facts import Facts, File, Files, Joining, People
from tui_installer.model.secret import Secret
from tui_installer.model.step import Step

STEPS = {step.id: step for step in registry.steps()}
CASES = cases("steps")
EVERY = pytest.mark.parametrize("name", CASES)

# The programs that steps may call; they are all of the system, or installed by a step.
PROGRAMS = {
    "crictl",
    "curl",
    "dd",
    "firewall-cmd",
    "hostnamectl",
    "install",
    "kubeadm",
    "kubectl",
    "modprobe",
    "mv",
    "nmcli",
    "rm",
    "setenforce",
    "swapoff",
    "swapon",
    "sysctl",
    "systemctl",
    "tui-installer",
    "yum",
}
# Commands that leave nothing behind to be taken back, or whose taking back is another command's.
WITHOUT_UNDO = (
    "dd of=",
    "firewall-cmd --reload",
    "install -d",
    "kubeadm init phase",
    "kubeadm reset",
    # It waits, or removes what a proof has left behind.
    "kubectl --kubeconfig=/etc/kubernetes/admin.conf -n kube-system rollout status",
    "kubectl --kubeconfig=/etc/kubernetes/admin.conf -n kube-system wait",
    "kubectl --kubeconfig=/etc/kubernetes/admin.conf -n kube-system delete pod",
    "kubectl --kubeconfig=/etc/kubernetes/admin.conf delete namespace tui-installer-proof",
    "kubectl --kubeconfig=/etc/kubernetes/kubelet.conf wait",
    "nmcli con up",
    "nmcli device reapply",
    "rm -f --",
    "sysctl -p",
    "systemctl reload",
    "systemctl reset-failed",
    "systemctl restart",
)


@dataclass(frozen=True)
class Case:
    """A case, worked out once for all that look at it."""

    name: str
    wanted: list[dict[str, Any]]
    step: Step
    answers: Answers
    facts: Facts
    changes: list[Change]

    def again(self, **files: Any) -> list[Change]:
        """The changes once more, with these files instead where some are given."""
        facts = Facts({**self.facts._topics, Files: files["files"]}) if files else self.facts
        return list(self.step.changes(self.answers, facts))


@cache
def case_of(name: str) -> Case:
    case, step = CASES[name], STEPS[name.partition("/")[0]]
    facts, answers = facts_of(case, step.reads, step.files), answers_of(case)
    changes = list(step.changes(answers, facts))
    return Case(name, case["changes"], step, answers, facts, changes)


def told(change: Change) -> dict[str, Any]:
    """A change in the words of a case."""
    if isinstance(change, WriteFile):
        content = change.content
        return {
            "write": change.path,
            "mode": f"{change.mode:04o}",
            "undo": change.to_json()["undo"],
            "content": content.reveal() if isinstance(content, Secret) else content,
            "secret": isinstance(content, Secret),
            "temporary": change.temporary,
        }
    return {
        "run": shlex.join(change.argv),
        "undo": [shlex.join(argv) for argv in change.undo],
        "resource": change.resource,
        "reaches": change.reaches,
        "together": change.together,
        "target": change.target,
        "interruptible": change.interruptible,
    }


def compare(found: dict[str, Any], wanted: dict[str, Any]) -> None:
    """Everything that the case names must be so; a file's content by the whole or by parts."""
    content = found.get("content", "")
    for key, value in wanted.items():
        if key == "content":
            assert content == text(value)
        elif key == "holds":
            assert [part for part in value if part not in content] == []
        elif key == "lacks":
            assert [part for part in value if part in content] == []
        else:
            assert found[key] == value, key


@EVERY
def test_a_case(name: str) -> None:
    case = case_of(name)
    found, wanted = [told(c) for c in case.changes], case.wanted
    assert [row.get("run") or row["write"] for row in found] == [
        row.get("run") or row["write"] for row in wanted
    ]
    for one, other in zip(found, wanted, strict=True):
        compare(one, other)
        assert "run" in other or {"content", "holds"} & set(other), "a file without its content"


def of(step: str) -> list[dict[str, Any]]:
    return [case for name, case in CASES.items() if name.partition("/")[0] == step]


def test_a_step_has_cases() -> None:
    """Three or more: one machine on which it has work, and one on which nothing is left."""
    for step in STEPS:
        found = of(step)
        assert len(found) >= 3, f"tests/steps/{step}/*.json"
        assert {bool(case["changes"]) for case in found} == {True, False}, step
        assert all(case["about"] for case in found), step


def test_no_case_is_left_over() -> None:
    assert {name.partition("/")[0] for name in CASES} <= set(STEPS)


def test_an_id_is_its_files_name() -> None:
    for step in STEPS.values():
        assert Path(inspect.getsourcefile(step.changes) or "").stem == step.id
        assert str(step.title)


# --- the rules for all steps ------------------------------------------------------------------------


def the_step_applies_to_this_machine(case: Case) -> None:
    assert case.step.applies(case.answers)


def the_same_facts_give_the_same_changes(case: Case) -> None:
    assert case.again() == case.changes


def meant(words: tuple[str, str]) -> bool:
    """No argument is empty, but one: by nothing nmcli takes a setting's value away."""
    return bool(words[1]) or words[0] in ("ipv4.addresses", "ipv4.gateway", "ipv4.dns")


def program(argv: Argv) -> str:
    """What runs, with whose rights whatever."""
    return argv[4] if argv[0] == "setpriv" else argv[0]


def a_home_is_worked_in_with_the_rights_of_its_owner(case: Case) -> None:
    """A link in it would lead root anywhere."""
    people = case.facts[People].people if People in case.step.reads else ()
    for person in (person for person in people if person.uid):
        for change in case.changes:
            if isinstance(change, WriteFile):
                assert not change.path.startswith(f"{person.home}/")
                continue
            for argv in (change.argv, *change.undo):
                if person.home in " ".join(argv):
                    assert argv[:4] == acting_as(person)


def no_shell_is_among_the_programs(case: Case) -> None:
    """Arguments are never put together into a line."""
    for change in case.changes:
        if isinstance(change, RunCommand):
            assert {program(argv) for argv in (change.argv, *change.undo)} <= PROGRAMS
            assert all(map(meant, pairwise(change.argv)))
            assert change.timeout > 0
            assert not change.stall or change.meter, "only a meter can tell that nothing moves"
            assert change.joins == (change.argv[:2] == ("kubeadm", "join"))


def what_is_told_of_a_change_is_no_secret(case: Case) -> None:
    command = case.facts[Joining].command if Joining in case.step.reads else None
    for change in case.changes:
        assert str(change.why), "a reason"
        line = json.dumps(change.to_json()) + repr(change)
        assert command is None or command.token.reveal()[7:] not in line
        if isinstance(change, WriteFile):
            content = change.content
            assert isinstance(content, Secret) == change.temporary
            assert not isinstance(content, Secret) or change.mode == 0o600
            assert change.path.startswith("/")


def a_change_carries_its_undo(case: Case) -> None:
    for change in case.changes:
        if isinstance(change, RunCommand):
            line = shlex.join(change.argv[4:] if change.argv[0] == "setpriv" else change.argv)
            replaces = line.startswith("yum") and (" downgrade " in line or " reinstall " in line)
            known = line.startswith(WITHOUT_UNDO) or replaces or "upgrade" in case.name
            assert bool(change.undo) or known, line
        elif not change.temporary:
            assert change.before == case.facts[Files].text(change.path)


def after(files: Watched, changes: Sequence[Change]) -> Watched:
    """The files once these changes have been made."""
    written = {
        c.path: File(c.content, c.mode, c.uid, c.gid)
        for c in changes
        if isinstance(c, WriteFile) and isinstance(c.content, str)
    }
    return watched({**files.by_path, **written}, files)


def watched(by_path: Mapping[str, File], like: Watched) -> Watched:
    return Watched(Files(by_path), getattr(like, "declared"))  # noqa: B009


def a_file_that_was_written_is_not_written_again(case: Case) -> None:
    if Files not in case.step.reads:
        return
    files = case.facts[Files]
    assert isinstance(files, Watched)
    again = case.again(files=after(files, case.changes))
    assert [c for c in again if isinstance(c, WriteFile) and not c.temporary] == []
    if all(isinstance(c, WriteFile) for c in case.changes):
        assert again == []


def a_file_of_somebody_elses_keeps_its_mode_and_owner(case: Case) -> None:
    """A file with a registry's password in it must not become readable by everybody."""
    if Files not in case.step.reads:
        return
    files = case.facts[Files]
    assert isinstance(files, Watched)
    odd = {path: replace(f, mode=0o640, uid=7, gid=8) for path, f in files.by_path.items()}
    for change in case.again(files=watched(odd, files)):
        ours = isinstance(change, WriteFile) and change.path.startswith("/etc/tui-installer/")
        if isinstance(change, WriteFile) and change.before is not None and not ours:
            assert (change.mode, change.uid, change.gid) == (0o640, 7, 8)


@EVERY
def test_the_rules_for_all_steps(name: str) -> None:
    """The rule that is broken has its name in the traceback."""
    case = case_of(name)
    the_step_applies_to_this_machine(case)
    the_same_facts_give_the_same_changes(case)
    no_shell_is_among_the_programs(case)
    a_home_is_worked_in_with_the_rights_of_its_owner(case)
    what_is_told_of_a_change_is_no_secret(case)
    a_change_carries_its_undo(case)
    a_file_that_was_written_is_not_written_again(case)
    a_file_of_somebody_elses_keeps_its_mode_and_owner(case)
