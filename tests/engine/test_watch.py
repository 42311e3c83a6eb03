"""While a step waits for others it is looked at: what is seen is told, and what holds them is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.engine.conftest import Machine, Marks, once, shell, step
from tui_installer.engine import watch
from tui_installer.engine.watch import Watcher
from tui_installer.host import runs
from tui_installer.host.machine import at, use
from tui_installer.host.this_machine import ThisMachine
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.cause import Cause, by_words
from tui_installer.model.change import Change
from tui_installer.model.ending import Ending
from tui_installer.model.event import state_of
from tui_installer.model.facts import Facts, Logs
from tui_installer.model.outcome import PENDING, Outcome
from tui_installer.model.step import Step, Watched, WatchedRow
from tui_installer.model.text import T

NO_IMAGE = by_words(
    "no_image", "pod", re.compile(r"image (?P<image>\S+) not found"), T("no {image}"), T("pull it")
)
WAITS = Watched((WatchedRow(T("calico-node"), PENDING, T("Init:0/2")),))
HANGS = replace(WAITS, evidence=("Failed: image cni:v1 not found",))
READY = Watched((WatchedRow(T("calico-node"), Outcome.OK, T("Running")),))


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "EVERY", 0.01)


def states(machine: Machine) -> list[tuple[str, str]]:
    """Of each state event: how the first row is, and the cause."""
    return [
        (e["rows"][0]["text"]["text"], e.get("cause", {}).get("title", {}).get("text", ""))
        for e in machine.events
        if e["kind"] == "state"
    ]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Its one value is the time, in seconds."""
    now = [0.0]
    monkeypatch.setattr(watch, "time", SimpleNamespace(monotonic=lambda: now[0]))
    return now


def watcher(machine: Machine) -> Watcher:
    return Watcher(machine.workshop(), "calico", lambda: WAITS)


def test_only_what_is_new_is_told(machine: Machine) -> None:
    machine.known_causes = (NO_IMAGE,)
    found = watcher(machine)
    for seen in (WAITS, WAITS, HANGS, HANGS, WAITS, READY, READY):
        found.take(seen)
    found.shop.journal.close()
    assert states(machine) == [
        ("Init:0/2", ""),
        ("Init:0/2", "no {image}"),
        ("Init:0/2", ""),
        ("Running", ""),
    ]
    assert found.cause is None


def test_a_cause_ends_the_waiting_only_when_it_stays(machine: Machine, clock: list[float]) -> None:
    machine.known_causes = (NO_IMAGE,)
    found = watcher(machine)
    for second, seen in ((0, HANGS), (40, WAITS), (42, HANGS), (86, HANGS)):
        clock[0] = second
        found.take(seen)
    assert found.shop.hopeless == {}, "it came and went"
    clock[0] = 88
    found.take(HANGS)
    assert found.shop.hopeless["calico"].id == "no_image"
    found.shop.journal.close()


def test_a_cause_that_changes_begins_anew(machine: Machine, clock: list[float]) -> None:
    found = watcher(machine)
    for second, name in ((0, "one"), (40, "two"), (80, "three")):
        clock[0] = second
        found.take(replace(WAITS, cause=Cause(name, T("x"), T("y"))))
    found.shop.journal.close()
    assert found.shop.hopeless == {}


def waiting(machine: Machine, script: str, look: Callable[[], Watched], settle: float = 0) -> Step:
    """A step that waits by a command, and is done once its mark is there."""

    def changes(_answers: Answers, facts: Facts) -> Sequence[Change]:
        done = "ready" in facts[Marks].names
        return () if done else (shell(script, ok_codes=(0, 1), interruptible=True),)

    made = step("calico", changes, settle=settle)
    return replace(made, watch=lambda _answers, _facts: look(), watches=(Marks,))


def test_a_step_that_gets_ready_while_it_is_watched(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "EVERY", 0.01)
    seen = machine.folder / "seen"

    def look() -> Watched:
        seen.touch()
        return READY

    made = waiting(machine, f"{once(f'[ -e {seen} ]')}; touch {machine.folder}/marks/ready", look)
    assert machine.run(made) == Ending.DONE
    assert states(machine) == [("Running", "")]


