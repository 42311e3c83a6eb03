"""Before a reset everything is saved and unmounted; where that fails nothing is deleted."""

from __future__ import annotations

import ast
import re
import stat
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from tests.engine.conftest import Machine, step
from tests.test_architecture import MODULES, name_of
from tui_installer.engine import clearing
from tui_installer.engine.journal import NotWritten
from tui_installer.engine.workshop import Workshop
from tui_installer.host import etcd_data, mounts, reset_backup, shell
from tui_installer.host.machine import at
from tui_installer.model import places
from tui_installer.model.answers import Answers
from tui_installer.model.change import Change, RunCommand
from tui_installer.model.ending import Ending
from tui_installer.model.event import HALF_MADE, clears
from tui_installer.model.facts import Facts, Undecided
from tui_installer.model.text import T
from tui_installer.steps import kubeadm_init

TABLE = "36 35 98:0 / {path} rw,noatime shared:1 - ext4 /dev/sdb rw\n"


START = ("systemctl", "start", "--no-block", "kubelet.service")


class Programs:
    """What the short commands were asked, and how they answer."""

    def __init__(self) -> None:
        self.called: list[tuple[str, ...]] = []
        self.kubelet, self.stops = "active", True

    def __call__(self, *argv: str) -> shell.Output:
        self.called.append(argv)
        if argv[1] == "stop":
            self.kubelet = "inactive" if self.stops else "deactivating"
            return shell.Output(0) if self.stops else shell.Output(1, "", "Job timed out\n")
        if argv[1] == "start":
            self.kubelet = "active"
        return shell.Output(0, f"{self.kubelet}\n")


