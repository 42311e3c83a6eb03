"""The engine at work on small steps with real children."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.conftest import LONG, TOKEN, Machine, Marks, meeting, shell, step, told
from tui_installer.engine import apply as apply_module
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host import systemd
from tui_installer.host.facts import yum
from tui_installer.host.machine import use
from tui_installer.host.shell import Child
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, WriteFile
from tui_installer.model.ending import Ending
from tui_installer.model.event import OpenChange
from tui_installer.model.facts import Facts, Joining, Past, Yum
from tui_installer.model.join import JoinCommand
from tui_installer.model.secret import Secret
from tui_installer.model.text import T


def test_steps_in_their_order(machine: Machine) -> None:
    steps = (
        machine.marking("first"),
        machine.marking("second", ("first",)),
        machine.marking("third", ("second",)),
    )
    assert machine.run(*steps) == Ending.DONE
    assert machine.marks == {"first", "second", "third"}
    assert machine.ended() == dict.fromkeys(["first", "second", "third"], Ending.DONE)
    assert machine.at("step-ended", step="first") < machine.at("step-started", step="second")
    assert machine.at("step-ended", step="second") < machine.at("step-started", step="third")


def test_a_step_that_is_not_part_of_this_run_is_not_waited_for(machine: Machine) -> None:
    assert machine.run(machine.marking("second", ("first", "other/milestone"))) == Ending.DONE


def test_a_second_run_has_nothing_to_do(machine: Machine) -> None:
    steps = (machine.marking("first"), machine.marking("second", ("first",)))
    machine.run(*steps)
    (machine.run_folder / "journal.jsonl").unlink()
    assert machine.run(*steps) == Ending.DONE
    assert machine.ended() == {"first": Ending.NOTHING, "second": Ending.NOTHING}
    assert machine.argvs() == []


def test_a_unit_that_does_not_start_says_why(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemctl only says where to read it; a command that ends well is not asked about."""
    asked: list[Argv] = []

    def said(argv: Argv) -> str:
        asked.append(argv)
        return "unable to configure"

    monkeypatch.setattr(systemd, "said", said)
    good, bad = machine.marking("good"), shell("echo see the journal; exit 1")
    assert machine.run(good, step("bad", lambda _answers, _facts: [bad])) == Ending.FAILED
    assert machine.end_of("bad")["tail"] == ["see the journal", "unable to configure"]
    assert asked == [bad.argv]


def test_no_steps(machine: Machine) -> None:
    assert machine.run() == Ending.DONE


def test_steps_that_need_not_wait_run_side_by_side(machine: Machine) -> None:
    one = machine.marking("one", script=meeting(machine, "a", "b"))
    two = machine.marking("two", script=meeting(machine, "b", "a"))
    assert machine.run(one, two) == Ending.DONE