def test_a_cause_that_stays_ends_the_command_and_is_the_steps_failure(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "HOPELESS", 0.02)
    machine.known_causes = (NO_IMAGE,)
    made = waiting(machine, "sleep 600", lambda: HANGS, settle=600)
    assert machine.run(made) == Ending.FAILED
    end = machine.end_of("calico")
    assert end["error"] == {"text": "no {image}", "params": {"image": "cni:v1"}}
    assert end["cure"]["text"] == "pull it"


def test_a_wait_that_ended_without_success_is_named_too(machine: Machine) -> None:
    """Its exit code tells nothing; what is seen does."""
    machine.known_causes = (NO_IMAGE,)
    assert machine.run(waiting(machine, "sleep 0.1; exit 1", lambda: HANGS)) == Ending.FAILED
    assert machine.end_of("calico")["error"]["params"] == {"image": "cni:v1"}


def test_a_command_that_fails_is_named_by_what_is_seen(machine: Machine) -> None:
    machine.known_causes = (NO_IMAGE,)

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        return (shell("echo last words; exit 3"),)

    made = replace(step("calico", changes), watch=lambda _answers, _facts: HANGS, watches=(Marks,))
    assert machine.run(made) == Ending.FAILED
    end = machine.end_of("calico")
    assert end["error"]["text"] == "no {image}"
    assert end["tail"] == ["last words"], "what the tool said is kept"


def test_without_a_cause_the_failure_stays_what_it_was(machine: Machine) -> None:
    assert machine.run(waiting(machine, "exit 1", lambda: WAITS)) == Ending.FAILED
    assert "this is still to do" in machine.end_of("calico")["error"]["text"]


def test_a_look_that_raises_hides_no_failure(machine: Machine) -> None:
    def look() -> Watched:
        raise ZeroDivisionError

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        return (shell("echo last words; exit 3"),)

    made = replace(step("calico", changes), watch=lambda _answers, _facts: look(), watches=(Marks,))
    assert machine.run(made) == Ending.FAILED
    assert machine.end_of("calico")["tail"] == ["last words"]
    assert "fault" not in machine.end_of("calico")["error"]["text"]


def test_a_look_that_raises_does_not_end_the_step(machine: Machine) -> None:
    def look() -> Watched:
        raise ZeroDivisionError

    made = waiting(machine, f"sleep 0.1; touch {machine.folder}/marks/ready", look)
    assert machine.run(made) == Ending.DONE


# --- when the machine was last changed ------------------------------------------------------------


def test_a_proof_is_no_change_of_the_machine(machine: Machine) -> None:
    shop = machine.workshop()
    shop.changed_before = "r0001-20261123T101212Z/7"
    shop.announce("proof", 1, {}, {})
    assert (shop.changed, shop.changed_at) == ("r0001-20261123T101212Z/7", 0.0)
    shop.announce("calico", 1, {}, {})
    assert shop.changed == f"{machine.run_folder.name}/1"
    shop.journal.close()
    assert state_of(machine.events).changes == 1, "its journal tells the same"


def test_the_journal_tells_when_the_machine_was_last_changed() -> None:
    def change(second: int, name: str) -> dict[str, object]:
        at = f"2026-11-23T10:12:{second:02}.000Z"
        return {"kind": "change-started", "t": at, "step": name, "n": 1, "change": {}}

    found = state_of([change(1, "swap"), change(7, "calico"), change(40, "proof")])
    assert found.changed_at == datetime(2026, 11, 23, 10, 12, 7, tzinfo=UTC).timestamp()
    assert state_of([change(40, "proof")]).changed_at == 0.0


def test_of_several_runs_the_last_change_counts(tmp_path: Path) -> None:
    use(ThisMachine(tmp_path))
    folder = at(places.RUNS)
    for name, hour, kind in (("a", 9, "swap"), ("b", 11, "swap"), ("c", 12, "proof")):
        (folder / name).mkdir(parents=True)
        (folder / name / "journal.jsonl").write_text(
            f'{{"kind": "change-started", "t": "2026-11-23T{hour:02}:00:00.000Z", '
            f'"step": "{kind}", "n": 1, "change": {{}}}}\n'
        )
    assert runs.past().changed_at == datetime(2026, 11, 23, 11, tzinfo=UTC).timestamp()
    assert runs.past().changed == "b/1"