@pytest.fixture
def root(machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A node with the folders of a cluster; `kubeadm` there leaves a mark."""
    root = machine.root
    for path, text in {
        "etc/kubernetes/pki/ca.key": "key",
        "var/lib/kubelet/config.yaml": "kind: KubeletConfiguration",
        "var/lib/etcd/member/snap/db": "no database",
        "var/lib/etcd/member/wal/1.tmp": "0" * 100,
        "proc/self/mountinfo": "",
    }.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    (root / "etc/kubernetes/pki/ca.key").chmod(0o600)
    kubeadm = tmp_path / "bin/kubeadm"
    kubeadm.parent.mkdir()
    kubeadm.write_text(f"#!/bin/sh\ntouch {tmp_path}/marks/reset\n")
    kubeadm.chmod(0o755)
    monkeypatch.setattr(shell, "PATH", f"{kubeadm.parent}:/usr/bin:/bin")
    return root


@pytest.fixture
def programs(machine: Machine) -> Programs:
    found = Programs()
    machine.prints = found
    return found


RESET = RunCommand(("kubeadm", "reset", "-f"), T("clear"))


def clearing_step(machine: Machine, looks: int = 99) -> str:
    """A step that resets until it is done; after so many looks it no longer wants to."""
    seen: list[int] = []

    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        seen.append(1)
        return () if "reset" in machine.marks or len(seen) > looks else (RESET,)

    return machine.run(step("kubeadm_init", changes))


def saved(machine: Machine) -> list[Path]:
    return sorted(machine.run_folder.glob("before-reset-*"))


def test_everything_is_saved_for_root_alone(
    machine: Machine, root: Path, programs: Programs
) -> None:
    assert clearing_step(machine) == Ending.DONE
    (folder,) = saved(machine)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    key = folder / "etc/kubernetes/pki/ca.key"
    assert key.read_text() == "key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert (folder / "var/lib/etcd/member/snap/db").read_text() == "no database"
    assert not list(folder.rglob("*.tmp"))
    assert machine.at("saved") < machine.at("change-started")
    assert ("systemctl", "stop", "kubelet.service") in programs.called
    assert not any("start" in argv for argv in programs.called)


def test_a_second_reset_writes_over_nothing(
    machine: Machine, root: Path, programs: Programs
) -> None:
    (machine.run_folder / "before-reset-1").mkdir(parents=True)
    assert clearing_step(machine) == Ending.DONE
    assert [path.name for path in saved(machine)] == ["before-reset-1", "before-reset-2"]


def refused(machine: Machine, programs: Programs) -> str:
    """Nothing was deleted, and the kubelet runs again."""
    assert machine.marks == set()
    assert not machine.argvs()
    goes_on(programs)
    return str(machine.end_of("kubeadm_init"))


def goes_on(programs: Programs) -> None:
    """The kubelet runs as before, and no engine is told to start it."""
    assert programs.called[-1] == START
    assert not at(places.KUBELET_STOPPED).exists()


def test_without_room_nothing_is_deleted(
    machine: Machine, root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reset_backup, "ROOM", 1 << 60)
    assert clearing_step(machine) == Ending.FAILED
    assert "do not fit" in refused(machine, programs)
    assert not list(machine.run_folder.glob("*before-reset*"))


@pytest.mark.parametrize("error", [OSError(5, "Input/output error"), etcd_data.UnreadableData("x")])
def test_what_cannot_be_saved_is_not_deleted(
    machine: Machine,
    root: Path,
    programs: Programs,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(reset_backup, "_copy_database", fail)
    assert clearing_step(machine) == Ending.FAILED
    assert "could not be saved" in refused(machine, programs)
    assert not list(machine.run_folder.glob("*before-reset*"))


@pytest.mark.parametrize("folder", ["var/lib/kubelet", "var/lib/etcd", "etc/kubernetes/pki"])
def test_what_stays_mounted_is_named_and_nothing_is_deleted(
    machine: Machine, root: Path, programs: Programs, folder: str
) -> None:
    path = f"/{folder}/of a person"
    table = TABLE.format(path=path.replace(" ", "\\040"))
    (root / "proc/self/mountinfo").write_text(table)
    assert clearing_step(machine) == Ending.FAILED
    assert path in refused(machine, programs)
    assert ("umount", path) in programs.called


ELSEWHERE = """\
spec:
  volumes:
  - {name: etcd-certs, hostPath: {path: /etc/kubernetes/pki/etcd}}
  - {name: etcd-data, hostPath: {path: %s}}
"""


@pytest.mark.parametrize(
    "manifest", [ELSEWHERE % "/data/etcd", "spec: {volumes: []}", "spec: {", "", "- 1"]
)
def test_an_etcd_that_is_not_saved_is_not_deleted(
    machine: Machine, root: Path, programs: Programs, manifest: str
) -> None:
    """kubeadm asks its manifest for the folder that it deletes."""
    path = root / "etc/kubernetes/manifests/etcd.yaml"
    path.parent.mkdir()
    path.write_text(manifest)
    assert clearing_step(machine) == Ending.FAILED
    assert "only those in /var/lib/etcd are saved" in refused(machine, programs)
    path.write_text(ELSEWHERE % "/var/lib/etcd/")
    assert reset_backup.etcd_elsewhere() == ""


def test_a_folder_that_is_a_disk_of_its_own_is_no_mount_below_it(
    machine: Machine, root: Path, programs: Programs
) -> None:
    (root / "proc/self/mountinfo").write_text(TABLE.format(path="/var/lib/kubelet"))
    assert clearing_step(machine) == Ending.DONE
    assert not any(argv[0] == "umount" for argv in programs.called)


def test_a_link_is_followed_to_where_kubeadm_deletes(root: Path) -> None:
    (root / "data").mkdir()
    (root / "var/lib/kubelet").rename(root / "data/kubelet")
    (root / "var/lib/kubelet").symlink_to(root / "data/kubelet")
    (root / "proc/self/mountinfo").write_text(TABLE.format(path="/data/kubelet/x"))
    assert [mount.path for mount in mounts.below(("/var/lib/kubelet",))] == ["/data/kubelet/x"]


def test_it_is_looked_once_more(machine: Machine, root: Path, programs: Programs) -> None:
    """What came up meanwhile is not cleared, and the step goes on with what is left to do."""
    assert clearing_step(machine, looks=1) == Ending.DONE
    assert programs.called == [], (
        "before the kubelet is stopped: its port is all that shows of a worker"
    )


def test_and_once_more_after_the_stop(machine: Machine, root: Path, programs: Programs) -> None:
    assert clearing_step(machine, looks=2) == Ending.DONE
    assert machine.marks == set()
    assert not machine.argvs()
    assert not saved(machine)
    goes_on(programs)


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Something happens once everything has been saved."""
    real = reset_backup.save

    def save(into: Path) -> None:
        real(into)
        happens()

    monkeypatch.setattr(reset_backup, "save", save)


def test_a_run_that_is_stopped_while_it_saves_deletes_nothing(
    machine: Machine, root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, machine.stop.set)
    assert clearing_step(machine) == Ending.STOPPED
    refused(machine, programs)


def test_a_reset_that_cannot_be_announced_does_not_come(
    machine: Machine, root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved may have filled the disk."""

    def full(*_: object) -> None:
        raise NotWritten(28, "No space left on device", "journal.jsonl")

    monkeypatch.setattr(Workshop, "announce", full)
    assert clearing_step(machine) == Ending.FAILED
    assert "No space left" in refused(machine, programs)


@pytest.mark.parametrize("deletes", [False, True])
def test_of_a_reset_that_failed_it_counts_what_it_has_deleted(
    machine: Machine, root: Path, programs: Programs, tmp_path: Path, deletes: bool
) -> None:
    """Where its configuration is gone the kubelet cannot run, and must mount nothing anew."""
    kubeadm = f"#!/bin/sh\n{'rm' if deletes else 'ls'} {root}/var/lib/kubelet/config.yaml\nexit 1\n"
    (tmp_path / "bin/kubeadm").write_text(kubeadm)
    assert clearing_step(machine) == Ending.FAILED
    assert (START in programs.called) is not deletes
    assert not at(places.KUBELET_STOPPED).exists()


def test_a_kubelet_that_cannot_be_stopped_would_mount_anew(
    machine: Machine, root: Path, programs: Programs
) -> None:
    programs.stops = False
    assert clearing_step(machine) == Ending.FAILED
    said = refused(machine, programs)
    assert "could not be stopped" in said
    assert "Job timed out" in said
    assert not saved(machine)


def test_an_engine_that_is_killed_while_it_saves_leaves_word(
    machine: Machine, root: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one after it starts the kubelet, also where nothing is to be cleared any more."""
    there: list[bool] = []
    meanwhile(monkeypatch, lambda: there.append(at(places.KUBELET_STOPPED).exists()))
    assert clearing_step(machine) == Ending.DONE
    assert there == [True]
    assert not at(places.KUBELET_STOPPED).exists()
    assert START not in programs.called
    at(places.KUBELET_STOPPED).touch()
    clearing.start_kubelet_again()
    goes_on(programs)


def test_a_step_that_may_not_decide_stops_the_run_with_the_way_on(machine: Machine) -> None:
    def changes(_answers: Answers, _facts: Facts) -> Sequence[Change]:
        raise Undecided(T("whose is it"), T("say so"))

    assert machine.run(step("kubeadm_init", changes)) == Ending.STOPPED
    end = machine.end_of("kubeadm_init")
    assert (end["reason"], end["error"]["text"], end["cure"]["text"]) == (
        HALF_MADE,
        "whose is it",
        "say so",
    )


def words(node: ast.AST) -> list[object]:
    """The texts of a list, or of a call: what may be a command."""
    found = node.elts if isinstance(node, ast.Tuple | ast.List) else getattr(node, "args", ())
    listed = found if isinstance(found, list) else []
    return [part.value if isinstance(part, ast.Constant) else None for part in listed]


def resets(text: str) -> bool:
    tree = ast.walk(ast.parse(text)) if re.search("[\"']reset[\"']", text) else iter(())
    return any(("kubeadm", "reset") in pairwise(words(node)) for node in tree)


def test_no_other_line_of_the_program_calls_a_reset() -> None:
    """A step alone asks for one, as a change that nothing runs beside: so it comes to the gate."""
    assert resets('shell.output("kubeadm", "reset", "-f")')
    assert resets('argv = ["env", "kubeadm", "reset"]')
    texts = {name_of(path): path.read_text(encoding="utf-8") for path in MODULES}
    step = kubeadm_init.__name__
    assert {name for name, text in texts.items() if resets(text)} == {clears.__module__, step}
    assert clearing.is_reset(RunCommand(kubeadm_init.RESET, T("x")))
    named = {name for name, text in texts.items() if "kubeadm_init" in text and "RESET" in text}
    for name in named | {step}:
        found = list(ast.walk(ast.parse(texts[name])))
        uses = [n for n in found if isinstance(n, ast.Name) and n.id == "RESET"]
        calls = [n for n in found if isinstance(n, ast.Call) and n.args and n.args[0] in uses]
        assert {getattr(call.func, "id", "") for call in calls} <= {"RunCommand"}
        assert all("together" not in {word.arg for word in call.keywords} for call in calls)
        undone = [n for n in found if isinstance(n, ast.keyword) and n.arg == "undo"]
        shown = [n for n in uses if any(n in ast.walk(word) for word in undone)]
        made = [n for n in uses if isinstance(n.ctx, ast.Store)]
        assert len(uses) == len(calls) + len(shown) + len(made), name