def test_commands_of_one_step_side_by_side(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        pairs = (("one", "a", "b"), ("two", "b", "a"))
        return [
            machine.mark(name, meeting(machine, mine, other), together="pull")
            for name, mine, other in pairs
            if name not in facts[Marks].names
        ]

    assert machine.run(step("pulls", changes)) == Ending.DONE
    assert machine.marks == {"one", "two"}


def test_a_milestone_lets_the_next_step_begin(machine: Machine) -> None:
    """The second half of the first step waits for the second step: only a milestone lets both end."""

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        half = machine.mark("half", reaches="half")
        whole = machine.mark("whole", meeting(machine, "b", "a"))
        return [c for n, c in (("half", half), ("whole", whole)) if n not in facts[Marks].names]

    first = step("packages", changes)
    second = machine.marking("second", ("packages/half",), meeting(machine, "a", "b"))
    assert machine.run(first, second) == Ending.DONE
    assert machine.at("change-ended", step="packages", n=1) < machine.at(
        "step-started", step="second"
    )


def test_a_milestone_that_was_reached_in_an_earlier_run(machine: Machine) -> None:
    done = step("packages", lambda _answers, _facts: ())
    assert machine.run(done, machine.marking("second", ("packages/half",))) == Ending.DONE


def test_a_named_resource_is_held_by_one(machine: Machine) -> None:
    """Each takes a folder that only one can have, and gives it back when both others have waited for it."""
    lock = f"{machine.folder}/lock"
    alone = f"mkdir {lock} && {told(machine, 'waiting', 2)} && rmdir {lock}"
    steps = [machine.marking(name, script=alone, resource="rpm") for name in ("a", "b", "c")]
    assert machine.run(*steps) == Ending.DONE
    assert [e["what"]["params"] for e in machine.events if e["kind"] == "waiting"] == [
        {"name": "rpm"}
    ] * 2


def test_yums_lock_in_other_hands_is_waited_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [Yum(1152, "packagekitd"), Yum()]
    monkeypatch.setattr(yum, "read", lambda _look: answers.pop(0))
    assert machine.run(machine.marking("packages", resource="yum")) == Ending.DONE
    waiting = machine.events[machine.at("waiting")]
    assert waiting["what"]["params"] == {"program": "packagekitd", "pid": 1152}


def test_yums_lock_is_not_waited_for_for_ever(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yum, "read", lambda _look: Yum(1152, "packagekitd"))
    monkeypatch.setattr(apply_module, "YUM_PATIENCE", -1)
    assert machine.run(machine.marking("packages", resource="yum")) == Ending.FAILED
    end = machine.end_of("packages")
    assert end["error"]["params"]["what"]["params"]["program"] == "packagekitd"
    assert end["cure"]
    assert machine.argvs() == []


def test_a_step_that_is_undone_by_somebody_fails(machine: Machine) -> None:
    """Whatever the exit codes said: what counts is what the machine became."""
    never = step("swap", lambda _answers, _facts: (shell(":", why="turn it off"),))
    after = machine.marking("kernel", ("swap",))
    assert machine.run(never, after) == Ending.FAILED
    end = machine.end_of("swap")
    assert end["error"]["params"]["what"] == {"text": "turn it off"}
    assert end["cure"]
    assert machine.ended() == {"swap": Ending.FAILED}
    assert machine.marks == set()


def test_facts_may_take_a_moment_to_follow(machine: Machine) -> None:
    later = f"(sleep 0.2; touch {machine.folder}/marks/unit) >/dev/null 2>&1 &"

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        return () if "unit" in facts[Marks].names else (shell(later),)

    assert machine.run(step("unit", changes, settle=LONG)) == Ending.DONE


def test_a_file_and_its_original(machine: Machine) -> None:
    path = machine.folder / "etc/fstab"
    path.parent.mkdir()
    path.write_text("old\n")

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        now = path.read_text()
        return () if now == "new\n" else (WriteFile(str(path), "new\n", T("x"), before=now),)

    assert machine.run(step("swap", changes)) == Ending.DONE
    assert path.read_text() == "new\n"
    kept = machine.run_folder / "originals" / str(path).lstrip("/")
    assert kept.read_text() == "old\n"
    begun = machine.events[machine.at("change-started")]
    assert begun["change"]["path"] == str(path)
    assert begun["change"]["undo"] == "restore"


def test_every_change_is_announced_before_and_accounted_for_after(machine: Machine) -> None:
    machine.run(machine.marking("first", script="echo hello; sleep 0.1"))
    kinds = [e["kind"] for e in machine.events]
    assert kinds == [
        "step-started",
        "change-started",
        "child-started",
        "change-ended",
        "step-verifying",
        "step-ended",
    ]
    child = machine.events[2]
    assert child["pid"] > 0
    assert child["start"]
    assert (machine.run_folder / "output/first.log").read_text() == "hello\n"


JOIN = RunCommand(("kubeadm", "join", "--config", "x"), T("join"), joins=True)


def test_a_lost_join_command_stops_the_run_before_anything_is_done(machine: Machine) -> None:
    reset = machine.mark("reset")
    assert machine.run(step("kubeadm_join", lambda _a, _f: (reset, JOIN))) == Ending.STOPPED
    assert machine.end_of("kubeadm_join")["reason"] == "join-lost"
    assert machine.marks == set()


def test_with_its_join_command_it_is_tried(machine: Machine) -> None:
    command = JoinCommand("10.0.0.5:6443", Secret(TOKEN), ("sha256:0",))
    machine.given = Facts().having(Joining(command))
    change = replace(JOIN, argv=("/bin/sh", "-c", "exit 1"))
    assert machine.run(step("kubeadm_join", lambda _a, _f: (change,))) == Ending.FAILED


def test_a_step_learns_that_its_last_try_broke_off(machine: Machine) -> None:
    seen: list[bool] = []

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        seen.append("kubeadm_init" in facts[Past].unfinished)
        return () if "up" in facts[Marks].names else (machine.mark("up"),)

    machine.unfinished = {"kubeadm_init"}
    assert machine.run(step("kubeadm_init", changes)) == Ending.DONE
    assert seen[0]
    assert not seen[-1], "once its commands have ended well there is nothing to clear"


def test_an_orphan_is_waited_for(machine: Machine, tmp_path: Path) -> None:
    raw = tmp_path / "orphan"
    shop = machine.workshop()
    said = f"{told(machine, 'waiting')}; echo end"
    child = Child(("/bin/sh", "-c", said), raw, {})
    gone = OpenChange("packages", 1, ("yum", "-y"), 999_999_999, "1")
    unseen = OpenChange("packages", 2, ("yum", "-y"))
    orphan = OpenChange("packages", 3, ("yum", "-y", "install"), child.pid, child.start)
    wait_for_orphans(shop, [gone, unseen, orphan])
    shop.journal.close()
    assert raw.read_text() == "end\n"
    assert [e["what"]["params"]["pid"] for e in machine.events] == [child.pid]


@settings(max_examples=15)
@given(st.data())
def test_any_graph_is_worked_through_in_its_order(data: st.DataObject) -> None:
    """Steps without children: only their order is looked at."""
    names = "abcdefg"
    before = {
        name: tuple(data.draw(st.lists(st.sampled_from(names[:i]), unique=True))) if i else ()
        for i, name in enumerate(names)
    }
    bad = data.draw(st.sets(st.sampled_from(names), max_size=1))
    order: list[str] = []
    lock = threading.Lock()

    def changes(name: str) -> Callable[[Answers, Facts], Sequence[Change]]:
        def tell(_answers: Answers, _facts: Facts) -> Sequence[Change]:
            with lock:
                order.append(name)
            if name in bad:
                raise ValueError(name)
            return ()

        return tell

    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Path(folder), sees=lambda: Facts().having(Marks()))
        use(machine)
        outcome = machine.run(*(step(name, changes(name), before[name]) for name in names))
    assert outcome == (Ending.FAILED if bad else Ending.DONE)
    assert bad or sorted(order) == list(names)
    for name in order:
        assert all(b in order[: order.index(name)] for b in before[name])
        assert not bad & set(before[name])


def test_the_run_folder_is_not_for_everybody(machine: Machine) -> None:
    machine.run(machine.marking("first"))
    mode = (machine.run_folder / "journal.jsonl").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