SANDBOX = by_words(
    "sandbox",
    "containerd",
    re.compile(r"no sandbox image (?P<image>\S+)"),
    T("no {image}"),
    T("set another"),
    lasting=True,
)
REFUSED = by_words("refused", "containerd", re.compile(r"refused"), T("refused"), T("wait"))


KUBELET = 'E1123 10:13:50.205113 4127 pod_workers.go:965] "Error syncing pod, skipping"'
ETCD = '{"level":"fatal","msg":"discovery failed"}'


def told_by(line: str, **others: str) -> Watched:
    said = {name: (told,) for name, told in others.items()}
    return Watched(facts=Facts({Logs: Logs({**said, "containerd": (line,)})}))


@pytest.mark.parametrize(("line", "given_up"), [("no sandbox image p:1", True), ("refused", False)])
def test_only_what_waiting_does_not_cure_ends_kubeadm(
    machine: Machine, clock: list[float], line: str, given_up: bool
) -> None:
    machine.known_causes = (SANDBOX, REFUSED)
    watcher = Watcher(machine.workshop(), "kubeadm_init", lambda: told_by(line))
    for clock[0] in (0.0, watch.HOPELESS + 1):
        watcher.once()
    assert watcher.cause is not None
    assert (watcher.shop.hopeless.get("kubeadm_init") is not None) == given_up


def test_kubeadm_is_ended_by_the_cause_and_shows_its_line(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.known_causes = (SANDBOX,)
    monkeypatch.setattr(watch, "HOPELESS", 0.0)

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        return (replace(shell("echo general advice; exec sleep 600"), gives_up=True),)

    made = replace(
        step("kubeadm_init", changes),
        watch=lambda _answers, _facts: told_by("no sandbox image p:1", kubelet=KUBELET, etcd=ETCD),
        watches=(Marks,),
    )
    assert machine.run(made) == Ending.FAILED
    end = machine.end_of("kubeadm_init")
    assert end["error"]["text"] == "no {image}"
    assert end["tail"] == ["no sandbox image p:1"]
    assert end["said"] == {"etcd": [ETCD], "kubelet": [KUBELET]}, "containers first, no line twice"
    kinds = [e["kind"] for e in machine.events]
    assert kinds.index("state") < kinds.index("change-ended")


def test_without_a_cause_the_errors_of_the_components_are_kept(machine: Machine) -> None:
    advice = "This error is likely caused by:"

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        return (shell(f"echo timed out; echo {advice}; exit 3", gives_up=True),)

    made = replace(
        step("kubeadm_init", changes),
        watch=lambda _answers, _facts: told_by("well", kubelet=KUBELET),
        watches=(Marks,),
    )
    assert machine.run(made) == Ending.FAILED
    end = machine.end_of("kubeadm_init")
    assert (end["tail"], end["said"]) == (["timed out"], {"kubelet": [KUBELET]})


def test_what_the_tool_names_itself_is_not_replaced(machine: Machine) -> None:
    said = by_words("said", "/bin/sh", re.compile("pin is wrong"), T("another cluster"), T("ask"))
    machine.known_causes = (SANDBOX, said)

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        return (shell("echo the pin is wrong; exit 3"),)

    made = replace(
        step("kubeadm_join", changes),
        watch=lambda _answers, _facts: told_by("no sandbox image p:1", kubelet=KUBELET),
        watches=(Marks,),
    )
    assert machine.run(made) == Ending.FAILED
    end = machine.end_of("kubeadm_join")
    assert end["error"]["text"] == "another cluster"
    assert "said" not in end, "the components have nothing to do with it"


def test_what_an_earlier_kubeadm_has_left_says_nothing_of_the_next_one(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While its remains are cleared, its containers still complain."""
    machine.known_causes = (SANDBOX,)
    monkeypatch.setattr(watch, "HOPELESS", 0.0)
    cleared = machine.folder / "cleared"

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        if cleared.exists():
            return ()
        clear = shell(f"for i in 1 2 3 4 5 6 7 8 9; do sleep 0.02; done; touch {cleared}")
        return (clear, replace(shell("true"), gives_up=True))

    def seen(_answers: Answers, _facts: Facts) -> Watched:
        return Watched() if cleared.exists() else told_by("no sandbox image p:1")

    made = replace(step("kubeadm_init", changes), watch=seen, watches=(Marks,))
    assert machine.run(made) == Ending.DONE
    assert not [e for e in machine.events if e["kind"] == "state" and "cause" in e]
