"""The engine at work on small steps with real children."""

from __future__ import annotations

import re
import stat
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.conftest import Machine, Marks, shell, step
from tui_installer.engine import apply as apply_module
from tui_installer.engine.journal import Journal
from tui_installer.engine.run import wait_for_orphans
from tui_installer.host import meters, units
from tui_installer.host.facts import yum
from tui_installer.host.shell import Child
from tui_installer.model.answers import Answers
from tui_installer.model.change import Argv, Change, RunCommand, WriteFile
from tui_installer.model.event import DONE, FAILED, NOTHING, STOPPED, OpenChange, state_of
from tui_installer.model.facts import Facts, Joining, Past, Yum
from tui_installer.model.join import JoinCommand
from tui_installer.model.secret import Secret
from tui_installer.model.symptom import Symptom
from tui_installer.model.text import T

TOKEN = "zktp5j.fgb53hon9hd6xs29"
LONG = 60


def test_steps_in_their_order(machine: Machine) -> None:
    steps = (
        machine.marking("first"),
        machine.marking("second", ("first",)),
        machine.marking("third", ("second",)),
    )
    assert machine.run(*steps) == DONE
    assert machine.marks == {"first", "second", "third"}
    assert machine.ended() == dict.fromkeys(["first", "second", "third"], DONE)
    assert machine.at("step-ended", step="first") < machine.at("step-started", step="second")
    assert machine.at("step-ended", step="second") < machine.at("step-started", step="third")


def test_a_step_that_is_not_part_of_this_run_is_not_waited_for(machine: Machine) -> None:
    assert machine.run(machine.marking("second", ("first", "other/milestone"))) == DONE


def test_a_second_run_has_nothing_to_do(machine: Machine) -> None:
    steps = (machine.marking("first"), machine.marking("second", ("first",)))
    machine.run(*steps)
    (machine.run_folder / "journal.jsonl").unlink()
    assert machine.run(*steps) == DONE
    assert machine.ended() == {"first": NOTHING, "second": NOTHING}
    assert machine.argvs() == []


def test_a_unit_that_does_not_start_says_why(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """systemctl only says where to read it; a command that ends well is not asked about."""
    asked: list[Argv] = []

    def said(argv: Argv) -> str:
        asked.append(argv)
        return "unable to configure"

    monkeypatch.setattr(units, "said", said)
    good, bad = machine.marking("good"), shell("echo see the journal; exit 1")
    assert machine.run(good, step("bad", lambda _answers, _facts: [bad])) == FAILED
    assert machine.end_of("bad")["tail"] == ["see the journal", "unable to configure"]
    assert asked == [bad.argv]


def test_no_steps(machine: Machine) -> None:
    assert machine.run() == DONE


def meeting(machine: Machine, mine: str, other: str) -> str:
    """Waits until the other one has arrived too: two that run one after the other never meet."""
    folder = machine.folder
    wait = (
        f"n=0; while [ ! -e {folder}/{other} ] && [ $n -lt 3000 ]; do sleep 0.01; n=$((n+1)); done"
    )
    return f"touch {folder}/{mine}; {wait}; [ -e {folder}/{other} ]"


def test_steps_that_need_not_wait_run_side_by_side(machine: Machine) -> None:
    one = machine.marking("one", script=meeting(machine, "a", "b"))
    two = machine.marking("two", script=meeting(machine, "b", "a"))
    assert machine.run(one, two) == DONE


def test_commands_of_one_step_side_by_side(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        pairs = (("one", "a", "b"), ("two", "b", "a"))
        return [
            machine.mark(name, meeting(machine, mine, other), together="pull")
            for name, mine, other in pairs
            if name not in facts[Marks].names
        ]

    assert machine.run(step("pulls", changes)) == DONE
    assert machine.marks == {"one", "two"}


def test_a_milestone_lets_the_next_step_begin(machine: Machine) -> None:
    """The second half of the first step waits for the second step: only a milestone lets both end."""

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        half = machine.mark("half", reaches="half")
        whole = machine.mark("whole", meeting(machine, "b", "a"))
        return [c for n, c in (("half", half), ("whole", whole)) if n not in facts[Marks].names]

    first = step("packages", changes)
    second = machine.marking("second", ("packages/half",), meeting(machine, "a", "b"))
    assert machine.run(first, second) == DONE
    assert machine.at("change-ended", step="packages", n=1) < machine.at(
        "step-started", step="second"
    )


def test_a_milestone_that_was_reached_in_an_earlier_run(machine: Machine) -> None:
    done = step("packages", lambda _answers, _facts: ())
    assert machine.run(done, machine.marking("second", ("packages/half",))) == DONE


def test_a_named_resource_is_held_by_one(machine: Machine) -> None:
    """Each takes a folder that only one can have, and gives it back."""
    once = f"mkdir {machine.folder}/lock && sleep 0.05 && rmdir {machine.folder}/lock"
    steps = [machine.marking(name, script=once, resource="rpm") for name in ("a", "b", "c")]
    assert machine.run(*steps) == DONE
    assert [e["what"]["params"] for e in machine.events if e["kind"] == "waiting"] == [
        {"name": "rpm"}
    ] * 2


def test_yums_lock_in_other_hands_is_waited_for(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [Yum(1152, "packagekitd"), Yum()]
    monkeypatch.setattr(yum, "read", lambda _look: answers.pop(0))
    assert machine.run(machine.marking("packages", resource="yum")) == DONE
    waiting = machine.events[machine.at("waiting")]
    assert waiting["what"]["params"] == {"program": "packagekitd", "pid": 1152}


def test_yums_lock_is_not_waited_for_for_ever(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yum, "read", lambda _look: Yum(1152, "packagekitd"))
    monkeypatch.setattr(apply_module, "YUM_PATIENCE", -1)
    assert machine.run(machine.marking("packages", resource="yum")) == FAILED
    end = machine.end_of("packages")
    assert end["error"]["params"]["what"]["params"]["program"] == "packagekitd"
    assert end["cure"]
    assert machine.argvs() == []


def test_a_step_that_is_undone_by_somebody_fails(machine: Machine) -> None:
    """Whatever the exit codes said: what counts is what the machine became."""
    never = step("swap", lambda _answers, _facts: (shell(":", why="turn it off"),))
    after = machine.marking("kernel", ("swap",))
    assert machine.run(never, after) == FAILED
    end = machine.end_of("swap")
    assert end["error"]["params"]["what"] == {"text": "turn it off"}
    assert end["cure"]
    assert machine.ended() == {"swap": FAILED}
    assert machine.marks == set()


def test_facts_may_take_a_moment_to_follow(machine: Machine) -> None:
    later = f"(sleep 0.2; touch {machine.folder}/marks/unit) >/dev/null 2>&1 &"

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        return () if "unit" in facts[Marks].names else (shell(later),)

    assert machine.run(step("unit", changes, settle=LONG)) == DONE


KNOWN = Symptom(
    "disk_full",
    "/bin/sh",
    re.compile("no space left on (?P<disk>\\w+)"),
    T("the disk {disk} is full"),
    T("make room on {disk}"),
)


def test_a_failing_command_is_told_with_its_cause_and_its_last_lines(machine: Machine) -> None:
    machine.symptoms = (KNOWN,)
    script = "for i in 1 2 3; do echo line $i; done; echo no space left on sda >&2; exit 9"
    assert machine.run(machine.marking("packages", script=f"({script})")) == FAILED
    end = machine.end_of("packages")
    assert end["error"] == {"text": "the disk {disk} is full", "params": {"disk": "sda"}}
    assert end["cure"]["params"] == {"disk": "sda"}
    assert end["tail"] == ["line 1", "line 2", "line 3", "no space left on sda"]
    assert machine.events[machine.at("change-ended")]["code"] == 9
    assert (machine.run_folder / "output/packages.log").read_text().endswith("on sda\n")


def test_an_unknown_failure_is_said_to_be_unknown(machine: Machine) -> None:
    assert machine.run(machine.marking("packages", script="false")) == FAILED
    assert machine.end_of("packages")["error"]["params"] == {"program": "/bin/sh"}


def test_a_missing_program(machine: Machine) -> None:
    change = RunCommand(("no-such-program-at-all",), T("x"))
    assert machine.run(step("packages", lambda _a, _f: (change,))) == FAILED
    assert "no-such-program-at-all" in machine.end_of("packages")["tail"][0]


def test_an_exit_code_that_is_no_failure(machine: Machine) -> None:
    folder = machine.folder
    odd = machine.marking("odd", script=f"touch {folder}/marks/odd; exit 3", ok_codes=(0, 3))
    assert machine.run(odd) == DONE


def test_after_a_failure_what_runs_is_ended_in_peace_and_nothing_new_begins(
    machine: Machine,
) -> None:
    meet = meeting(machine, "a", "b")
    bad = machine.marking("bad", script=f"({meet}; false)")
    good = machine.marking("good", script=f"{meeting(machine, 'b', 'a')} && sleep 0.1")
    assert machine.run(bad, good, machine.marking("later", ("good",))) == FAILED
    assert machine.ended() == {"bad": FAILED, "good": DONE}


def test_after_a_failure_a_step_makes_no_further_change(machine: Machine) -> None:
    failed = f"grep -q step-ended {machine.run_folder}/journal.jsonl"

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        wait = f"while ! {failed}; do sleep 0.01; done; sleep 0.2"
        rows = (("one", wait), ("two", ":"))
        return [machine.mark(n, script) for n, script in rows if n not in facts[Marks].names]

    assert machine.run(machine.marking("bad", script="false"), step("long", changes)) == FAILED
    assert machine.marks <= {"one"}
    assert machine.ended()["bad"] == FAILED
    assert machine.ended()["long"] != DONE


def test_stopping_between_two_changes(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        return [machine.mark(n) for n in ("one", "two") if n not in facts[Marks].names]

    first = machine.run_folder / "journal.jsonl"

    def stop_after_the_first() -> bool:
        return first.exists() and '"change-ended"' in first.read_text()

    machine.stop.is_set = stop_after_the_first  # type: ignore[method-assign]
    assert machine.run(step("two-fold", changes)) == STOPPED
    assert machine.marks == {"one"}
    assert machine.ended() == {"two-fold": STOPPED}
    machine.stop = threading.Event()
    assert machine.run(step("two-fold", changes)) == DONE
    assert machine.marks == {"one", "two"}


def test_stopping_cuts_a_download_short_and_lets_a_transaction_end(machine: Machine) -> None:
    both = f"touch {machine.folder}/begun-"
    wait = f"while [ ! -e {machine.folder}/stopping ]; do sleep 0.01; done"
    pull = machine.marking("pull", script=f"{both}pull && sleep {LONG}", interruptible=True)
    rpm = machine.marking("rpm", script=f"{both}rpm && {wait}")

    def stopping() -> bool:
        if all((machine.folder / f"begun-{name}").exists() for name in ("pull", "rpm")):
            (machine.folder / "stopping").touch()
            return True
        return False

    machine.stop.is_set = stopping  # type: ignore[method-assign]
    assert machine.run(pull, rpm, machine.marking("later", ("rpm",))) == STOPPED
    assert machine.ended() == {"pull": STOPPED, "rpm": DONE}
    assert machine.marks == {"rpm"}


def test_stopping_while_a_resource_is_waited_for(machine: Machine) -> None:
    journal = machine.run_folder / "journal.jsonl"
    hold = f"while ! grep -q waiting {journal}; do sleep 0.01; done; sleep 0.2"

    def stopping() -> bool:
        return journal.exists() and '"waiting"' in journal.read_text()

    machine.stop.is_set = stopping  # type: ignore[method-assign]
    steps = [machine.marking(name, script=hold, resource="rpm") for name in ("a", "b")]
    assert machine.run(*steps) == STOPPED
    assert sorted(machine.ended().values()) == [DONE, STOPPED]


def test_stopped_before_it_began(machine: Machine) -> None:
    machine.stop.set()
    assert machine.run(machine.marking("first")) == STOPPED
    assert machine.ended() == {}


def secret_step(machine: Machine, script: str) -> Any:
    path = machine.folder / "join.yaml"

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        if "joined" in facts[Marks].names:
            return ()
        file = WriteFile(str(path), Secret(TOKEN), T("x"), mode=0o600, temporary=True)
        return (file, machine.mark("joined", script.format(path=path)))

    return step("kubeadm_join", changes), path


@pytest.mark.parametrize(
    ("script", "outcome"),
    [("grep -q fgb53hon9hd6xs29 {path}", DONE), ("(cat {path}; false)", FAILED)],
)
def test_a_file_with_a_secret_is_there_only_while_its_step_runs(
    machine: Machine, script: str, outcome: str
) -> None:
    machine.secrets = (Secret(TOKEN),)
    join, path = secret_step(machine, script)
    assert machine.run(join) == outcome
    assert not path.exists()
    left = [p for p in machine.folder.rglob("*") if p.is_file()]
    assert not [p for p in left if TOKEN[7:] in p.read_text()]


def test_a_file_with_a_secret_is_for_root_alone(machine: Machine) -> None:
    seen = machine.folder / "seen"
    join, _ = secret_step(machine, f"stat -c %a {{path}} >{seen}")
    assert machine.run(join) == DONE
    assert seen.read_text() == "600\n"


def test_a_file_and_its_original(machine: Machine) -> None:
    path = machine.folder / "etc/fstab"
    path.parent.mkdir()
    path.write_text("old\n")

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        now = path.read_text()
        return () if now == "new\n" else (WriteFile(str(path), "new\n", T("x"), before=now),)

    assert machine.run(step("swap", changes)) == DONE
    assert path.read_text() == "new\n"
    kept = machine.run_folder / "originals" / str(path).lstrip("/")
    assert kept.read_text() == "old\n"
    begun = machine.events[machine.at("change-started")]
    assert begun["change"]["path"] == str(path)
    assert begun["change"]["undo"] == "restore"


def test_a_file_that_cannot_be_written(machine: Machine) -> None:
    change = WriteFile(f"{machine.folder}/marks/x/y", "", T("x"))
    (machine.folder / "marks/x").touch()
    assert machine.run(step("swap", lambda _a, _f: (change,))) == FAILED
    end = machine.end_of("swap")
    assert end["error"]["params"]["path"] == change.path
    assert end["error"]["params"]["reason"]
    assert end["cure"]
    assert not state_of(machine.events).open


def test_a_fault_in_a_step_fails_it_and_hangs_nothing(machine: Machine) -> None:
    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        raise ZeroDivisionError("a mistake")

    assert machine.run(step("broken", changes)) == FAILED
    end = machine.end_of("broken")
    assert end["error"]["params"]["error"] == "ZeroDivisionError: a mistake"
    assert any("a mistake" in line for line in end["tail"])


def test_a_fault_while_it_is_verified(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        if facts[Marks].names:
            raise KeyError("x")
        return (machine.mark("x"),)

    assert machine.run(step("broken", changes)) == FAILED


def test_a_full_disk_under_the_journal_hangs_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Journal.write

    def write(journal: Journal, kind: str, **rest: Any) -> None:
        if kind == "step-ended":
            raise OSError(28, "No space left on device")
        real(journal, kind, **rest)

    monkeypatch.setattr(Journal, "write", write)
    assert machine.run(machine.marking("first"), machine.marking("second", ("first",))) == FAILED
    assert machine.marks == {"first"}


class Bytes:
    """A meter whose reading a test sets."""

    def __init__(self, *readings: int) -> None:
        self.readings = list(readings)

    def __call__(self, _printed: str) -> meters.Reading:
        done = self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]
        return meters.Reading(done, 300)


def test_a_silent_download_is_ended(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meters, "yum", lambda: Bytes(100, 200))
    pull = machine.marking("packages", script=f"sleep {LONG}", meter="yum", stall=1, target="a/b:1")
    assert machine.run(pull) == FAILED
    end = machine.end_of("packages")
    assert end["error"]["params"]["target"] == "a/b:1"
    assert end["cure"]
    progress = [e for e in machine.events if e["kind"] == "progress"]
    assert [e["done"] for e in progress][:2] == [100, 200]
    assert {e["total"] for e in progress} == {300}
    assert not any("parts" in e for e in progress)


def test_a_download_that_moves_is_not_ended(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meters, "yum", lambda: Bytes(*range(1000)))
    pull = machine.marking("packages", script="sleep 3", meter="yum", stall=1.5)
    assert machine.run(pull) == DONE


def test_images_side_by_side_are_counted_one_by_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Sequence[str]] = []

    def images(targets: Sequence[str]) -> meters.Meter:
        asked.append(targets)
        parts = (meters.Part("a/b:1", 70, 100), meters.Part("a/c:1", 0))
        return lambda _printed: meters.Reading(70, None, parts)

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        rest: Any = {"meter": "images", "together": "pull"}
        return [
            machine.mark(name, "sleep 0.2", target=f"a/{name}:1", **rest)
            for name in ("b", "c")
            if name not in facts[Marks].names
        ]

    monkeypatch.setattr(meters, "images", images)
    assert machine.run(step("images", changes)) == DONE
    assert asked == [["a/b:1", "a/c:1"]]
    progress = next(e for e in machine.events if e["kind"] == "progress")
    assert progress["parts"] == [
        {"name": "a/b:1", "done": 70, "total": 100},
        {"name": "a/c:1", "done": 0, "total": None},
    ]
    assert (progress["done"], progress["total"]) == (70, None)


def test_a_command_that_takes_too_long_is_ended(machine: Machine) -> None:
    slow = machine.marking("slow", script=f"echo begun; sleep {LONG}", timeout=0.3)
    assert machine.run(slow) == FAILED
    end = machine.end_of("slow")
    assert end["error"]["params"]["program"] == "/bin/sh"
    assert end["tail"] == ["begun"]
    assert machine.events[machine.at("change-ended")]["code"] != 0


def test_one_failure_of_several_side_by_side(machine: Machine) -> None:
    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        rows = (("good", "sleep 0.1"), ("bad", "false"))
        return [
            machine.mark(name, script, together="pull")
            for name, script in rows
            if name not in facts[Marks].names
        ]

    assert machine.run(step("images", changes)) == FAILED
    assert machine.marks == {"good"}
    assert len([e for e in machine.events if e["kind"] == "change-ended"]) == 2


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


def test_what_the_child_of_a_change_prints_is_filtered(machine: Machine) -> None:
    machine.run(machine.marking("first", script=f"printf '\\033[1mtoken {TOKEN}\\033[0m\\n'"))
    assert (
        machine.run_folder / "output/first.log"
    ).read_text() == "token zktp5j.****************\n"


JOIN = RunCommand(("kubeadm", "join", "--config", "x"), T("join"))


def test_a_lost_join_command_stops_the_run_before_anything_is_done(machine: Machine) -> None:
    reset = machine.mark("reset")
    assert machine.run(step("kubeadm_join", lambda _a, _f: (reset, JOIN))) == STOPPED
    assert machine.end_of("kubeadm_join")["reason"] == "join-lost"
    assert machine.marks == set()


def test_with_its_join_command_it_is_tried(machine: Machine) -> None:
    command = JoinCommand("10.0.0.5:6443", Secret(TOKEN), ("sha256:0",))
    machine.given = Facts().having(Joining(command))
    change = replace(JOIN, argv=("/bin/sh", "-c", "exit 1"))
    assert machine.run(step("kubeadm_join", lambda _a, _f: (change,))) == FAILED


def test_a_step_learns_that_its_last_try_broke_off(machine: Machine) -> None:
    seen: list[bool] = []

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        seen.append("kubeadm_init" in facts[Past].unfinished)
        return () if "up" in facts[Marks].names else (machine.mark("up"),)

    machine.unfinished = {"kubeadm_init"}
    assert machine.run(step("kubeadm_init", changes)) == DONE
    assert seen[0]
    assert not seen[-1], "once its commands have ended well there is nothing to clear"


def test_an_orphan_is_waited_for(machine: Machine, tmp_path: Path) -> None:
    raw = tmp_path / "orphan"
    child = Child(("/bin/sh", "-c", "sleep 0.2; echo end"), raw, {})
    shop = machine.workshop()
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

    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        from tui_installer.engine import run as run_module

        patch.setattr(run_module, "gather", lambda _topics, _look: Facts().having(Marks()))
        machine = Machine(Path(folder))
        outcome = machine.run(*(step(name, changes(name), before[name]) for name in names))
    assert outcome == (FAILED if bad else DONE)
    assert bad or sorted(order) == list(names)
    for name in order:
        assert all(b in order[: order.index(name)] for b in before[name])
        assert not bad & set(before[name])


def test_the_run_folder_is_not_for_everybody(machine: Machine) -> None:
    machine.run(machine.marking("first"))
    mode = (machine.run_folder / "journal.jsonl").stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
